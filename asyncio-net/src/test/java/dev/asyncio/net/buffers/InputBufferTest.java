package dev.asyncio.net.buffers;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.testing.MemoryStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class InputBufferTest {

    private static final int SMALL_BYTES = BufferPool.SMALL.bufferBytes();

    private final MemoryStream.Pair streams = MemoryStream.pair(SMALL_BYTES + InputBuffer.MAX_BYTES);
    private final InputBuffer input = new InputBuffer(streams.left());

    /// While no buffer is held.
    private int smallCount;
    private int largeCount;

    @BeforeEach
    void count() {
        smallCount = BufferPool.SMALL.spareCount();
        largeCount = BufferPool.LARGE.spareCount();
    }

    @AfterEach
    void close() {
        input.discard();
        streams.close();
    }

    private void send(int byteCount) throws IOException {
        streams.right().write(ByteBuffer.allocate(byteCount), patience());
    }

    /// Reads and uses up.
    private void take(int byteCount) throws IOException {
        int left = byteCount;
        while (left > 0) {
            assertTrue(readOn(patience()));
            ByteBuffer bytes = input.bytes();
            left -= bytes.remaining();
            bytes.position(bytes.limit());
        }
        assertEquals(0, left);
    }

    private boolean readOn(Deadline deadline) throws IOException {
        input.await(deadline);
        return input.read(deadline);
    }

    private boolean isNoBufferHeld() {
        return BufferPool.SMALL.spareCount() == smallCount && BufferPool.LARGE.spareCount() == largeCount;
    }

    /// The read that takes it cannot tell whether more has come, so the next does not wait first.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPeerThatFallsSilentWhereTheBufferIsFullHoldsNone(boolean isLarge) throws Exception {
        int byteCount = SMALL_BYTES + (isLarge ? InputBuffer.MAX_BYTES : 0);
        send(byteCount);
        take(byteCount);
        var reading = Waiting.start(ThreadKind.VIRTUAL, () -> readOn(Deadline.never()));
        Waiting.await("the buffer to be given back", this::isNoBufferHeld);
        reading.untilParked();
        assertTrue(isNoBufferHeld());
        send(1);
        assertTrue(reading.value());
        assertEquals(1, input.bytes().remaining());
    }

    /// As one that keeps alive does, again and again.
    @Test
    void aReadThatIsTriedAgainAfterItsDeadlineHoldsNoBuffer() throws Exception {
        send(SMALL_BYTES);
        take(SMALL_BYTES);
        assertThrows(SocketTimeoutException.class, () -> readOn(Deadline.after(Duration.ZERO)));
        var reading = Waiting.parked(ThreadKind.VIRTUAL, () -> input.read(Deadline.never()));
        assertTrue(isNoBufferHeld());
        send(1);
        assertTrue(reading.value());
    }

    @Test
    void aReadThatEndsByItsDeadlineLeavesNoBufferBehind() {
        assertThrows(SocketTimeoutException.class, () -> readOn(Deadline.after(Duration.ZERO)));
        assertTrue(isNoBufferHeld());
    }

    @Test
    void aReadThatIsInterruptedLeavesNoMoreBehindThanWhatIsPending() throws Exception {
        send(10);
        assertTrue(readOn(patience()));
        var reading = Waiting.parked(ThreadKind.VIRTUAL, () -> readOn(Deadline.never()));
        reading.interrupt();
        reading.failure(InterruptedIOException.class);
        assertTrue(isNoBufferHeld());
        assertEquals(10, input.bytes().remaining());
    }
}
