package dev.asyncio.net.testing;

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
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

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
        var e = assertThrows(IOException.class, this::read);
        assertTrue(e.getMessage().contains("reset"), e.getMessage());
        assertFalse(stream.isOpen());
        assertThrows(IOException.class, () -> pair.right().write(ByteBuffer.allocate(1)));
    }

    @Test
    void readingStallsAtItsByteUntilItsDeadlineAnInterruptOrClose() throws Exception {
        stream.stallsWhenRead(3);
        pair.right().write(ByteBuffer.allocate(5));
        assertEquals(3, read());
        assertThrows(SocketTimeoutException.class, () -> stream.read(ByteBuffer.allocate(1), Deadline.after(SHORT)));
        assertThrows(SocketTimeoutException.class, () -> stream.awaitReadable(Deadline.after(SHORT)));
        var interrupted = Waiting.parked(ThreadKind.VIRTUAL, this::read);
        interrupted.interrupt();
        interrupted.failure(InterruptedIOException.class);
        var closed = Waiting.parked(ThreadKind.VIRTUAL, this::read);
        stream.close();
        closed.failure(AsynchronousCloseException.class);
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
    void writingStallsAtItsByteUntilItsDeadlineOrClose() throws Exception {
        stream.stallsWhenWritten(3);
        ByteBuffer[] srcs = {ByteBuffer.allocate(2), ByteBuffer.allocate(3)};
        var timeout =
                assertThrows(SocketTimeoutException.class, () -> stream.write(srcs, 0, 2, Deadline.after(SHORT)));
        assertEquals(3, timeout.bytesTransferred);
        var closed = Waiting.parked(ThreadKind.VIRTUAL, () -> stream.write(ByteBuffer.allocate(1)));
        stream.close();
        closed.failure(AsynchronousCloseException.class);
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> stream.readsOfAtMost(0));
        assertThrows(IllegalArgumentException.class, () -> stream.writesOfAtMost(-1));
        assertThrows(IllegalArgumentException.class, () -> stream.endsWhenRead(-1));
    }
}
