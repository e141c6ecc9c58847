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
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;

/// `NetworkServer ADDRESS CA_FILE`: echoes by TCP, TLS, `ws` and `wss` on the ports from 7001 on, and ticks by TCP and TLS on
/// the next two, and at `/ticks` of the others. The same from 7101 on, where it soon gives up whoever is silent. Leaves its
/// authority's certificate in the file.
///
/// It finds dead clients by itself. Whomever it serves, it prints `serves TRANSPORT`, and in the end `gone TRANSPORT: `, the
/// time, and within how many milliseconds it finds a dead one, and why.
final class NetworkServer {

    /// When the network is mended, it may be seconds until TCP sends again: five were seen, after a second's cut.
    private static final Duration PATIENT = Duration.ofSeconds(20);

    private static final Duration IMPATIENT = Duration.ofSeconds(4);
    private static final int PROBE_COUNT = 2;
    private static final Duration TICK = Duration.ofMillis(50);

    /// Advances with each tick.
    private static final Phaser CLOCK = new Phaser(1);

    /// Within what time a dead client is found, from its last sign of life: one half is silence, and in the other it is asked.
    private final Duration bound;

    private final Duration half;

    private NetworkServer(Duration bound) {
        this.bound = bound;
        this.half = bound.dividedBy(2);
    }

    static void main(String[] args) throws Exception {
        var authority = CertificateAuthority.create("Network");
        String encoded = Base64.getMimeEncoder().encodeToString(authority.certificate().getEncoded());
        Files.writeString(Path.of(args[1]),
                "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n");
        TlsOptions tls = TlsOptions.builder().identity(authority.issue(args[0])).build();
        try (var ticking = Executors.newSingleThreadScheduledExecutor()) {
            ticking.scheduleAtFixedRate(CLOCK::arrive, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
            new NetworkServer(PATIENT).start(7001, tls);
            WebSocketServer last = new NetworkServer(IMPATIENT).start(7101, tls);
            System.out.println("listening on port 7001");
            last.awaitClose();
        }
    }

    /// What is said to one client.
    @FunctionalInterface
    private interface Talk<T> {
        void with(T client) throws Exception;
    }

    /// They end with the process.
    private WebSocketServer start(int port, TlsOptions tls) throws IOException {
        startTcp(port, NetworkServer::echo);
        startTls(port + 1, tls, NetworkServer::echo);
        sockets("ws").start(TcpListener.bind(port + 2));
        startTcp(port + 4, NetworkServer::tick);
        startTls(port + 5, tls, NetworkServer::tick);
        return sockets("wss").tls(tls).start(TcpListener.bind(port + 3));
    }

    private void startTcp(int port, Talk<ByteStream> talk) throws IOException {
        TcpServer.start(bind(port), stream -> serve("tcp", talk, stream));
    }

    private void startTls(int port, TlsOptions tls, Talk<ByteStream> talk) throws IOException {
        TcpServer.start(bind(port), TlsHandler.over(tls, stream -> serve("tls", talk, stream)));
    }

    private TcpListener bind(int port) throws IOException {
        var probes = new TcpOptions.KeepAlive(half, half.dividedBy(PROBE_COUNT), PROBE_COUNT);
        return TcpListener.bind(new InetSocketAddress(port), TcpOptions.builder().keepAlive(probes).build());
    }

    private WebSocketServer.Builder sockets(String transport) {
        return WebSocketServer.builder()
                .options(WebSocketOptions.builder().keepAlive(half, half).build())
                .route("/echo", socket -> serve(transport, NetworkServer::echo, socket))
                .route("/ticks", socket -> serve(transport, NetworkServer::tick, socket));
    }

    private <T> void serve(String transport, Talk<T> talk, T client) throws Exception {
        System.out.println("serves " + transport);
        String why = "the end";
        try {
            talk.with(client);
        } catch (Exception e) {
            why = e.toString();
            throw e;
        } finally {
            System.out.println(
                    "gone " + transport + ": " + System.currentTimeMillis() + " " + bound.toMillis() + " " + why);
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
            awaitTick();
        }
    }

    private static void tick(WebSocket socket) throws IOException, InterruptedException {
        for (int count = 1;; count++) {
            socket.send(encode(count));
            awaitTick();
        }
    }

    private static void awaitTick() throws InterruptedException {
        CLOCK.awaitAdvanceInterruptibly(CLOCK.getPhase());
    }

    private static ByteBuffer encode(int count) {
        return StandardCharsets.US_ASCII.encode("tick " + count + "\n");
    }
}
