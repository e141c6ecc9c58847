package dev.asyncio.net.buffers;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Direct buffers for connections that have bytes to hold, so that those that have none need no buffer. What is
/// released first is taken first, which on one core is a buffer still in the cache. Any thread.
public final class BufferPool {

    /// For heads, small messages, and what gathers on the way out.
    public static final BufferPool SMALL = new BufferPool(16 * 1024, 64);

    /// For a TLS record, encrypted or not, as the JDK makes them.
    public static final BufferPool RECORD = new BufferPool(17 * 1024, 64);

    /// For connections whose messages are longer than a small buffer.
    public static final BufferPool LARGE = new BufferPool(128 * 1024, 32);

    private final int bufferBytes;

    /// Spare buffers, each its holder's alone. Beyond these the collector takes what is released.
    private final AtomicReferenceArray<ByteBuffer> spare;

    private BufferPool(int bufferBytes, int maxSpareCount) {
        this.bufferBytes = bufferBytes;
        this.spare = new AtomicReferenceArray<>(maxSpareCount);
    }

    /// How much each buffer holds.
    ///
    /// @return bytes
    public int bufferBytes() {
        return bufferBytes;
    }

    /// A cleared buffer, the caller's until it is released.
    ///
    /// @return a direct buffer
    public ByteBuffer acquire() {
        for (int i = 0; i < spare.length(); i++) {
            ByteBuffer buffer = spare.getPlain(i);
            if (buffer != null && spare.compareAndSet(i, buffer, null)) {
                return buffer.clear();
            }
        }
        return ByteBuffer.allocateDirect(bufferBytes);
    }

    /// Takes a buffer back.
    ///
    /// @param buffer from [#acquire()], not used any more
    public void release(ByteBuffer buffer) {
        for (int i = 0; i < spare.length(); i++) {
            if (spare.getPlain(i) == null && spare.compareAndSet(i, null, buffer)) {
                return;
            }
        }
    }

    /// How many wait to be used again.
    ///
    /// @return buffers
    public int spareCount() {
        int count = 0;
        for (int i = 0; i < spare.length(); i++) {
            if (spare.get(i) != null) {
                count++;
            }
        }
        return count;
    }
}
