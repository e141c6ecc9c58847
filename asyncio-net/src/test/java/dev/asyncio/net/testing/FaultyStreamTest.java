package dev.asyncio.net.testing;

import static dev.asyncio.net.ByteStreamContract.bytes;
import static dev.asyncio.net.ByteStreamContract.readText;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStreamContract;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadPendingException;
import java.nio.channels.WritePendingException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class FaultyStreamTest {

    private static final Duration SHORT = Duration.ofMillis(10);

    @Nested
    class OneByteAtATime extends ByteStreamContract {

        @Override
        protected Ends connect() {
            var pair = MemoryStream.pair();
            return new Ends(FaultyStream.around(pair.left()).readsOfAtMost(1).writesOfAtMost(1), pair.right());
        }

        @Override
        protected int bulkBytes() {
            return 128 * 1024;
        }
    }

    /// What stands between does nothing that it was not told.
    @Nested
    class WithoutAFault extends ByteStreamContract {

        @Override
        protected Ends connect() {
            var pair = MemoryStream.pair();
            return new Ends(FaultyStream.around(pair.left()), pair.right());
        }

        @Override
        protected Optional<Ends> connect(Duration readTimeout) throws Exception {
            Ends tcp = overLoopback(withReadTimeout(readTimeout));
            return Optional.of(new Ends(FaultyStream.around(tcp.stream()), tcp.peer()));
        }
    }

    /// Pieces end before, at and behind the end of what the stream inside takes.
    @Nested
    class SevenBytesAtATimeAroundAFewBytes extends ByteStreamContract {

        @Override
        protected Ends connect() {
            var pair = MemoryStream.pair(23);
            return new Ends(FaultyStream.around(pair.left()).readsOfAtMost(7).writesOfAtMost(7), pair.right());
        }

        @Override
        protected int bulkBytes() {
            return 64 * 1024;
        }
    }

    private final MemoryStream.Pair pair = MemoryStream.pair();
    private final FaultyStream stream = FaultyStream.around(pair.left());

    @AfterEach
    void close() throws IOException {
        stream.close();
        pair.close();
    }

    private int read() throws IOException {
        return stream.read(ByteBuffer.allocate(10), Waiting.patience());
    }

    @Test
    void readsComeBackWithFewBytes() throws IOException {
        stream.readsOfAtMost(2);
        pair.right().write(ByteBuffer.allocate(5));
        assertEquals(2, read());
        assertEquals(2, read());
        assertEquals(1, read());
    }

    @Test
    void readingEndsAtItsByte() throws IOException {
        stream.endsWhenRead(3);
        pair.right().write(ByteBuffer.allocate(5));
        assertEquals(3, read());
        assertEquals(-1, read());
        stream.awaitReadable(Waiting.patience());
        assertEquals(-1, read());
    }

    @Test
    void readingBreaksAtItsByteAndThePeerFindsOut() throws IOException {
        stream.resetsWhenRead(3);
        pair.right().write(ByteBuffer.allocate(5));
        assertEquals(3, read());
        assertReset("read from", this::read);
        assertReset("write to", () -> pair.right().write(ByteBuffer.allocate(1)));
    }

    @Test
    void aBrokenStreamStaysBrokenInBothDirectionsUntilItIsClosed() throws IOException {
        stream.resetsWhenRead(0);
        for (int i = 0; i < 2; i++) {
            assertReset("read from", this::read);
            assertReset("write to", () -> stream.write(ByteBuffer.allocate(1)));
            assertReset("write to", stream::shutdownOutput);
            assertTrue(stream.isOpen());
        }
        stream.close();
        assertFalse(stream.isOpen());
        assertThrows(ClosedChannelException.class, this::read);
        assertThrows(ClosedChannelException.class, () -> stream.awaitReadable(Waiting.patience()));
    }

    @ParameterizedTest
    @EnumSource
    void aResetWakesTheOtherDirectionAsANetworkWould(ThreadKind kind) throws Exception {
        stream.resetsWhenWritten(3);
        var reading = Waiting.parked(kind, this::read);
        assertReset("write to", () -> stream.write(ByteBuffer.allocate(5)));
        assertReset("read from", reading.failure(IOException.class));
    }

    @ParameterizedTest
    @EnumSource
    void aResetWakesTheOtherDirectionWhenItIsStalled(ThreadKind kind) throws Exception {
        stream.stallsWhenWritten(3).resetsWhenRead(0);
        var writing = Waiting.parked(kind, () -> stream.write(ByteBuffer.allocate(5)));
        assertReset("read from", this::read);
        assertReset("write to", writing.failure(IOException.class));
    }

    private static void assertReset(String operation, Executable call) {
        assertReset(operation, assertThrows(IOException.class, call));
    }

    private static void assertReset(String operation, IOException e) {
        assertFalse(e instanceof ClosedChannelException, e::toString);
        assertTrue(e.getMessage().startsWith(operation + " "), e.getMessage());
        assertTrue(e.getMessage().endsWith(": connection reset by peer"), e.getMessage());
    }

    @Test
    void afterCloseNoFaultIsPlayed() throws IOException {
        for (var each : new FaultyStream[] {stream.endsWhenRead(0), FaultyStream.around(pair.right()).stallsWhenRead(0)
        }) {
            each.close();
            assertThrows(ClosedChannelException.class, () -> each.read(ByteBuffer.allocate(1)));
            assertThrows(ClosedChannelException.class, () -> each.awaitReadable(Waiting.patience()));
        }
    }

    @Test
    void readingStallsAtItsByteUntilItsDeadlineAnInterruptOrClose() throws Exception {
        stream.stallsWhenRead(3);
        pair.right().write(ByteBuffer.allocate(5));
        assertEquals(3, read());
        assertThrows(SocketTimeoutException.class, () -> stream.read(ByteBuffer.allocate(1), Deadline.after(SHORT)));
        assertThrows(SocketTimeoutException.class, () -> stream.awaitReadable(Deadline.after(SHORT)));
        var interrupted = Waiting.parked(ThreadKind.VIRTUAL, this::read);
        assertThrows(ReadPendingException.class, this::read);
        interrupted.interrupt();
        interrupted.failure(InterruptedIOException.class);
        assertTrue(interrupted.interruptStatus());
        var closed = Waiting.parked(ThreadKind.VIRTUAL, this::read);
        stream.close();
        closed.failure(AsynchronousCloseException.class);
    }

    @Test
    void aStallHasTheReadTimeoutOfTheStreamInside() throws IOException {
        ByteStreamContract.Ends tcp = ByteStreamContract.overLoopback(ByteStreamContract.withReadTimeout(SHORT));
        try (var stalled = FaultyStream.around(tcp.stream()).stallsWhenRead(0);
                var peer = tcp.peer()) {
            peer.write(bytes("held back"));
            assertThrows(SocketTimeoutException.class, () -> stalled.read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void writingBreaksAtItsByteAndThePeerFindsOut() {
        stream.resetsWhenWritten(3);
        var src = ByteBuffer.allocate(5);
        assertThrows(IOException.class, () -> stream.write(src));
        assertEquals(3, src.position());
        assertThrows(IOException.class, () -> pair.right().read(ByteBuffer.allocate(10)));
    }

    @Test
    void writingStallsAtItsByteUntilItsDeadlineAnInterruptOrClose() throws Exception {
        stream.stallsWhenWritten(3);
        ByteBuffer[] srcs = {ByteBuffer.allocate(2), ByteBuffer.allocate(3)};
        var timeout =
                assertThrows(SocketTimeoutException.class, () -> stream.write(srcs, 0, 2, Deadline.after(SHORT)));
        assertEquals(3, timeout.bytesTransferred);
        assertTrue(timeout.getMessage().startsWith("write to FaultyStream[MemoryStream[left]]"), timeout.getMessage());
        assertEquals(1, srcs[1].position());
        assertEquals(3, srcs[1].limit());
        var interrupted = Waiting.parked(ThreadKind.VIRTUAL, () -> stream.write(ByteBuffer.allocate(1)));
        assertThrows(WritePendingException.class, () -> stream.write(ByteBuffer.allocate(1)));
        interrupted.interrupt();
        assertEquals(0, interrupted.failure(InterruptedIOException.class).bytesTransferred);
        assertTrue(interrupted.interruptStatus());
        assertEquals(3, pair.right().read(ByteBuffer.allocate(10)));
        var closed = Waiting.parked(ThreadKind.VIRTUAL, () -> stream.write(ByteBuffer.allocate(1)));
        stream.close();
        closed.failure(AsynchronousCloseException.class);
    }

    /// However the steps of a close and their wake-ups fall.
    @Test
    void aCloseIsACloseToThoseWhoAreStalled() throws Exception {
        for (int i = 0; i < 500; i++) {
            var stalled = FaultyStream.around(MemoryStream.pair().left()).stallsWhenRead(0).stallsWhenWritten(0);
            var reading = Waiting.parked(ThreadKind.VIRTUAL, () -> stalled.read(ByteBuffer.allocate(1)));
            var writing = Waiting.parked(ThreadKind.VIRTUAL, () -> stalled.write(ByteBuffer.allocate(1)));
            stalled.close();
            reading.failure(AsynchronousCloseException.class);
            writing.failure(AsynchronousCloseException.class);
        }
    }

    @Test
    void aStalledWriterThatSentItsEndIsRefusedNotStalled() throws IOException {
        stream.stallsWhenWritten(0);
        stream.shutdownOutput();
        assertThrows(ClosedChannelException.class, () -> stream.write(ByteBuffer.allocate(1), Waiting.patience()));
    }

    @Test
    void aWriteInPiecesIsStillAllOfIt() throws IOException {
        stream.writesOfAtMost(2);
        ByteBuffer[] srcs = {bytes("gathered "), ByteBuffer.allocate(0), bytes("in pieces")};
        assertEquals(18, stream.write(srcs));
        assertEquals("gathered in pieces", readText(pair.right(), 18));
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> stream.readsOfAtMost(0));
        assertThrows(IllegalArgumentException.class, () -> stream.writesOfAtMost(-1));
        assertThrows(IllegalArgumentException.class, () -> stream.endsWhenRead(-1));
    }
}
