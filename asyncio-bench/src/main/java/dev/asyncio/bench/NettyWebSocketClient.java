package dev.asyncio.bench;

import dev.asyncio.bench.NettyServer.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/// Netty's client, in its own idiom.
final class NettyWebSocketClient extends EventRoundTripClient {

    private static final int MAX_HEAD_BYTES = 16 * 1024;

    /// A frame with the longest message comes with one read, as it does with ours.
    private static final int READ_BYTES = 128 * 1024;

    private final CompletableFuture<Void> open = new CompletableFuture<>();
    private final EventLoopGroup group;
    private Channel channel;

    private NettyWebSocketClient(EventLoopGroup group, int messageBytes) {
        super(messageBytes);
        this.group = group;
    }

    static NettyWebSocketClient connect(InetSocketAddress server, Transport transport, int messageBytes)
            throws IOException {
        var group = new MultiThreadIoEventLoopGroup(1, transport.newIoHandlers());
        var client = new NettyWebSocketClient(group, messageBytes);
        boolean isConnected = false;
        try {
            client.connect(server, transport);
            isConnected = true;
            return client;
        } catch (InterruptedException | CompletionException e) {
            throw new IOException("connect to " + server + ": " + e, e);
        } finally {
            if (!isConnected) {
                client.close(); // whatever Netty threw: it declares no checked exception, and throws them all the same
            }
        }
    }

    private void connect(InetSocketAddress server, Transport transport) throws InterruptedException {
        channel = new Bootstrap()
                .group(group)
                .channel(transport.clientType())
                .option(ChannelOption.TCP_NODELAY, NoDelay.isWanted())
                .handler(pipeline(server))
                .connect(server)
                .sync()
                .channel();
        open.orTimeout(WebSocketClientKind.PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    private ChannelInitializer<Channel> pipeline(InetSocketAddress server) {
        var config = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(WebSocketClientKind.uri(server))
                .maxFramePayloadLength(WebSocketContender.MAX_MESSAGE_BYTES)
                .build();
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel opened) {
                opened.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(READ_BYTES));
                opened.pipeline().addLast(new HttpClientCodec(), new HttpObjectAggregator(MAX_HEAD_BYTES),
                        new WebSocketClientProtocolHandler(config), new Replies());
            }
        };
    }

    private final class Replies extends SimpleChannelInboundHandler<WebSocketFrame> {

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                open.complete(null);
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
            if (frame instanceof BinaryWebSocketFrame) {
                receive(frame.content().nioBuffer(), frame.isFinalFragment());
            } else {
                fail(new IOException("expected a binary message, got " + frame));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            failAtEnd();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            open.completeExceptionally(cause);
            fail(cause);
            context.close();
        }
    }

    @Override
    void send(ByteBuffer bytes) {
        ByteBuf payload = channel.alloc().ioBuffer(bytes.remaining()).writeBytes(bytes);
        channel.writeAndFlush(new BinaryWebSocketFrame(payload), channel.voidPromise());
    }

    @Override
    public void close() {
        if (channel != null) {
            channel.close().syncUninterruptibly();
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
