package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.Seed;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.TlsHandler;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.net.tls.TlsStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The whole stack at once: many clients, each with one connection after the other, by TCP, TLS, `ws` and `wss`, which
/// send, receive, ping, give up, are interrupted, close and abort as it comes. What comes back is what was sent.
///
/// What each connection does follows from the seed alone, which a failing run prints, with the connection. More of them
/// by hand: `-Dstack.connections=10000`, for each client, and `-Dseed=N` for the same once more.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class RandomStackTest {

    private static final int CLIENT_COUNT = 12;
    private static final int CONNECTION_COUNT = Integer.getInteger("stack.connections", 80);
    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(100);

    @RegisterExtension
    private final Seed seed = new Seed();

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    private final TlsOptions serverTls =
            TlsOptions.builder().identity(AUTHORITY.issue("localhost")).closeTimeout(CLOSE_TIMEOUT).build();
    private final TlsOptions clientTls =
            TlsOptions.builder().authorities(AUTHORITY.certificate()).closeTimeout(CLOSE_TIMEOUT).build();
    private final AtomicInteger doneCount = new AtomicInteger();
    private TcpServer tcp;
    private TcpServer tls;
    private WebSocketServer ws;
    private WebSocketServer wss;

    @BeforeEach
    void start() throws IOException {
        tcp = TcpServer.start(listen(), StreamTalk::echo);
        tls = TcpServer.start(listen(), TlsHandler.over(serverTls, StreamTalk::echo));
        ws = webSockets().start(listen());
        wss = webSockets().tls(serverTls).start(listen());
    }

    private static TcpListener listen() throws IOException {
        return TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), TcpOptions.defaults());
    }

    private static WebSocketServer.Builder webSockets() {
        var options = WebSocketOptions.builder().compression(Compression.withContext());
        var builder = WebSocketServer.builder().options(options.build());
        SocketTalk.HANDLERS.forEach(builder::route);
        return builder;
    }

    @AfterEach
    void close() {
        tcp.close();
        tls.close();
        ws.close();
        wss.close();
    }

    @Test
    void whatComesBackIsWhatWasSentWhateverElseHappens() throws Exception {
        var done = new CountDownLatch(CLIENT_COUNT);
        var clients = IntStream.range(0, CLIENT_COUNT)
                .mapToObj(client -> Waiting.start(client % 4 == 0 ? ThreadKind.PLATFORM : ThreadKind.VIRTUAL, () -> {
                    try {
                        connectAgainAndAgain(client);
                    } finally {
                        done.countDown();
                    }
                }))
                .toList();
        assertTrue(done.await(1 + CONNECTION_COUNT / 10, TimeUnit.MINUTES), "clients that still talk: " + done);
        System.out.println("random stack: " + doneCount + " connections");
        for (var client : clients) {
            client.value();
        }
        Waiting.await("the handlers to return", () -> tcp.connectionCount() + tls.connectionCount()
                + ws.connectionCount() + wss.connectionCount() == 0);
        assertEquals(List.of(), log.entries().stream()
                .filter(entry -> entry.getLevel().intValue() > Level.INFO.intValue())
                .map(entry -> entry.getMessage() + ": " + entry.getThrown())
                .toList());
    }

    private void connectAgainAndAgain(int client) {
        for (int i = 0; i < CONNECTION_COUNT; i++) {
            SplittableRandom random = seed.random((long) client << 32 | i);
            int kind = random.nextInt(4);
            try {
                switch (kind) {
                    case 0 -> new StreamTalk(connect(tcp), random).run();
                    case 1 -> {
                        TcpStream below = connect(tls);
                        new StreamTalk(TlsStream.client(below, "localhost", clientTls, patience()), random).run();
                    }
                    case 2 -> new SocketTalk(connect("ws", ws, random), random).run();
                    default -> new SocketTalk(connect("wss", wss, random), random).run();
                }
                doneCount.incrementAndGet();
            } catch (Exception | AssertionError e) {
                throw new AssertionError("client " + client + ", connection " + i + ", kind " + kind, e);
            }
        }
    }

    private static TcpStream connect(TcpServer server) throws IOException {
        return TcpStream.connect(server.localAddress(), TcpOptions.defaults(), patience());
    }

    private WebSocket connect(String scheme, WebSocketServer server, SplittableRandom random) throws IOException {
        var options = WebSocketOptions.builder().tls(clientTls);
        if (random.nextBoolean()) {
            options.compression(Compression.withContext());
        }
        List<String> paths = SocketTalk.HANDLERS.keySet().stream().sorted().toList(); // one order in every run
        String path = paths.get(random.nextInt(paths.size()));
        var uri = URI.create(scheme + "://localhost:" + server.localAddress().getPort() + path);
        return WebSocket.connect(uri, options.build(), patience());
    }
}
