import dev.asyncio.net.ByteStream;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.TlsHandler;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.ws.MessageView;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketOptions;
import dev.asyncio.ws.WebSocketServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;

/// `NetworkServer ADDRESS CA_FILE`: echoes by TCP, TLS, `ws` and `wss` on the ports from 7001 on, and ticks by TCP and TLS on
/// the next two, and at `/ticks` of the others. Leaves its authority's certificate in the file.
///
/// It finds dead clients by itself. Whomever it serves, it prints `serves TRANSPORT`, and in the end `gone TRANSPORT: `, the
/// time, and within how many milliseconds it finds a dead one, and why.
final class NetworkServer {

    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /// From the last sign of life. Connections last through a cut that is much shorter.
    private static final Duration BOUND = INTERVAL.plus(TIMEOUT);

    /// The same for TCP and TLS: two probes, a second apart.
    private static final TcpOptions.KeepAlive PROBES =
            new TcpOptions.KeepAlive(INTERVAL, Duration.ofSeconds(1), (int) TIMEOUT.toSeconds());

    private static final Duration TICK = Duration.ofMillis(50);

    private NetworkServer() {}

    static void main(String[] args) throws Exception {
        var authority = CertificateAuthority.create("Network");
        String encoded = Base64.getMimeEncoder().encodeToString(authority.certificate().getEncoded());
        Files.writeString(Path.of(args[1]),
                "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n");
        TlsOptions tls = TlsOptions.builder().identity(authority.issue(args[0])).build();
        try (var _ = startTcp(7001, NetworkServer::echo);
                var _ = startTls(7002, tls, NetworkServer::echo);
                var _ = sockets("ws").start(TcpListener.bind(7003));
                var _ = sockets("wss").tls(tls).start(TcpListener.bind(7004));
                var _ = startTcp(7005, NetworkServer::tick);
                var last = startTls(7006, tls, NetworkServer::tick)) {
            System.out.println("listening on port 7001");
            last.awaitClose();
        }
    }

    /// What is said to one client.
    @FunctionalInterface
    private interface Talk<T> {
        void with(T client) throws Exception;
    }

    private static TcpServer startTcp(int port, Talk<ByteStream> talk) throws IOException {
        return TcpServer.start(bind(port), stream -> serve("tcp", talk, stream));
    }

    private static TcpServer startTls(int port, TlsOptions tls, Talk<ByteStream> talk) throws IOException {
        return TcpServer.start(bind(port), TlsHandler.over(tls, stream -> serve("tls", talk, stream)));
    }

    private static TcpListener bind(int port) throws IOException {
        return TcpListener.bind(new InetSocketAddress(port), TcpOptions.builder().keepAlive(PROBES).build());
    }

    private static WebSocketServer.Builder sockets(String transport) {
        return WebSocketServer.builder()
                .options(WebSocketOptions.builder().keepAlive(INTERVAL, TIMEOUT).build())
                .route("/echo", socket -> serve(transport, NetworkServer::echo, socket))
                .route("/ticks", socket -> serve(transport, NetworkServer::tick, socket));
    }

    private static <T> void serve(String transport, Talk<T> talk, T client) throws Exception {
        System.out.println("serves " + transport);
        String why = "the end";
        try {
            talk.with(client);
        } catch (Exception e) {
            why = e.toString();
            throw e;
        } finally {
            System.out.println(
                    "gone " + transport + ": " + System.currentTimeMillis() + " " + BOUND.toMillis() + " " + why);
        }
    }

    private static void echo(ByteStream stream) throws IOException {
        var buffer = ByteBuffer.allocate(16 * 1024);
        while (stream.read(buffer.clear()) != -1) {
            stream.write(buffer.flip());
        }
    }

    private static void echo(WebSocket socket) throws IOException {
        MessageView message = socket.receiveView();
        while (message.kind() != MessageView.Kind.CLOSE) {
            socket.send(message);
            message = socket.receiveView();
        }
    }

    private static void tick(ByteStream stream) throws IOException, InterruptedException {
        for (int count = 1;; count++) {
            stream.write(encode(count));
            Thread.sleep(TICK);
        }
    }

    private static void tick(WebSocket socket) throws IOException, InterruptedException {
        for (int count = 1;; count++) {
            socket.send(encode(count));
            Thread.sleep(TICK);
        }
    }

    private static ByteBuffer encode(int count) {
        return StandardCharsets.US_ASCII.encode("tick " + count + "\n");
    }
}
