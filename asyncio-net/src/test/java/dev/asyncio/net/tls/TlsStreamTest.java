package dev.asyncio.net.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.ByteStreamContract;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.buffers.BufferPool;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.testing.FaultyStream;
import dev.asyncio.net.testing.MemoryStream;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The contract over TLS, whatever is below.
class TlsStreamTest {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Contract");
    private static final TlsIdentity IDENTITY = AUTHORITY.issue("localhost");

    private static ByteStreamContract.Ends over(ByteStream client, ByteStream server, String protocol)
            throws Exception {
        return over(client, server, protocol, Duration.ofMillis(20));
    }

    private static ByteStreamContract.Ends over(
            ByteStream client, ByteStream server, String protocol, Duration closeTimeout)
            throws Exception {
        Supplier<TlsOptions.Builder> builder =
                () -> TlsOptions.builder().protocols(protocol).closeTimeout(closeTimeout);
        var serving = Waiting.start(ThreadKind.VIRTUAL,
                () -> TlsStream.server(server, builder.get().identity(IDENTITY).build()));
        TlsOptions options = builder.get().authorities(AUTHORITY.certificate()).build();
        ByteStream stream = TlsStream.client(client, "localhost", options);
        return new ByteStreamContract.Ends(stream, serving.value());
    }

    @Test
    void aWriteThatRunsOutOfMemoryBreaksTheStream() throws Exception {
        var isShortOfMemory = new AtomicBoolean();
        var pair = MemoryStream.pair();
        InvocationHandler orFail = (_, method, arguments) -> {
            if (method.getName().equals("write") && isShortOfMemory.get()) {
                throw new OutOfMemoryError("no memory for a copy");
            }
            return method.invoke(pair.left(), arguments);
        };
        var below = (ByteStream) Proxy.newProxyInstance(
                TlsStreamTest.class.getClassLoader(), new Class<?>[] {ByteStream.class}, orFail);
        ByteStreamContract.Ends ends = over(below, pair.right(), "TLSv1.3");
        try (var stream = ends.stream(); var _ = ends.peer()) {
            isShortOfMemory.set(true);
            assertThrows(OutOfMemoryError.class, () -> stream.write(ByteStreamContract.bytes("lost")));
            isShortOfMemory.set(false);
            var failure = assertThrows(IOException.class, () -> stream.write(ByteStreamContract.bytes("next")));
            assertTrue(failure.getMessage().contains("an earlier write failed"), failure::getMessage);
        }
    }

    /// As a server does that closes at once.
    @Test
    void aStreamThatIsClosedFromBelowGivesItsBuffersBack() throws Exception {
        var pair = MemoryStream.pair();
        ByteStreamContract.Ends ends = over(pair.left(), pair.right(), "TLSv1.3");
        try (var stream = ends.stream(); var peer = ends.peer()) {
            List<ByteBuffer> held = Stream.generate(BufferPool.RECORD::acquire).limit(3).toList();
            held.forEach(BufferPool.RECORD::release);
            peer.write(ByteStreamContract.bytes("two bytes are read of this"));
            assertEquals("tw", ByteStreamContract.readText(stream, 2));
            pair.left().close();
            int before = BufferPool.RECORD.spareCount();
            stream.close();
            assertTrue(BufferPool.RECORD.spareCount() > before);
        }
    }

    @Test
    void aReadThatEndsByItsDeadlineLeavesNoBufferBehind() throws Exception {
        var pair = MemoryStream.pair();
        ByteStreamContract.Ends ends = over(pair.left(), pair.right(), "TLSv1.3");
        try (var stream = ends.stream(); var peer = ends.peer()) {
            PoolWatch.fillPools();
            int before = BufferPool.RECORD.spareCount();
            peer.write(ByteStreamContract.bytes("all of this is read"));
            assertEquals("all of this is read", ByteStreamContract.readText(stream, 19));
            assertThrows(SocketTimeoutException.class,
                    () -> stream.read(ByteBuffer.allocate(1), Deadline.after(Duration.ZERO)));
            assertEquals(before, BufferPool.RECORD.spareCount());
        }
    }

