package dev.asyncio.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.WebSocketServerCompressionHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/// Netty in its own idiom: each frame is written back as it came, and flushed at the end of each batch of reads.
final class NettyWebSocketEcho implements WebSocketContender {

    private static final int MAX_HEAD_BYTES = 16 * 1024;

    private final EventLoopGroup group;
    private final Channel listener;
    private final ChannelGroup clients;

    private NettyWebSocketEcho(EventLoopGroup group, Channel listener, ChannelGroup clients) {
        this.group = group;
        this.listener = listener;
        this.clients = clients;
    }

    static NettyWebSocketEcho startNio(InetSocketAddress address, Deflate deflate) throws IOException {
        return start(address, NioIoHandler.newFactory(), NioServerSocketChannel.class, pipeline(deflate, true));
    }

    static NettyWebSocketEcho startEpoll(InetSocketAddress address, Deflate deflate) throws IOException {
        return start(address, EpollIoHandler.newFactory(), EpollServerSocketChannel.class, pipeline(deflate, true));
    }

    static NettyWebSocketEcho startEpollUnchecked(InetSocketAddress address, Deflate deflate) throws IOException {
        return start(address, EpollIoHandler.newFactory(), EpollServerSocketChannel.class, pipeline(deflate, false));
    }

    private static Pipeline pipeline(Deflate deflate, boolean checksUtf8) {
        var config = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath("/")
                .maxFramePayloadLength(MAX_MESSAGE_BYTES)
                .allowExtensions(deflate == Deflate.ON)
                .withUTF8Validator(checksUtf8)
                .build();
        return new Pipeline(config, deflate);
    }

    private static NettyWebSocketEcho start(
            InetSocketAddress address,
            IoHandlerFactory ioHandlers,
            Class<? extends ServerChannel> channelType,
            Pipeline pipeline)
            throws IOException {
        var group = new MultiThreadIoEventLoopGroup(Runtime.getRuntime().availableProcessors(), ioHandlers);
        var bootstrap = new ServerBootstrap()
                .group(group)
                .channel(channelType)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(pipeline);
        try {
            return new NettyWebSocketEcho(group, bootstrap.bind(address).sync().channel(), pipeline.clients);
        } catch (InterruptedException e) {
            throw new IOException("interrupted while binding " + address, e);
        }
    }

    /// What a connection goes through.
    private static final class Pipeline extends ChannelInitializer<Channel> {

        private final WebSocketServerProtocolConfig config;
        private final Deflate deflate;
        private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

        Pipeline(WebSocketServerProtocolConfig config, Deflate deflate) {
            this.config = config;
            this.deflate = deflate;
        }

        @Override
        protected void initChannel(Channel channel) {
            NoDelay.require(channel.config().getOption(ChannelOption.TCP_NODELAY));
            clients.add(channel);
            channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_HEAD_BYTES));
            if (deflate == Deflate.ON) {
                channel.pipeline().addLast(new WebSocketServerCompressionHandler(MAX_MESSAGE_BYTES));
            }
            channel.pipeline().addLast(new WebSocketServerProtocolHandler(config), new Echo());
        }
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object frame) {
            context.write(frame, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            System.err.println("Netty WebSocket echo: " + cause);
            context.close();
        }
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        clients.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE))
                .awaitUninterruptibly(1, TimeUnit.SECONDS);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
