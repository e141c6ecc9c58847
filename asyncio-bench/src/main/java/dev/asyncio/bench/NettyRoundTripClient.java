package dev.asyncio.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Netty's client in its own idiom: the event of a whole reply sends the next message.
final class NettyRoundTripClient extends ChannelInboundHandlerAdapter implements RoundTripClient {

    private final ByteBuf message;
    private Channel channel;

    // Touched by the channel's loop alone, once a run has begun.
    private long[] nanos;
    private CompletableFuture<Void> end;
    private int count;
    private int receivedBytes;
    private long startNanos;

    /// Written by the channel's loop alone.
    private volatile long sequence;

    /// The client's own; null if it is on its server's.
    private EventLoopGroup ownGroup;

    private NettyRoundTripClient(int messageBytes) {
        this.message = Unpooled.directBuffer(messageBytes).writeZero(messageBytes);
    }

    static NettyRoundTripClient connect(InetSocketAddress server, NettyServer.Transport transport, int messageBytes)
            throws IOException {
        var client = new NettyRoundTripClient(messageBytes);
        client.ownGroup = new MultiThreadIoEventLoopGroup(1, transport.newIoHandlers());
        client.connect(server, transport, client.ownGroup);
        return client;
    }

    /// On the server's loops. The client has to be closed first.
    static NettyRoundTripClient connectBeside(NettyServer server, NettyServer.Transport transport, int messageBytes)
            throws IOException {
        var client = new NettyRoundTripClient(messageBytes);
        client.connect(server.address(), transport, server.group());
        return client;
    }

    private void connect(InetSocketAddress server, NettyServer.Transport transport, EventLoopGroup group)
            throws IOException {
        try {
            channel = new Bootstrap()
                    .group(group)
                    .channel(transport.clientType())
                    .option(ChannelOption.TCP_NODELAY, NoDelay.isWanted())
                    .handler(this)
                    .connect(server)
                    .sync()
                    .channel();
            NoDelay.require(channel.config().getOption(ChannelOption.TCP_NODELAY));
        } catch (InterruptedException e) {
            close();
            throw new IOException("interrupted while connecting to " + server, e);
        } catch (IllegalStateException e) {
            close();
            throw e;
        }
    }

    @Override
    public void run(long[] takenNanos) throws IOException, InterruptedException {
        var ending = new CompletableFuture<Void>();
        channel.eventLoop().execute(() -> {
            nanos = takenNanos;
            end = ending;
            count = 0;
            send();
        });
        RoundTripClient.awaitEnd(ending, () -> sequence);
    }

    private void send() {
        message.setLong(0, ++sequence);
        receivedBytes = 0;
        startNanos = System.nanoTime();
        channel.writeAndFlush(message.retainedDuplicate(), channel.voidPromise());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        var bytes = (ByteBuf) read;
        int byteCount = bytes.readableBytes();
        boolean isRight = receivedBytes + byteCount <= message.readableBytes()
                && ByteBufUtil.equals(bytes, bytes.readerIndex(), message, receivedBytes, byteCount);
        bytes.release();
        receivedBytes += byteCount;
        if (!isRight) {
            end.completeExceptionally(new IOException("reply " + sequence + " differs from what was sent"));
        } else if (receivedBytes == message.readableBytes()) {
            nanos[count++] = System.nanoTime() - startNanos;
            if (count < nanos.length) {
                send();
            } else {
                end.complete(null);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (end != null) {
            end.completeExceptionally(
                    new EOFException("the server ended the connection after " + sequence + " round trips"));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (end != null) {
            end.completeExceptionally(cause);
        }
        context.close();
    }

    @Override
    public void close() {
        if (channel != null) {
            channel.close().syncUninterruptibly();
        }
        if (ownGroup != null) {
            ownGroup.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
        message.release();
    }
}