    /// What a deadline has cut off of a write leaves no room for one more record. Whether the thread that waits to write it
    /// begins before the end is due or after is for the scheduler to say, so this is tried several times.
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void anEndForWhichThereWasNoRoomFollowsWhenThePeerReads(String protocol) throws Exception {
        for (int i = 0; i < 20; i++) {
            var pair = MemoryStream.pair();
            ByteStreamContract.Ends ends = over(pair.left(), pair.right(), protocol);
            try (var stream = ends.stream(); var peer = ends.peer()) {
                leaveCutOff(stream);
                assertThrows(SocketTimeoutException.class, () -> stream.shutdownOutput(Deadline.after(Duration.ZERO)));
                peer.write(ByteStreamContract.bytes("still heard"));
                assertEquals("still heard", ByteStreamContract.readText(stream, 11));
                dropToTheEnd(peer);
            }
        }
    }

    /// The thread that waits to write what a deadline has cut off may be there before that write or after it; so this
    /// is tried several times.
    @Test
    void aWriteWithoutADeadlineWaitsForItsTurnWithoutATimer() throws Exception {
        for (int i = 0; i < 20; i++) {
            var pair = MemoryStream.pair();
            ByteStreamContract.Ends ends = over(pair.left(), pair.right(), "TLSv1.3");
            try (var stream = ends.stream(); var peer = ends.peer()) {
                leaveCutOff(stream);
                var writer = new AtomicReference<Thread>();
                var writing = Waiting.parked(ThreadKind.VIRTUAL, () -> {
                    writer.set(Thread.currentThread());
                    stream.write(ByteStreamContract.bytes("in its turn"));
                    stream.shutdownOutput();
                });
                assertEquals(Thread.State.WAITING, writer.get().getState());
                dropToTheEnd(peer);
                writing.value();
            }
        }
    }

    /// The thread that waits to write what a deadline has cut off says so then, if it is already there when the close comes;
    /// so this is tried several times.
    @Test
    void aCloseBehindWhatADeadlineHasCutOffIsAnEndStill() throws Exception {
        for (int i = 0; i < 20; i++) {
            var pair = MemoryStream.pair();
            ByteStreamContract.Ends ends = over(pair.left(), pair.right(), "TLSv1.3", Waiting.PATIENCE);
            ByteStream stream = ends.stream();
            try (var peer = ends.peer()) {
                leaveCutOff(stream);
                var closing = Waiting.parked(ThreadKind.VIRTUAL, stream::close);
                dropToTheEnd(peer);
                peer.close();
                closing.value();
            }
        }
    }

    /// The peer writes more than there is room for before it reads, so the two would wait for each other.
    @Test
    void aCloseForWhoseEndThereIsNoRoomReadsMeanwhile() throws Exception {
        int capacityBytes = 4 * 1024;
        var pair = MemoryStream.pair(capacityBytes);
        ByteStreamContract.Ends ends = over(pair.left(), pair.right(), "TLSv1.3", Waiting.PATIENCE);
        ByteStream stream = ends.stream();
        try (var peer = ends.peer()) {
            int overheadBytes = 5 + 1 + 16 + 16; // header, type, what the JDK pads with, and tag (RFC 8446, section 5.2)
            stream.write(ByteBuffer.allocate(capacityBytes - overheadBytes), Waiting.patience());
            var closing = Waiting.parked(ThreadKind.VIRTUAL, stream::close);
            peer.write(ByteBuffer.allocate(10 * capacityBytes), Waiting.patience());
            dropToTheEnd(peer);
            peer.close();
            closing.value();
        }
    }

    @Test
    void aCloseWaitsForAPeerThatHasEndedToReadWhatADeadlineHasCutOff() throws Exception {
        assertACloseWaitsUntilThePeerHasRead((stream, peer, _) -> {
            peer.shutdownOutput();
            assertEquals(-1, stream.read(ByteBuffer.allocate(1), Waiting.patience()));
            leaveCutOff(stream);
        });
    }

