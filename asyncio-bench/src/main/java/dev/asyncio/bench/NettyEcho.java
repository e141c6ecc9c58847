package dev.asyncio.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;

/// Netty in its own idiom: what is read is written back, and flushed at the end of each batch of reads.
final class NettyEcho implements EchoContender {

    private final EventLoopGroup group;
    private final Channel listener;

    private NettyEcho(EventLoopGroup group, Channel listener) {
        this.group = group;
        this.listener = listener;
    }

    static NettyEcho startNio(InetSocketAddress address) throws IOException {
        return start(address, NioIoHandler.newFactory(), NioServerSocketChannel.class);
    }

    static NettyEcho startEpoll(InetSocketAddress address) throws IOException {
        return start(address, EpollIoHandler.newFactory(), EpollServerSocketChannel.class);
    }

    private static NettyEcho start(
            InetSocketAddress address, IoHandlerFactory ioHandlers, Class<? extends ServerChannel> channelType)
            throws IOException {
        var group = new MultiThreadIoEventLoopGroup(Runtime.getRuntime().availableProcessors(), ioHandlers);
        var bootstrap = new ServerBootstrap()
                .group(group)
                .channel(channelType)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(BUFFER_BYTES))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        NoDelay.require(channel.config().getOption(ChannelOption.TCP_NODELAY));
                        channel.pipeline().addLast(new Echo());
                    }
                });
        try {
            return new NettyEcho(group, bootstrap.bind(address).sync().channel());
        } catch (InterruptedException e) {
            throw new IOException("interrupted while binding " + address, e);
        }
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            context.write(bytes, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            System.err.println("Netty echo: " + cause);
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
        group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
    }
}
