package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.NettyServer.Transport;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.tls.TlsStream;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
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
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Our TLS with Netty's `SslHandler`, either as the client and as the server.
class TlsInteropTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(Waiting.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Netty's server, and what it knows of its last connection.
    private record NettyTlsEcho(
            NettyServer server, BlockingQueue<Channel> accepted, CompletableFuture<SslCloseCompletionEvent> closeNotify)
            implements
                AutoCloseable {

        static NettyTlsEcho start() throws Exception {
            var context = NettyTls.nettyServer();
            var accepted = new LinkedBlockingQueue<Channel>();
            var closeNotify = new CompletableFuture<SslCloseCompletionEvent>();
            var server = NettyServer.start(ANY_PORT, Transport.NIO, channel -> {
                accepted.add(channel);
                channel.pipeline()
                        .addLast(context.newHandler(channel.alloc()), new NettyServer.Echo(), onClose(closeNotify));
            });
            return new NettyTlsEcho(server, accepted, closeNotify);
        }

        TlsStream connect(String protocol) throws Exception {
            var tcp = TcpStream.connect(server.address(), TcpOptions.defaults(), Waiting.patience());
            return TlsStream.client(tcp, "localhost", NettyTls.ourClient(protocol), Waiting.patience());
        }

        @Override
        public void close() {
            server.close();
        }
    }

    private static SimpleChannelInboundHandler<ByteBuf> onClose(
            CompletableFuture<SslCloseCompletionEvent> closeNotify) {
        return new SimpleChannelInboundHandler<>() {
            @Override
            protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
                throw new AssertionError("a message came past its handler");
            }

            @Override
            public void userEventTriggered(ChannelHandlerContext context, Object event) {
                if (event instanceof SslCloseCompletionEvent close) {
                    closeNotify.complete(close);
                    context.close(); // of its own accord it only does so before TLS 1.3, which has half closes
                }
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void ourClientHasItsBytesEchoedByNetty(String protocol) throws Exception {
        var random = new Random(1);
        try (var server = NettyTlsEcho.start();
                var stream = server.connect(protocol)) {
            assertEquals(protocol, stream.protocol());
            for (int length : Payloads.lengths().toArray()) {
                byte[] sent = Payloads.bytes(length, random);
                var sending = Waiting.start(
                        ThreadKind.VIRTUAL, () -> stream.write(ByteBuffer.wrap(sent), Waiting.patience()));
                var received = ByteBuffer.allocate(length);
                stream.readFully(received, Waiting.patience());
                assertArrayEquals(sent, received.array());
                sending.value();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void nettysServerHearsAndAnswersOurEnd(String protocol) throws Exception {
        try (var server = NettyTlsEcho.start();
                var stream = server.connect(protocol)) {
            stream.shutdownOutput(Waiting.patience());
            assertTrue(get(server.closeNotify()).isSuccess());
            assertEquals(-1, stream.read(ByteBuffer.allocate(1), Waiting.patience()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void ourClientHearsNettysEnd(String protocol) throws Exception {
        try (var server = NettyTlsEcho.start();
                var stream = server.connect(protocol)) {
            server.accepted().take().close();
            assertEquals(-1, stream.read(ByteBuffer.allocate(1), Waiting.patience()));
        }
    }

    /// Netty's client; what it receives can be read from a pipe.
    private static final class NettyTlsClient implements AutoCloseable {

        private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        private final CompletableFuture<SslCloseCompletionEvent> closeNotify = new CompletableFuture<>();
        private final PipedOutputStream output = new PipedOutputStream();
        private final PipedInputStream received = new PipedInputStream(output, 64 * 1024);
        private final Channel channel;

        NettyTlsClient(InetSocketAddress server) throws Exception {
            var context = NettyTls.nettyClient();
            channel = new Bootstrap()
                    .group(group)
                    .channel(NioSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .handler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel opened) {
                            opened.pipeline()
                                    .addLast(
                                            context.newHandler(opened.alloc(), "localhost", server.getPort()),
                                            new Receiver(),
                                            onClose(closeNotify));
                        }
                    })
                    .connect(server)
                    .sync()
                    .channel();
            channel.pipeline().get(SslHandler.class).handshakeFuture().sync();
        }

        private final class Receiver extends SimpleChannelInboundHandler<ByteBuf> {

            @Override
            protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) throws Exception {
                bytes.readBytes(output, bytes.readableBytes());
                output.flush();
            }

            @Override
            public void channelInactive(ChannelHandlerContext context) throws Exception {
                output.close();
            }
        }

        @Override
        public void close() {
            channel.close().syncUninterruptibly();
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        }
    }

    private static TcpListener listen() throws Exception {
        return TcpListener.bind(ANY_PORT, TcpOptions.defaults());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void nettysClientHasItsBytesEchoedByUsAndItsEndHeard(String protocol) throws Exception {
        var end = new CompletableFuture<String>();
        var random = new Random(1);
        try (var server = TcpServer.start(listen(), tcp -> {
            try (var stream = TlsStream.server(tcp, NettyTls.ourServer(protocol), Waiting.patience())) {
                var buffer = ByteBuffer.allocateDirect(16 * 1024);
                while (stream.read(buffer.clear()) != -1) {
                    stream.write(buffer.flip());
                }
                end.complete(stream.protocol());
            } catch (Throwable e) {
                end.completeExceptionally(e);
            }
        })) {
            try (var client = new NettyTlsClient(server.localAddress())) {
                for (int length : Payloads.lengths().toArray()) {
                    byte[] sent = Payloads.bytes(length, random);
                    client.channel.writeAndFlush(Unpooled.wrappedBuffer(sent));
                    assertArrayEquals(sent, client.received.readNBytes(length));
                }
            }
            assertEquals(protocol, get(end));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void nettysClientHearsAndAnswersOurEnd(String protocol) throws Exception {
        var answer = new CompletableFuture<Integer>();
        try (var server = TcpServer.start(listen(), tcp -> {
            try (var stream = TlsStream.server(tcp, NettyTls.ourServer(protocol), Waiting.patience())) {
                stream.shutdownOutput(Waiting.patience());
                answer.complete(stream.read(ByteBuffer.allocate(1), Waiting.patience()));
            } catch (Throwable e) {
                answer.completeExceptionally(e);
            }
        });
                var client = new NettyTlsClient(server.localAddress())) {
            assertTrue(get(client.closeNotify).isSuccess());
            assertEquals(-1, client.received.read());
            assertEquals(-1, get(answer));
        }
    }
}
