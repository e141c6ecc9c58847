package dev.asyncio.net.buffers;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.testing.MemoryStream;
import java.io.InterruptedIOException;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLeftOver.class)
class LingeringTest {

    @Test
    void whatComesBeforeTheEndIsDropped() throws Exception {
        try (var pair = MemoryStream.pair()) {
            pair.right().write(ByteBuffer.allocate(100));
            pair.right().shutdownOutput();
            Lingering.awaitEnd(pair.left(), patience());
            assertEquals(-1, pair.left().read(ByteBuffer.allocate(1)));
        }
    }

    @Test
    void noBufferIsHeldWhileThePeerIsSilent() throws Exception {
        BufferPool.SMALL.release(BufferPool.SMALL.acquire()); // one to lose
        int spareCount = BufferPool.SMALL.spareCount();
        try (var pair = MemoryStream.pair()) {
            var lingering = Waiting.parked(ThreadKind.VIRTUAL, () -> Lingering.awaitEnd(pair.left(), patience()));
            assertEquals(spareCount, BufferPool.SMALL.spareCount());
            pair.right().shutdownOutput();
            lingering.value();
        }
    }

    @Test
    void aPeerThatNeverEndsIsGivenUp() throws Exception {
        try (var pair = MemoryStream.pair()) {
            Deadline soon = Deadline.after(Duration.ofMillis(20));
            assertThrows(SocketTimeoutException.class, () -> Lingering.awaitEnd(pair.left(), soon));
        }
    }

    /// Which always has more for whoever reads.
    @Test
    void anInterruptEndsTheWaitForAPeerThatFloods() {
        var flood = (ByteStream) Proxy.newProxyInstance(
                LingeringTest.class.getClassLoader(),
                new Class<?>[] {ByteStream.class},
                (_, method, arguments) -> switch (method.getName()) {
                    case "read" -> ((ByteBuffer) arguments[0]).put((byte) 0).position();
                    case "toString" -> "a flood";
                    default -> null;
                });
        var lingering = Waiting.start(ThreadKind.PLATFORM, () -> Lingering.awaitEnd(flood, patience()));
        lingering.interrupt();
        lingering.failure(InterruptedIOException.class);
        assertTrue(lingering.interruptStatus());
    }
}
