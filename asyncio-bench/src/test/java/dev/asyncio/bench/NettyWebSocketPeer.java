package dev.asyncio.bench;

import dev.asyncio.bench.WebSocketContender.Deflate;
import dev.asyncio.core.testing.Waiting;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketClientCompressionHandler;
import io.netty.handler.ssl.SslContext;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Netty's client.
final class NettyWebSocketPeer extends WebSocketPeer {

    private static final int MAX_HEAD_BYTES = 16 * 1024;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final CompletableFuture<Void> isOpen = new CompletableFuture<>();
    private Channel channel;

    private NettyWebSocketPeer() {}

    static NettyWebSocketPeer connect(URI server, Deflate deflate) throws Exception {
        return connect(server, deflate, null);
    }

    /// @param tls null for plain TCP
    static NettyWebSocketPeer connect(URI server, Deflate deflate, SslContext tls) throws Exception {
        var peer = new NettyWebSocketPeer();
        peer.channel = new Bootstrap()
                .group(peer.group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(peer.pipeline(server, deflate, tls))
                .connect(server.getHost(), server.getPort())
                .sync()
                .channel();
        peer.isOpen.get(Waiting.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return peer;
    }

    private ChannelInitializer<Channel> pipeline(URI server, Deflate deflate, SslContext tls) {
        var config = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(server)
                .maxFramePayloadLength(WebSocketContender.MAX_MESSAGE_BYTES)
                .allowExtensions(deflate == Deflate.ON)
                .handleCloseFrames(false)
                .build();
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel opened) {
                if (tls != null) {
                    opened.pipeline().addLast(tls.newHandler(opened.alloc(), server.getHost(), server.getPort()));
                }
                opened.pipeline().addLast(new HttpClientCodec(), new HttpObjectAggregator(MAX_HEAD_BYTES));
                if (deflate == Deflate.ON) {
                    opened.pipeline()
                            .addLast(new WebSocketClientCompressionHandler(WebSocketContender.MAX_MESSAGE_BYTES));
                }
                opened.pipeline()
                        .addLast(
                                new WebSocketClientProtocolHandler(config),
                                new WebSocketFrameAggregator(WebSocketContender.MAX_MESSAGE_BYTES),
                                new Receiver());
            }
        };
    }

    private final class Receiver extends SimpleChannelInboundHandler<WebSocketFrame> {

        private boolean hasClosed;

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                isOpen.complete(null);
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
            switch (frame) {
                case TextWebSocketFrame text -> onMessage(text.text());
                case BinaryWebSocketFrame binary -> onMessage(ByteBufUtil.getBytes(binary.content()));
                case CloseWebSocketFrame close -> {
                    onClosed(close.statusCode(), close.reasonText());
                    if (!hasClosed) {
                        hasClosed = true;
                        context.writeAndFlush(close.retain());
                    }
                }
                default -> onMessage(new AssertionError("unexpected " + frame));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            isOpen.completeExceptionally(cause);
            onMessage(cause);
            context.close();
        }
    }

    @Override
    void send(String text) {
        channel.writeAndFlush(new TextWebSocketFrame(text));
    }

    @Override
    void send(byte[] bytes) {
        channel.writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes)));
    }

    @Override
    void close(int code, String reason) {
        channel.pipeline().get(Receiver.class).hasClosed = true;
        channel.writeAndFlush(new CloseWebSocketFrame(code, reason));
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
