package dev.asyncio.net;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.Seed;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.net.tls.TlsStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Closes from other threads, at any moment of a read, a write or an accept. Whoever waits learns of it, whoever comes
/// later is refused, and everything is given back, whatever else happens: bytes that come, interrupts, deadlines.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class CloseRaceTest {

    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(5);
    private static final TlsOptions SERVER =
            TlsOptions.builder().identity(AUTHORITY.issue("localhost")).closeTimeout(CLOSE_TIMEOUT).build();
    private static final TlsOptions CLIENT =
            TlsOptions.builder().authorities(AUTHORITY.certificate()).closeTimeout(CLOSE_TIMEOUT).build();
    private static final int PIECE_BYTES = 8 * 1024;

    @RegisterExtension
    private final Seed seed = new Seed();

    private record Ends(ByteStream stream, ByteStream peer) {}

    private enum Transport {
        TCP(1_000),
        TLS(100);

        private final int roundCount;

        Transport(int roundCount) {
            this.roundCount = roundCount;
        }

        Ends connect() throws Exception {
            try (var listener = TcpListener.bind(LOOPBACK, TcpOptions.defaults())) {
                var stream = TcpStream.connect(listener.localAddress(), TcpOptions.defaults(), patience());
                var peer = listener.accept(patience());
                if (this == TCP) {
                    return new Ends(stream, peer);
                }
                var serving = Waiting.start(ThreadKind.VIRTUAL, () -> TlsStream.server(peer, SERVER, patience()));
                return new Ends(TlsStream.client(stream, "localhost", CLIENT, patience()), serving.value());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoReadsOrWritesLearnsOfAClose(Transport transport) throws Exception {
        for (int round = 0; round < transport.roundCount; round++) {
            SplittableRandom random = seed.random(round);
            Ends ends = transport.connect();
            Waiting.start(ThreadKind.PLATFORM, () -> closeInUse(ends, random)).value();
        }
    }

    private static void closeInUse(Ends ends, SplittableRandom random) throws Exception {
        ByteStream stream = ends.stream();
        SplittableRandom readers = random.split();
        var using = List.of(
                Waiting.start(anyKind(random), useWith(buffer -> stream.read(buffer, someDeadline(readers)))),
                Waiting.start(anyKind(random), useWith(buffer -> stream.write(buffer, patience()))));
        var peers = new ArrayList<Waiting<Void>>();
        if (random.nextBoolean()) {
            peers.add(Waiting.start(anyKind(random), useWith(ends.peer()::write)));
        }
        if (random.nextBoolean()) {
            peers.add(Waiting.start(anyKind(random), useWith(ends.peer()::read)));
        }
        Seed.pause(random);
        if (random.nextInt(4) == 0) {
            using.getFirst().interrupt();
        }
        Seed.pause(random);
        var closing = Stream.generate(() -> random.nextInt(4) > 0)
                .limit(1 + random.nextInt(2))
                .map(isPolite -> Waiting.start(anyKind(random), isPolite ? stream::close : stream::abort))
                .toList();
        for (var closer : closing) {
            closer.value();
        }
        for (var user : using) {
            user.failure(ClosedChannelException.class);
        }
        assertFalse(stream.isOpen());
        var late = ByteBuffer.allocate(1);
        assertEquals(ClosedChannelException.class,
                assertThrows(IOException.class, () -> stream.read(late)).getClass());
        assertEquals(ClosedChannelException.class,
                assertThrows(IOException.class, () -> stream.write(late)).getClass());
        ends.peer().abort();
        for (var peer : peers) {
            peer.failure(IOException.class);
        }
    }

    private static ThreadKind anyKind(SplittableRandom random) {
        return random.nextInt(4) > 0 ? ThreadKind.VIRTUAL : ThreadKind.PLATFORM;
    }

    /// Far away mostly, so that the close must wake the reader.
    private static Deadline someDeadline(SplittableRandom random) {
        return random.nextInt(8) > 0 ? patience() : Deadline.after(Duration.ofNanos(random.nextInt(100_000)));
    }

    @FunctionalInterface
    private interface Use {
        int once(ByteBuffer buffer) throws IOException;
    }

    /// Until it fails for good, or the peer has ended.
    private static Waiting.Action useWith(Use use) {
        var buffer = ByteBuffer.allocate(PIECE_BYTES);
        return () -> {
            int count = 0;
            while (count >= 0) {
                try {
                    count = use.once(buffer.clear());
                } catch (InterruptedIOException _) {
                    Thread.interrupted(); // gave up, and goes on
                }
            }
            throw new IOException("the peer's end came");
        };
    }

    @Test
    void whoAcceptsLearnsOfACloseAndNoConnectionIsLost() throws Exception {
        for (int round = 0; round < 1_000; round++) {
            SplittableRandom random = seed.random(round);
            var listener = TcpListener.bind(LOOPBACK, TcpOptions.defaults());
            var accepting = Waiting.start(anyKind(random), () -> {
                while (true) {
                    listener.accept(patience()).close();
                }
            });
            var connecting = Waiting.start(anyKind(random), () -> {
                while (true) {
                    TcpStream.connect(listener.localAddress(), TcpOptions.defaults(), patience()).abort();
                }
            });
            Seed.pause(random);
            Seed.pause(random);
            Waiting.start(anyKind(random), listener::close).value();
            accepting.failure(ClosedChannelException.class);
            connecting.failure(IOException.class);
        }
    }

    /// A server that is closed while clients come serves each of them or none, and leaves none behind.
    @Test
    void whoComesWhileAServerClosesIsServedOrRefused() throws Exception {
        for (int round = 0; round < 250; round++) {
            SplittableRandom random = seed.random(round);
            var server = TcpServer.start(TcpListener.bind(LOOPBACK, TcpOptions.defaults()),
                    stream -> stream.inputStream().transferTo(stream.outputStream()));
            var clients = Stream.generate(() -> Waiting.start(anyKind(random), () -> {
                while (true) {
                    try (var stream = TcpStream.connect(server.localAddress(), TcpOptions.defaults(), patience())) {
                        stream.write(ByteBuffer.allocate(1), patience());
                        stream.readFully(ByteBuffer.allocate(1), patience());
                    }
                }
            })).limit(2).toList();
            Seed.pause(random);
            Seed.pause(random);
            Waiting.start(ThreadKind.PLATFORM, server::close).value();
            assertEquals(0, server.connectionCount());
            for (var client : clients) {
                client.failure(IOException.class);
            }
        }
    }
}
