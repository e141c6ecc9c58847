package dev.asyncio.net.tls;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.buffers.BufferPool;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.CertificateAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Many connections, and long ones. More of both by hand: `-Dtls.handshakes=10000 -Dtls.streamBytes=1073741824`.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class TlsEnduranceTest {

    private static final int HANDSHAKE_COUNT = Integer.getInteger("tls.handshakes", 1_000);
    private static final long STREAM_BYTES = Long.getLong("tls.streamBytes", 16 * 1024 * 1024);
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofMinutes(4);

    private static final int CLIENT_COUNT = 8;
    private static final int WARM_UP_COUNT = 200;
    private static final int MESSAGE_BYTES = 20_000; // two records
    private static final int PIECE_BYTES = 64 * 1024;

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");
    private static final TlsIdentity LOCALHOST = AUTHORITY.issue("localhost");

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    private static TcpListener listen() throws IOException {
        return TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), TcpOptions.defaults());
    }

    private static TcpServer startEcho(TlsOptions options) throws IOException {
        return TcpServer.start(listen(), tcp -> {
            try (var stream = TlsStream.server(tcp, options)) {
                var buffer = ByteBuffer.allocate(16 * 1024);
                while (stream.read(buffer.clear()) != -1) {
                    stream.write(buffer.flip());
                }
            }
        });
    }

    private static TlsOptions serverOptions(String protocol) {
        return TlsOptions.builder().protocols(protocol).identity(LOCALHOST).closeTimeout(CLOSE_TIMEOUT).build();
    }

    private static TlsOptions clientOptions(String protocol) {
        return TlsOptions.builder()
                .protocols(protocol)
                .authorities(AUTHORITY.certificate())
                .closeTimeout(CLOSE_TIMEOUT)
                .build();
    }

    private static void converse(InetSocketAddress server, TlsOptions options, int seed) throws IOException {
        byte[] sent = new byte[MESSAGE_BYTES];
        new Random(seed).nextBytes(sent);
        var tcp = TcpStream.connect(server, TcpOptions.defaults(), patience());
        try (var stream = TlsStream.client(tcp, "localhost", options, patience())) {
            stream.write(ByteBuffer.wrap(sent), patience());
            var received = ByteBuffer.allocate(MESSAGE_BYTES);
            stream.readFully(received, patience());
            assertEquals(ByteBuffer.wrap(sent), received.flip());
        }
    }

    /// Clients that come one after the other, several at a time. Every second one has options of its own, and so a
    /// whole handshake; the others resume.
    private static void converse(InetSocketAddress server, String protocol, int count) throws Exception {
        TlsOptions shared = clientOptions(protocol);
        var next = new AtomicInteger();
        var done = new CountDownLatch(CLIENT_COUNT);
        var clients = Stream.generate(() -> Waiting.start(ThreadKind.VIRTUAL, () -> {
            try {
                for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                    converse(server, i % 2 == 0 ? clientOptions(protocol) : shared, i);
                }
            } finally {
                done.countDown();
            }
        })).limit(CLIENT_COUNT).toList();
        assertTrue(done.await(LONG.toMillis(), TimeUnit.MILLISECONDS), "handshakes begun: " + next);
        for (var client : clients) {
            client.value();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void handshakesAndClosesLeaveNothingBehind(String protocol) throws Exception {
        try (var server = startEcho(serverOptions(protocol))) {
            converse(server.localAddress(), protocol, WARM_UP_COUNT);
            Waiting.await("the first handlers to return", () -> server.connectionCount() == 0);
            Held before = Held.now();
            converse(server.localAddress(), protocol, HANDSHAKE_COUNT);
            Waiting.await("the handlers to return", () -> server.connectionCount() == 0);
            Held after = Held.now();
            System.out
                    .println(protocol + ": " + HANDSHAKE_COUNT + " handshakes: before " + before + ", after " + after);
            assertTrue(after.isWithin(before), "before " + before + ", after " + after);
        }
        assertEquals(List.of(), log.entries());
    }

    /// Threads, registrations and descriptors are [NothingLeftOver]'s, and pooled buffers [PoolWatch]'s.
    ///
    /// @param residentBytes as the system sees it, the heap included: for the eye alone; 0 where the system does not tell
    private record Held(long directBytes, long residentBytes) {

        static Held now() throws IOException {
            return new Held(PoolWatch.directBytes(), measureResidentBytes());
        }

        private static long measureResidentBytes() throws IOException {
            Path status = Path.of("/proc/self/status");
            if (!Files.exists(status)) {
                return 0;
            }
            try (var lines = Files.lines(status)) {
                return lines.filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                        .findFirst()
                        .orElse(0);
            }
        }

        boolean isWithin(Held before) {
            return directBytes <= before.directBytes + CLIENT_COUNT * BufferPool.LARGE.bufferBytes();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void manyShakeHandsAtOnce(String protocol) throws Exception {
        TlsOptions shared = clientOptions(protocol);
        try (var server = startEcho(serverOptions(protocol))) {
            var clients = new ArrayList<Waiting<Void>>();
            for (int i = 0; i < 200; i++) {
                int seed = i;
                clients.add(Waiting.start(
                        ThreadKind.VIRTUAL, () -> converse(server.localAddress(), shared, seed)));
            }
            for (var client : clients) {
                client.value();
            }
            Waiting.await("the handlers to return", () -> server.connectionCount() == 0);
        }
        assertEquals(List.of(), log.entries());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void whatIsStreamedBothWaysHasTheChecksumsOfWhatWasSent(String protocol) throws Exception {
        try (var listener = listen()) {
            var tcp = TcpStream.connect(listener.localAddress(), TcpOptions.defaults(), patience());
            TlsOptions serverOptions = serverOptions(protocol);
            var serving = Waiting.start(
                    ThreadKind.VIRTUAL, () -> TlsStream.server(listener.accept(patience()), serverOptions));
            try (var client = TlsStream.client(tcp, "localhost", clientOptions(protocol), patience());
                    var server = serving.value()) {
                var sending = List.of(
                        Waiting.start(ThreadKind.VIRTUAL, () -> send(client, 1)),
                        Waiting.start(ThreadKind.VIRTUAL, () -> send(server, 2)));
                var receivingByServer = Waiting.start(ThreadKind.VIRTUAL, () -> receive(server));
                long receivedByClient = receive(client);
                assertEquals(sending.getFirst().value(), receivingByServer.value());
                assertEquals(sending.getLast().value(), receivedByClient);
            }
        }
        System.out.println(protocol + ": " + STREAM_BYTES + " bytes each way");
    }

    /// @return the checksum of what was sent
    private static long send(TlsStream stream, int seed) throws IOException {
        byte[] bytes = new byte[PIECE_BYTES];
        new Random(seed).nextBytes(bytes);
        var piece = ByteBuffer.wrap(bytes);
        var checksum = new CRC32C();
        var deadline = Deadline.after(LONG);
        for (long sent = 0; sent < STREAM_BYTES; sent += PIECE_BYTES) {
            piece.clear().putLong(0, sent); // no piece is like another
            checksum.update(bytes);
            stream.write(piece, deadline);
        }
        return checksum.getValue();
    }

    /// @return the checksum of what was received
    private static long receive(TlsStream stream) throws IOException {
        var piece = ByteBuffer.allocateDirect(PIECE_BYTES);
        var checksum = new CRC32C();
        var deadline = Deadline.after(LONG);
        for (long received = 0; received < STREAM_BYTES;) {
            received += stream.read(piece.clear(), deadline);
            checksum.update(piece.flip());
        }
        return checksum.getValue();
    }
}
