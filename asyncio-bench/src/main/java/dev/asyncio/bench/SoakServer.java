package dev.asyncio.bench;

import dev.asyncio.net.ByteStream;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.TlsHandler;
import dev.asyncio.net.tls.TlsIdentity;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.ws.Compression;
import dev.asyncio.ws.MessageView;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketOptions;
import dev.asyncio.ws.WebSocketServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// The one server of a soak: echoes over TCP, TLS and WebSocket (over either), on every [SoakPort]. Prints them, and for each line of
/// input what it holds and has counted.
public final class SoakServer {

    /// Longer than a client waits, who then has something to tell.
    private static final Duration HANDSHAKE_TIMEOUT = SoakClients.PATIENCE.multipliedBy(2);

    /// Short, so that many peers run into it within one soak.
    static final Duration IMPATIENT_TIMEOUT = Duration.ofSeconds(1);

    private static final int BUFFER_BYTES = 16 * 1024;
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final CertificateAuthority authority = CertificateAuthority.create("asyncio soak");
    private final TlsIdentity identity = authority.issue(TlsContexts.HOST, "127.0.0.1");
    private final SoakCounts counts = new SoakCounts();
    private final SoakProbe probe = new SoakProbe();

    private final Witness witness;

    /// Sees what the server does. One that does wrong can be made of it.
    @FunctionalInterface
    interface Witness {

        /// On each connection, once it is served.
        default void connected() {}

        /// Before a piece is sent back.
        void received(ByteBuffer piece);
    }

    private SoakServer(Witness witness) {
        this.witness = witness;
    }

    static void main() throws Exception {
        serve(_ -> {});
    }

    static void serve(Witness witness) throws Exception {
        new SoakServer(witness).serve();
    }

    private void serve() throws Exception {
        counts.countLibraryLog();
        try (var tcp = TcpServer.start(bind(), this::echo);
                var tls = startTls(HANDSHAKE_TIMEOUT);
                var webSocket = webSocket(HANDSHAKE_TIMEOUT).start(bind());
                var secureWebSocket = secureWebSocket(HANDSHAKE_TIMEOUT).start(bind());
                var impatientTls = startTls(IMPATIENT_TIMEOUT);
                var impatientWebSocket = webSocket(IMPATIENT_TIMEOUT).start(bind());
                var impatientSecureWebSocket = secureWebSocket(IMPATIENT_TIMEOUT).start(bind())) {
            Map<SoakPort, InetSocketAddress> addresses = new EnumMap<>(SoakPort.class);
            addresses.put(SoakPort.TCP, tcp.localAddress());
            addresses.put(SoakPort.TLS, tls.localAddress());
            addresses.put(SoakPort.WEBSOCKET, webSocket.localAddress());
            addresses.put(SoakPort.SECURE_WEBSOCKET, secureWebSocket.localAddress());
            addresses.put(SoakPort.IMPATIENT_TLS, impatientTls.localAddress());
            addresses.put(SoakPort.IMPATIENT_WEBSOCKET, impatientWebSocket.localAddress());
            addresses.put(SoakPort.IMPATIENT_SECURE_WEBSOCKET, impatientSecureWebSocket.localAddress());
            System.out.println(SoakTarget.toLine(addresses, authority.certificate()));
            answerRequests();
        }
    }

    private void answerRequests() throws IOException {
        var input = new BufferedReader(new InputStreamReader(System.in));
        while (input.readLine() != null) {
            Map<String, Double> sample = probe.sample();
            sample.putAll(counts.toFigures());
            System.out.println(Values.format(sample));
        }
    }

    private TcpServer startTls(Duration handshakeTimeout) throws IOException {
        return TcpServer.start(bind(), TlsHandler.over(tlsOptions(handshakeTimeout), this::echo));
    }

    private TlsOptions tlsOptions(Duration handshakeTimeout) {
        return TlsOptions.builder().identity(identity).handshakeTimeout(handshakeTimeout).build();
    }

    private WebSocketServer.Builder secureWebSocket(Duration handshakeTimeout) {
        return webSocket(handshakeTimeout).tls(tlsOptions(handshakeTimeout));
    }

    private WebSocketServer.Builder webSocket(Duration handshakeTimeout) {
        var options = WebSocketOptions.builder()
                .compression(Compression.withContext())
                .handshakeTimeout(handshakeTimeout)
                .build();
        return WebSocketServer.builder().handler(this::echo).options(options);
    }

    private static TcpListener bind() throws IOException {
        return TcpListener.bind(ANY_PORT, TcpOptions.defaults());
    }

    private void echo(ByteStream stream) throws IOException {
        witness.connected();
        var buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (stream.read(buffer.clear()) != -1) {
            witness.received(buffer.flip().duplicate());
            stream.write(buffer);
        }
    }

    private void echo(WebSocket socket) throws IOException {
        witness.connected();
        MessageView message = socket.receiveView();
        while (message.kind() != MessageView.Kind.CLOSE) {
            witness.received(message.bytes().duplicate());
            socket.send(message);
            message = socket.receiveView();
        }
    }
}
