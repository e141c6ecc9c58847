package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoop;
import dev.asyncio.core.EventLoopClosedException;
import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.Spin;
import dev.asyncio.core.testing.Seed;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.TlsHandler;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.net.tls.TlsStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Servers and clients on loops of their own, and how they end: see [RandomShutdownTest].
final class RandomShutdownRound {

    private static final int CLIENT_COUNT = 8;

    /// Of these. They only wait for the end.
    private static final int SILENT_CLIENT_COUNT = 2;

    private static final int MAX_EXCHANGES_BEFORE_THE_END = 200;
    private static final int MAX_BYTES = 20_000;
    private static final int MAX_SHUTDOWN_NANOS = 20_000_000;
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(100);
    private static final Set<CloseCode> FAREWELLS = Set.of(CloseCode.GOING_AWAY, CloseCode.INTERNAL_ERROR);
    private static final String HOST = "127.0.0.1";
    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");
    private static final TlsOptions SERVER_TLS =
            TlsOptions.builder().identity(AUTHORITY.issue(HOST)).closeTimeout(CLOSE_TIMEOUT).build();
    private static final TlsOptions CLIENT_TLS =
            TlsOptions.builder().authorities(AUTHORITY.certificate()).closeTimeout(CLOSE_TIMEOUT).build();

    private final SplittableRandom random;
    private final EventLoopGroup serverLoops;
    private final EventLoopGroup clientLoops;

    /// Of TCP, TLS, `ws` and `wss`.
    private final List<RunningServer> services = new ArrayList<>();

    private final AtomicInteger exchangeCount = new AtomicInteger();
    private volatile boolean isEnding;

    RandomShutdownRound(SplittableRandom random) throws IOException {
        this.random = random;
        this.serverLoops = loops("asyncio-servers");
        this.clientLoops = loops("asyncio-clients");
        services.add(RunningServer.of(TcpServer.start(listen(), StreamTalk::echo)));
        services.add(RunningServer.of(TcpServer.start(listen(), TlsHandler.over(SERVER_TLS, StreamTalk::echo))));
        services.add(RunningServer.of(webSockets().start(listen())));
        services.add(RunningServer.of(webSockets().tls(SERVER_TLS).start(listen())));
    }

    private EventLoopGroup loops(String name) {
        var builder = EventLoopGroup.builder().name(name).loopCount(1 + random.nextInt(2));
        if (random.nextInt(4) == 0) {
            builder.platformThreads();
        }
        if (random.nextInt(4) == 0) {
            builder.spin(Spin.never());
        }
        return builder.build();
    }

