package dev.asyncio.bench;

import dev.asyncio.bench.NettyServer.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What Netty's clients have in common: a channel, on a loop of the client's own or on one of its server's.
abstract class NettyClient extends EventRoundTripClient {

    private final Transport transport;
    private final EventLoopGroup group;
    private final boolean ownsGroup;
    private final CompletableFuture<Void> open = new CompletableFuture<>();
    private Channel channel;

    /// On a loop of its own.
    NettyClient(Transport transport, int messageBytes) {
        super(messageBytes);
        this.transport = transport;
        this.group = new MultiThreadIoEventLoopGroup(1, transport.newIoHandlers());
        this.ownsGroup = true;
    }

    /// On its server's loops. The client has to be closed first.
    NettyClient(NettyServer server, Transport transport, int messageBytes) {
        super(messageBytes);
        this.transport = transport;
        this.group = server.group();
        this.ownsGroup = false;
    }

    /// Connects, and waits until messages may be sent. A client that does not come so far is closed.
    ///
    /// @param handler the last of the pipeline, or what makes one that ends with [Replies]
    final void connect(InetSocketAddress server, ChannelHandler handler) throws IOException {
        boolean isOpen = false;
        try {
            channel = new Bootstrap()
                    .group(group)
                    .channel(transport.clientType())
                    .option(ChannelOption.TCP_NODELAY, NoDelay.isWanted())
                    .handler(handler)
                    .connect(server)
                    .sync()
                    .channel();
            NoDelay.require(channel.config().getOption(ChannelOption.TCP_NODELAY));
            orFailure(open).get(WebSocketClientKind.PATIENCE_SECONDS, TimeUnit.SECONDS);
            isOpen = true;
        } catch (InterruptedException _) {
            throw Interruption.in("connecting to " + server);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("connect to " + server + ": " + e, e);
        } finally {
            if (!isOpen) {
                close(); // whatever Netty threw: it declares no checked exception, and throws them all the same
            }
        }
    }

    /// The last handler of a pipeline. It does not keep what it is given.
    abstract class Replies<T> extends SimpleChannelInboundHandler<T> {

        Replies(Class<T> type) {
            super(type);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            failAtEnd();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(cause);
            context.close();
        }
    }

    /// To be called when messages may be sent.
    final void opened() {
        open.complete(null);
    }

    /// On the channel's loop: from elsewhere, a message would have to wake it first.
    @Override
    final void begin(Runnable first) {
        channel.eventLoop().execute(first);
    }

    /// For [#send()].
    final Channel channel() {
        return channel;
    }

    @Override
    public final void close() {
        if (channel != null) {
            channel.close().syncUninterruptibly();
        }
        if (ownsGroup) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }
}