    @Test
    void aCloseWaitsForAPeerThatHasEndedWithoutCloseNotifyToReadWhatADeadlineHasCutOff() throws Exception {
        assertACloseWaitsUntilThePeerHasRead((stream, _, belowPeer) -> {
            leaveCutOff(stream);
            belowPeer.shutdownOutput();
        });
    }

    /// What comes before a close.
    @FunctionalInterface
    private interface Before {
        void happen(ByteStream stream, ByteStream peer, ByteStream belowPeer) throws Exception;
    }

    private static void assertACloseWaitsUntilThePeerHasRead(Before before) throws Exception {
        for (int i = 0; i < 20; i++) {
            var pair = MemoryStream.pair();
            ByteStreamContract.Ends ends = over(pair.left(), pair.right(), "TLSv1.3", Waiting.PATIENCE);
            ByteStream stream = ends.stream();
            try (var peer = ends.peer()) {
                before.happen(stream, peer, pair.right());
                var closing = Waiting.parked(ThreadKind.VIRTUAL, stream::close);
                dropToTheEnd(peer);
                closing.value();
            }
        }
    }

    /// Leaves no room for one more record, either.
    private static void leaveCutOff(ByteStream stream) {
        Deadline now = Deadline.after(Duration.ZERO);
        assertThrows(SocketTimeoutException.class, () -> {
            while (true) {
                stream.write(ByteBuffer.allocate(8_000), now);
            }
        });
    }

    private static void dropToTheEnd(ByteStream peer) throws IOException {
        var dropped = ByteBuffer.allocate(64 * 1024);
        while (peer.read(dropped.clear(), Waiting.patience()) != -1) {}
    }

    /// That the close itself reads meanwhile is no mistake of the caller's.
    @Test
    void whoBeginsToReadWhileACloseWaitsForThePeersLearnsOfTheClose() throws Exception {
        var pair = MemoryStream.pair();
        ByteStreamContract.Ends ends = over(pair.left(), pair.right(), "TLSv1.3", Waiting.PATIENCE);
        ByteStream stream = ends.stream();
        try (var peer = ends.peer()) {
            var closing = Waiting.parked(ThreadKind.VIRTUAL, stream::close);
            assertThrows(ClosedChannelException.class, () -> stream.read(ByteBuffer.allocate(1)));
            peer.close();
            closing.value();
        }
    }

    @Nested
    class OverTcp extends ByteStreamContract {

        @Override
        protected Ends connect() throws Exception {
            return over(overLoopback(TcpOptions.defaults()));
        }

        @Override
        protected Optional<Ends> connect(Duration readTimeout) throws Exception {
            return Optional.of(over(overLoopback(withReadTimeout(readTimeout))));
        }

        private static Ends over(Ends tcp) throws Exception {
            return TlsStreamTest.over(tcp.stream(), tcp.peer(), "TLSv1.3");
        }
    }

    @Nested
    class OverMemory extends ByteStreamContract {

        @Override
        protected Ends connect() throws Exception {
            var pair = MemoryStream.pair();
            return over(pair.left(), pair.right(), "TLSv1.3");
        }
    }

    @Nested
    class OfTheOlderVersion extends ByteStreamContract {

        @Override
        protected Ends connect() throws Exception {
            var pair = MemoryStream.pair();
            return over(pair.left(), pair.right(), "TLSv1.2");
        }

        @Override
        protected boolean hasHalfClose() {
            return false;
        }
    }

    @Nested
    class OneByteAtATime extends ByteStreamContract {

        @Override
        protected Ends connect() throws Exception {
            var pair = MemoryStream.pair();
            return over(
                    FaultyStream.around(pair.left()).readsOfAtMost(1).writesOfAtMost(1), pair.right(), "TLSv1.3");
        }

        @Override
        protected int bulkBytes() {
            return 64 * 1024;
        }
    }
}