    private TcpListener listen() throws IOException {
        return TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                TcpOptions.builder().eventLoops(serverLoops).build());
    }

    private static WebSocketServer.Builder webSockets() {
        return WebSocketServer.builder().handler(SocketTalk.HANDLERS.get("/copies"))
                .options(WebSocketOptions.builder().closeTimeout(CLOSE_TIMEOUT).build());
    }

    /// What ends.
    private enum End {
        SERVERS_ARE_CLOSED {
            @Override
            void bring(RandomShutdownRound round, SplittableRandom random) {
                round.services.forEach(service -> service.close().run());
            }
        },
        SERVERS_WIND_DOWN {
            @Override
            void bring(RandomShutdownRound round, SplittableRandom random) throws InterruptedException {
                for (RunningServer service : round.services) {
                    service.shutdown().until(Deadline.after(Duration.ofNanos(random.nextInt(MAX_SHUTDOWN_NANOS))));
                    service.close().run();
                }
            }
        },
        LOOPS_OF_SERVERS_END {
            @Override
            void bring(RandomShutdownRound round, SplittableRandom random) {
                round.serverLoops.close();
            }
        },
        LOOPS_OF_CLIENTS_END {
            @Override
            void bring(RandomShutdownRound round, SplittableRandom random) {
                round.clientLoops.close();
            }
        };

        abstract void bring(RandomShutdownRound round, SplittableRandom random) throws InterruptedException;
    }

    void run() throws Exception {
        try {
            workToTheEnd();
        } finally {
            close();
        }
    }

    private void workToTheEnd() throws Exception {
        int before = random.nextInt(MAX_EXCHANGES_BEFORE_THE_END);
        var clients = IntStream.range(0, CLIENT_COUNT).mapToObj(this::startClient).toList();
        Waiting.await("the clients",
                () -> exchangeCount.get() >= before || !clients.stream().allMatch(Waiting::isAlive));
        isEnding = true;
        var ending = Stream.generate(() -> random.nextInt(End.values().length)).limit(1 + random.nextInt(3)).distinct()
                .map(i -> startEnd(End.values()[i], random.split()))
                .toList();
        for (var end : ending) {
            end.value();
        }
        closeServices();
        for (var client : clients) {
            client.value();
        }
        assertEquals(List.of(0, 0, 0, 0), services.stream().map(each -> each.connectionCount().getAsInt()).toList());
        Waiting.await("registrations to end", () -> Stream.of(serverLoops, clientLoops)
                .flatMap(group -> group.loops().stream())
                .map(EventLoop::statistics)
                .allMatch(statistics -> statistics.registrationCount() == 0));
    }

    private void closeServices() throws Exception {
        within(() -> services.forEach(service -> service.close().run()));
    }

    private void close() throws Exception {
        closeServices();
        within(serverLoops::close);
        within(clientLoops::close);
    }

    private Waiting<Void> startEnd(End end, SplittableRandom itsRandom) {
        return Waiting.start(ThreadKind.PLATFORM, () -> {
            Seed.pause(itsRandom);
            end.bring(this, itsRandom);
        });
    }

    /// What heeds no interrupt must not keep the test's own thread.
    private static void within(Waiting.Action action) throws Exception {
        Waiting.start(ThreadKind.PLATFORM, action).value();
    }

    private Waiting<Void> startClient(int index) {
        SplittableRandom itsRandom = random.split();
        return Waiting.start(index % 4 == 0 ? ThreadKind.PLATFORM : ThreadKind.VIRTUAL,
                () -> meetToTheEnd(index < SILENT_CLIENT_COUNT, itsRandom));
    }

    /// Once more after the first end that it comes to.
    private void meetToTheEnd(boolean isSilent, SplittableRandom itsRandom) {
        int endCount = 0;
        while (endCount < 2) {
            try {
                meet(isSilent, itsRandom);
            } catch (IOException e) {
                checkEnd(e);
                endCount++;
            }
        }
    }

    private void meet(boolean isSilent, SplittableRandom itsRandom) throws IOException {
        try (Peer peer = connect(itsRandom.nextInt(services.size()))) {
            if (isSilent) {
                peer.awaitEnd();
            } else {
                for (int left = itsRandom.nextInt(5); left >= 0; left--) {
                    peer.exchange(StreamTalk.randomBytes(itsRandom, MAX_BYTES));
                    exchangeCount.incrementAndGet();
                }
            }
        }
    }

    /// No timeout, which would be a hang; no broken protocol.
    private void checkEnd(IOException end) {
        if (!isEnding) {
            throw new AssertionError("nothing has ended yet", end);
        }
        boolean isKnown = switch (end) {
            case EventLoopClosedException _,EOFException _,SocketException _,ClosedChannelException _ -> true;
            default -> false;
        };
        if (!isKnown) {
            throw new AssertionError("no end that the contract knows", end);
        }
    }

    private Peer connect(int kind) throws IOException {
        InetSocketAddress address = services.get(kind).localAddress();
        TcpOptions tcp = TcpOptions.builder().eventLoops(clientLoops).build();
        if (kind < 2) {
            TcpStream below = TcpStream.connect(address, tcp, patience());
            return new StreamPeer(kind == 0 ? below : TlsStream.client(below, HOST, CLIENT_TLS, patience()));
        }
        var options = WebSocketOptions.builder().tcp(tcp).tls(CLIENT_TLS).closeTimeout(CLOSE_TIMEOUT).build();
        var uri = URI.create((kind == 2 ? "ws://" : "wss://") + HOST + ":" + address.getPort() + "/");
        return new SocketPeer(WebSocket.connect(uri, options, patience()));
    }

    /// A client's connection. Ends are thrown, whether they came as such or not.
    private interface Peer extends AutoCloseable {

        /// What comes back must be what was sent.
        void exchange(byte[] bytes) throws IOException;

        void awaitEnd() throws IOException;

        @Override
        void close() throws IOException;
    }

    private record StreamPeer(ByteStream stream) implements Peer {

        @Override
        public void exchange(byte[] bytes) throws IOException {
            stream.write(ByteBuffer.wrap(bytes), patience());
            var received = ByteBuffer.allocate(bytes.length);
            stream.readFully(received, patience());
            assertTrue(Arrays.equals(bytes, received.array()), "what comes back");
        }

        @Override
        public void awaitEnd() throws IOException {
            assertEquals(-1, stream.read(ByteBuffer.allocate(1), patience()));
            throw new EOFException("the peer's end");
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }

    private record SocketPeer(WebSocket socket) implements Peer {

        @Override
        public void exchange(byte[] bytes) throws IOException {
            socket.send(ByteBuffer.wrap(bytes), patience());
            Message received = socket.receive(patience());
            if (received instanceof Message.Close close) {
                throw end(close);
            }
            assertEquals(new Message.Binary(ByteBuffer.wrap(bytes)), received);
        }

        @Override
        public void awaitEnd() throws IOException {
            throw end(assertInstanceOf(Message.Close.class, socket.receive(patience())));
        }

        private static EOFException end(Message.Close close) {
            assertTrue(FAREWELLS.contains(close.code()), close::toString);
            return new EOFException("the peer's " + close);
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
