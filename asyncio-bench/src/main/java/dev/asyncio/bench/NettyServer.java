package dev.asyncio.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.SelectStrategy;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/// A listening Netty server with its loops.
record NettyServer(EventLoopGroup group, Channel listener, ChannelGroup connections) {

    /// Says what size servers in this process take for the buffer of a read: a [ReceiveBuffer]; [ReceiveBuffer#ADAPTIVE] if
    /// it is not set.
    static final String RECEIVE_BUFFER_PROPERTY = "dev.asyncio.bench.receiveBuffer";

    /// What size a buffer has that is read into.
    enum ReceiveBuffer {

        /// Always that of the longest read.
        FIXED(FixedRecvByteBufAllocator::new),

        /// By what the reads before it came to: Netty's own choice, from its own sizes on.
        ADAPTIVE(maxBytes -> new AdaptiveRecvByteBufAllocator(64, 2048, maxBytes));

        private final IntFunction<RecvByteBufAllocator> allocators;

        ReceiveBuffer(IntFunction<RecvByteBufAllocator> allocators) {
            this.allocators = allocators;
        }

        /// As a table and [#RECEIVE_BUFFER_PROPERTY] have it.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What Netty's loops wait with.
    enum Transport {
        NIO(NioIoHandler::newFactory, NioServerSocketChannel.class, NioSocketChannel.class),
        EPOLL(EpollIoHandler::newFactory, EpollServerSocketChannel.class, EpollSocketChannel.class),

        /// Epoll that never sleeps.
        EPOLL_BUSY(Transport::newBusyEpoll, EpollServerSocketChannel.class, EpollSocketChannel.class),

        IO_URING(IoUringIoHandler::newFactory, IoUringServerSocketChannel.class, IoUringSocketChannel.class);

        private final Supplier<IoHandlerFactory> ioHandlers;
        private final Class<? extends ServerChannel> serverType;
        private final Class<? extends Channel> clientType;

        Transport(Supplier<IoHandlerFactory> ioHandlers, Class<? extends ServerChannel> serverType,
                Class<? extends Channel> clientType) {
            this.ioHandlers = ioHandlers;
            this.serverType = serverType;
            this.clientType = clientType;
        }

        IoHandlerFactory newIoHandlers() {
            return ioHandlers.get();
        }

        /// One for each processor; one less where loops never sleep, for a client needs a processor, too.
        private int loopCount() {
            int processorCount = Runtime.getRuntime().availableProcessors();
            return this == EPOLL_BUSY ? Math.max(1, processorCount - 1) : processorCount;
        }

        Class<? extends Channel> clientType() {
            return clientType;
        }

        private static IoHandlerFactory newBusyEpoll() {
            SelectStrategy neverSleep = (ready, hasTasks) -> hasTasks ? ready.get() : SelectStrategy.BUSY_WAIT;
            return EpollIoHandler.newFactory(0, () -> neverSleep);
        }

        /// Whether this system has it.
        boolean isAvailable() {
            return switch (this) {
                case NIO -> true;
                case EPOLL, EPOLL_BUSY -> Epoll.isAvailable();
                case IO_URING -> IoUring.isAvailable();
            };
        }
    }

    /// Starts a server whose connections, all with no-delay, get their handlers from `pipeline`.
    static NettyServer start(InetSocketAddress address, Transport transport, Consumer<Channel> pipeline)
            throws IOException {
        return start(address, transport, transport.loopCount(), pipeline);
    }

    static NettyServer start(InetSocketAddress address, Transport transport, int loopCount, Consumer<Channel> pipeline)
            throws IOException {
        var connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
        var group = new MultiThreadIoEventLoopGroup(loopCount, transport.newIoHandlers());
        var bootstrap = new ServerBootstrap()
                .group(group)
                .channel(transport.serverType)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, NoDelay.isWanted())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        NoDelay.require(channel.config().getOption(ChannelOption.TCP_NODELAY));
                        connections.add(channel);
                        pipeline.accept(channel);
                    }
                });
        boolean isBound = false;
        try {
            var server = new NettyServer(group, bootstrap.bind(address).sync().channel(), connections);
            isBound = true;
            return server;
        } catch (InterruptedException _) {
            throw Interruption.in("binding " + address);
        } finally {
            if (!isBound) {
                end(group); // whatever Netty threw: it declares no checked exception, and throws them all the same
            }
        }
    }

    private static void end(EventLoopGroup group) {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /// Has a connection read up to so many bytes at once.
    static void readAtOnce(Channel channel, int maxBytes) {
        ReceiveBuffer buffer = Names.find("receive buffer", ReceiveBuffer.values(),
                System.getProperty(RECEIVE_BUFFER_PROPERTY, ReceiveBuffer.ADAPTIVE.name()));
        channel.config().setRecvByteBufAllocator(buffer.allocators.apply(maxBytes));
    }

    /// Writes back whatever is read, and flushes at the end of each batch of reads.
    static class Echo extends ChannelInboundHandlerAdapter {

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.flush();
        }

        /// The peer has sent its end: what it sent before is still to go back.
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event instanceof ChannelInputShutdownEvent) {
                context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            }
            super.userEventTriggered(context, event);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            System.err.println("Netty echo: " + cause);
            context.close();
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    void stopListening() {
        listener.close().syncUninterruptibly();
    }

    void close() {
        stopListening();
        connections.close().awaitUninterruptibly(); // a loop that waits busily may end without having closed them
        end(group);
    }
}
