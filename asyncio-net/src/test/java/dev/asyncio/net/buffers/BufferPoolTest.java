package dev.asyncio.net.buffers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class BufferPoolTest {

    @Test
    void whatIsReleasedIsTakenAgainAndCleared() {
        ByteBuffer buffer = BufferPool.SMALL.acquire();
        buffer.putInt(1).flip();
        BufferPool.SMALL.release(buffer);
        ByteBuffer again = BufferPool.SMALL.acquire();
        assertSame(buffer, again);
        assertEquals(BufferPool.SMALL.bufferBytes(), again.remaining());
        BufferPool.SMALL.release(again);
    }

    @Test
    void aLargeBufferGoesBackToTheLargerPool() {
        ByteBuffer large = BufferPool.LARGE.acquire();
        BufferPool.SMALL.release(large);
        assertSame(large, BufferPool.LARGE.acquire());
        BufferPool.LARGE.release(large);
    }

    @Test
    void aBufferOfNoPoolIsRefused() {
        int spareCount = BufferPool.LARGE.spareCount();
        var e = assertThrows(
                IllegalArgumentException.class, () -> BufferPool.SMALL.release(ByteBuffer.allocateDirect(7)));
        assertEquals("release: a buffer of 7 B is of no pool", e.getMessage());
        assertEquals(spareCount, BufferPool.LARGE.spareCount());
    }
}
