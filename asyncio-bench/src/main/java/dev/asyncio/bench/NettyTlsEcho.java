package dev.asyncio.bench;

import dev.asyncio.bench.NettyServer.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLContext;

/// Netty in its own idiom, its `SslHandler` on the JDK's provider. The client is driven by what comes back, too, and
/// shares the server's loops.
record NettyTlsEcho(NettyServer server, Transport transport, SslContext clientContext) implements TlsContender {

    static NettyTlsEcho start(InetSocketAddress address, Transport transport) throws IOException {
        SslContext context = context(TlsContexts.newServerContext(), false);
        var server = NettyServer.start(address, transport, channel -> channel.pipeline()
                .addLast(context.newHandler(channel.alloc()), new Echo()));
        return new NettyTlsEcho(server, transport, context(TlsContexts.newClientContext(), true));
    }

    private static SslContext context(SSLContext ofJdk, boolean isClient) {
        return new JdkSslContext(
                ofJdk, isClient, null, IdentityCipherSuiteFilter.INSTANCE, ApplicationProtocolConfig.DISABLED,
                ClientAuth.NONE, null, false);
    }

    private static final class Echo extends NettyServer.Echo {

        /// What the socket throws itself is that the client has reset the connection, which is how it ends. What TLS
        /// throws comes in an exception of the decoder's.
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (cause instanceof IOException) {
                context.close();
            } else {
                super.exceptionCaught(context, cause);
            }
        }
    }

    @Override
    public InetSocketAddress address() {
        return server.address();
    }

    @Override
    public Client connect(String host) throws IOException {
        var handler = new Handler();
        Channel channel = new Bootstrap()
                .group(server.group())
                .channel(transport.clientType())
                .option(ChannelOption.TCP_NODELAY, NoDelay.isWanted())
                .option(ChannelOption.SO_LINGER, 0)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        NoDelay.require(channel.config().getOption(ChannelOption.TCP_NODELAY));
                        SslHandler tls = clientContext.newHandler(channel.alloc(), host, address().getPort());
                        var parameters = tls.engine().getSSLParameters();
                        parameters.setEndpointIdentificationAlgorithm("HTTPS");
                        tls.engine().setSSLParameters(parameters);
                        channel.pipeline().addLast(tls, handler);
                    }
                })
                .connect(address())
                .syncUninterruptibly()
                .channel();
        boolean isOpen = false;
        try {
            channel.pipeline().get(SslHandler.class).handshakeFuture().syncUninterruptibly();
            isOpen = true;
            return new NettyClient(channel, handler);
        } finally {
            if (!isOpen) {
                channel.close();
            }
        }
    }

    @Override
    public void close() {
        server.close();
    }

    private record NettyClient(Channel channel, Handler handler) implements Client {

        @Override
        public void roundTrips(int messageCount) throws IOException, InterruptedException {
            run((long) messageCount * TlsPayload.MESSAGE_BYTES, TlsPayload.MESSAGE_BYTES, true);
        }

        @Override
        public void stream(long byteCount) throws IOException, InterruptedException {
            run(byteCount, BUFFER_BYTES, false);
        }

        private void run(long byteCount, int writeBytes, boolean waits) throws IOException, InterruptedException {
            var done = new CompletableFuture<Void>();
            channel.eventLoop().execute(() -> handler.begin(byteCount, writeBytes, waits, done));
            try {
                done.get();
            } catch (ExecutionException e) {
                throw new IOException("Netty TLS client", e.getCause());
            }
        }

        @Override
        public void close() {
            channel.pipeline().context(SslHandler.class).close().syncUninterruptibly(); // without a close_notify, as the others
        }
    }

    /// On the channel's loop.
    private static final class Handler extends ChannelInboundHandlerAdapter {

        private ChannelHandlerContext context;
        private TlsPayload sent;
        private TlsPayload checked;
        private long byteCount;
        private int writeBytes;

        /// Whether to send only when everything has come back.
        private boolean waits;

        private CompletableFuture<Void> done = new CompletableFuture<>();

        @Override
        public void handlerAdded(ChannelHandlerContext handlerContext) {
            this.context = handlerContext;
        }

        void begin(long newByteCount, int newWriteBytes, boolean newWaits, CompletableFuture<Void> newDone) {
            sent = new TlsPayload();
            checked = new TlsPayload();
            byteCount = newByteCount;
            writeBytes = newWriteBytes;
            waits = newWaits;
            done = newDone;
            send();
        }

        private void send() {
            while (sent.position() < byteCount
                    && (waits ? sent.position() == checked.position() : context.channel().isWritable())) {
                int count = (int) Math.min(writeBytes, byteCount - sent.position());
                ByteBuf buffer = context.alloc().buffer(count);
                sent.fill(buffer.nioBuffer(0, count), count);
                context.writeAndFlush(buffer.writerIndex(count), context.voidPromise());
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext handlerContext, Object message) throws IOException {
            var buffer = (ByteBuf) message;
            try {
                for (ByteBuffer part : buffer.nioBuffers()) {
                    checked.check(part);
                }
            } finally {
                buffer.release();
            }
            if (checked.position() == byteCount) {
                done.complete(null);
            } else if (waits) {
                send();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext handlerContext) {
            if (sent != null && !waits) {
                send();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext handlerContext) {
            done.completeExceptionally(new IOException("the server ended the connection"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext handlerContext, Throwable cause) {
            done.completeExceptionally(cause);
        }
    }
}
