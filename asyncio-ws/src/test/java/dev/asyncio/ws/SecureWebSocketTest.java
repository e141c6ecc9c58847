package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.buffers.BufferPool;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.JdkTls;
import dev.asyncio.net.tls.TlsHandler;
import dev.asyncio.net.tls.TlsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// WebSockets over TLS: `wss`.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class SecureWebSocketTest {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    private final WebSocketOptions trusting =
            WebSocketOptions.builder().tls(TlsOptions.builder().authorities(AUTHORITY.certificate()).build()).build();

    private WebSocketServer server;

    @BeforeEach
    void start() throws IOException {
        var tls = TlsOptions.builder().identity(AUTHORITY.issue("localhost")).build();
        server = WebSocketServer.builder().tls(tls).handler(SecureWebSocketTest::echo)
                .policy(request -> request.remoteAddress().isPresent()
                        ? Optional.empty()
                        : Optional.of(HttpResponse.text(500, "who are you")))
                .start(TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        TcpOptions.defaults()));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private static void echo(WebSocket socket) throws IOException {
        MessageView message = socket.receiveView();
        while (message.kind() != MessageView.Kind.CLOSE) {
            socket.send(message);
            message = socket.receiveView();
        }
    }

    private URI uri(String scheme, String host) {
        return URI.create(scheme + "://" + host + ":" + server.localAddress().getPort() + "/");
    }

    @Test
    void messagesOfAnyLengthComeBack() throws Exception {
        try (WebSocket socket = WebSocket.connect(uri("wss", "localhost"), trusting, patience())) {
            for (int length : new int[] {0, 1, 125, 126, 16_000, 16_384, 70_000, 1024 * 1024}) {
                var sending = Waiting.start(ThreadKind.VIRTUAL, () -> socket.send(ByteBuffer.allocate(length)));
                assertEquals(new Message.Binary(ByteBuffer.allocate(length)), socket.receive(patience()));
                sending.value();
            }
            socket.close(CloseCode.NORMAL, "", patience());
            assertEquals(CloseCode.NORMAL, socket.peerClose().orElseThrow().code());
        }
    }

    /// Waits for a server's goodbye for longer than a test may take.
    private static TlsOptions patientTls() {
        return TlsOptions.builder()
                .authorities(AUTHORITY.certificate())
                .closeTimeout(Waiting.PATIENCE.multipliedBy(2))
                .build();
    }

    @Test
    void aPeerThatIsSilentIsGivenUpWithoutWaitingForItsGoodbye() throws Exception {
        var tls = TlsOptions.builder().identity(AUTHORITY.issue("localhost")).build();
        var listener = TcpListener.bind(0);
        try (var _ = WebSocketServer.builder().tls(tls).handler(_ -> new CountDownLatch(1).await()).start(listener)) {
            var options = WebSocketOptions.builder()
                    .tls(patientTls())
                    .keepAlive(Duration.ofMillis(50), Duration.ofMillis(50))
                    .build();
            var uri = URI.create("wss://localhost:" + listener.localAddress().getPort() + "/");
            try (WebSocket socket = WebSocket.connect(uri, options, patience())) {
                Waiting.start(ThreadKind.VIRTUAL, () -> socket.receive()).failure(SocketException.class);
            }
        }
    }

    @Test
    void aConnectEndsWithItsDeadlineThoughTheServerSaysNothingNotEvenGoodbye() throws Exception {
        var tls = TlsOptions.builder().identity(AUTHORITY.issue("localhost")).build();
        var listener = TcpListener.bind(0);
        try (var _ = TcpServer.start(listener, TlsHandler.over(tls, _ -> new CountDownLatch(1).await()))) {
            var options = WebSocketOptions.builder().tls(patientTls()).build();
            var uri = URI.create("wss://localhost:" + listener.localAddress().getPort() + "/");
            Waiting.start(ThreadKind.VIRTUAL,
                    () -> WebSocket.connect(uri, options, Deadline.after(Duration.ofSeconds(1))))
                    .failure(SocketTimeoutException.class);
        }
    }

    @Test
    void aPageThatHasComeWithoutTlsIsNotTheServersOwn() throws Exception {
        var tls = TlsOptions.builder().identity(AUTHORITY.issue("localhost")).build();
        var builder = WebSocketServer.builder().tls(tls).handler(SecureWebSocketTest::echo)
                .options(WebSocketOptions.builder().allowSameOrigin().build());
        try (var strict = builder.start(TcpListener.bind(0))) {
            String authority = "localhost:" + strict.localAddress().getPort();
            var uri = URI.create("wss://" + authority + "/");
            var https = WebSocketOptions.builder().tls(trusting.tls()).header("Origin", "https://" + authority).build();
            WebSocket.connect(uri, https, patience()).close();
            var http = WebSocketOptions.builder().tls(trusting.tls()).header("Origin", "http://" + authority).build();
            var refused = assertThrows(
                    WebSocketException.HandshakeRefused.class, () -> WebSocket.connect(uri, http, patience()));
            assertEquals(403, refused.status());
        }
    }

    @Test
    void aServerThatNobodyVouchesForIsRefused() {
        var failure = assertThrows(SSLException.class, () -> WebSocket.connect(uri("wss", "localhost")));
        assertTrue(failure.getMessage().contains("client for localhost"), failure::getMessage);
    }

    @Test
    void aServerOfAnotherNameIsRefused() {
        assertThrows(SSLException.class, () -> WebSocket.connect(uri("wss", "127.0.0.1"), trusting, patience()));
    }

    @Test
    void aPlainClientIsNotServed() {
        assertThrows(IOException.class, () -> WebSocket.connect(uri("ws", "localhost"), trusting, patience()));
    }

    /// Whom the server must be is for the address to say, not for the proxy.
    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1"})
    void aProxyLeadsToTheServer(String host) throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var proxying = Waiting.start(ThreadKind.VIRTUAL, () -> {
                try (RawPeer client = new RawPeer(listener.accept());
                        RawPeer target = RawPeer.connect(server.localAddress())) {
                    String head = client.readHead();
                    client.send("HTTP/1.1 200 Connection established\r\n\r\n");
                    RawPeer.relay(client, target);
                    return head;
                }
            });
            var options = WebSocketOptions.builder()
                    .tls(trusting.tls())
                    .proxy(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()))
                    .build();
            if (host.equals("localhost")) {
                try (WebSocket socket = WebSocket.connect(uri("wss", host), options, patience())) {
                    socket.send("hello");
                    assertEquals(new Message.Text("hello"), socket.receive(patience()));
                }
            } else {
                assertThrows(SSLException.class, () -> WebSocket.connect(uri("wss", host), options, patience()));
            }
            String authority = host + ":" + server.localAddress().getPort();
            assertTrue(proxying.value().startsWith("CONNECT " + authority + " HTTP/1.1\r\n"));
        }
    }

    /// So much of it that whoever waits for the rest keeps a pooled buffer.
    @Test
    void aRequestThatBreaksOffWithinARecordLeavesNoBufferBehind() throws Exception {
        int spareCount = BufferPool.RECORD.spareCount();
        try (var socket = new Socket();
                var gate = new FaultMatrixGate(socket)) {
            socket.connect(server.localAddress());
            var secure = (SSLSocket) JdkTls.trusting(AUTHORITY.certificate()).getSocketFactory()
                    .createSocket(gate, "localhost", socket.getPort(), true);
            secure.startHandshake();
            gate.passNoMoreThan(5 * 1024);
            secure.getOutputStream().write(new byte[10 * 1024]);
            Waiting.await("the server to take in what has come", () -> BufferPool.RECORD.spareCount() < spareCount);
            socket.setSoLinger(true, 0);
        }
    }
}
