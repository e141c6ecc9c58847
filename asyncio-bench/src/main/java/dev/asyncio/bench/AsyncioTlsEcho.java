package dev.asyncio.bench;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.tls.TlsHandler;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.net.tls.TlsStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;

/// asyncio as its README has it.
record AsyncioTlsEcho(TcpServer server, TlsOptions clientOptions) implements TlsContender {

    static AsyncioTlsEcho start(InetSocketAddress address) throws IOException {
        return start(address, AsyncioTlsEcho::echo);
    }

    /// Its idle connections hold no buffer.
    static AsyncioTlsEcho startIdle(InetSocketAddress address) throws IOException {
        return start(address, new IdleServer.IdleEcho()::echo);
    }

    private static AsyncioTlsEcho start(InetSocketAddress address, TlsHandler echo) throws IOException {
        var options = TlsOptions.builder().context(TlsContexts.newServerContext()).build();
        TcpListener listener = TcpListener.bind(address, NoDelay.tcpOptions());
        NoDelay.require(listener);
        var server = TcpServer.start(listener, TlsHandler.over(options, stream -> echoUntilReset(stream, echo)));
        return new AsyncioTlsEcho(server, TlsOptions.builder().context(TlsContexts.newClientContext()).build());
    }

    private static void echoUntilReset(TlsStream stream, TlsHandler echo) throws Exception {
        try {
            echo.handle(stream);
        } catch (SocketException _) {
            // The client has reset the connection, which is how it ends.
        }
    }

    private static void echo(TlsStream stream) throws IOException {
        var buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (stream.read(buffer.clear()) != -1) {
            stream.write(buffer.flip());
        }
    }

    @Override
    public InetSocketAddress address() {
        return server.localAddress();
    }

    @Override
    public Client connect(String host) throws IOException, InterruptedException {
        return BlockingTlsClient.connect(() -> shakeHands(host));
    }

    private Connection shakeHands(String host) throws IOException {
        var tcp = TcpStream.connect(address(), NoDelay.tcpOptions(), Deadline.never());
        try {
            NoDelay.require(tcp.option(StandardSocketOptions.TCP_NODELAY));
        } catch (IllegalStateException e) {
            tcp.close();
            throw e;
        }
        return new Connection(TlsStream.client(tcp, host, clientOptions));
    }

    private record Connection(TlsStream stream) implements BlockingTlsClient.Connection {

        @Override
        public void write(ByteBuffer src) throws IOException {
            stream.write(src);
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            return stream.read(dst);
        }

        @Override
        public void close() throws IOException {
            stream.abort();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
