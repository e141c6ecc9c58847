package dev.asyncio.net.buffers;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;

/// Buffers for connections that have bytes to hold, so that those that have none need no buffer. What is released first is
/// taken first, which on one core is a buffer still in the cache. Any thread.
public final class BufferPool {

    private static final int LARGE_BYTES = 128 * 1024;

    /// For connections whose messages are longer than a small buffer.
    public static final BufferPool LARGE = new BufferPool(ByteBuffer::allocateDirect, LARGE_BYTES, 32, null);

    /// For heads, small messages, and what gathers on the way out.
    public static final BufferPool SMALL = new BufferPool(ByteBuffer::allocateDirect, 16 * 1024, 64, LARGE);

    /// For several TLS records.
    public static final BufferPool RECORDS = new BufferPool(ByteBuffer::allocate, LARGE_BYTES, 32, null);

    /// For a TLS record, encrypted or not, as the JDK makes them. On the heap, since the JDK's ciphers want arrays: one
    /// third faster than direct buffers, of which they copy each part into an array first (TlsBenchmark).
    public static final BufferPool RECORD = new BufferPool(ByteBuffer::allocate, 17 * 1024, 64, RECORDS);

    private final IntFunction<ByteBuffer> allocation;
    private final int bufferBytes;

    /// Of the same kind with large buffers; null if these are.
    private final BufferPool larger;

    /// Spare buffers, each its holder's alone. Beyond these the collector takes what is released.
    private final AtomicReferenceArray<ByteBuffer> spare;

    private BufferPool(
            IntFunction<ByteBuffer> allocation, int bufferBytes, int maxSpareCount, BufferPool larger) {
        this.allocation = allocation;
        this.bufferBytes = bufferBytes;
        this.larger = larger;
        this.spare = new AtomicReferenceArray<>(maxSpareCount);
    }

    /// How much each buffer holds.
    ///
    /// @return bytes
    public int bufferBytes() {
        return bufferBytes;
    }

    /// The pool for more than fits into a buffer of this.
    ///
    /// @return the pool of large buffers of the same kind
    public BufferPool larger() {
        return larger;
    }

    /// A cleared buffer, the caller's until it is released.
    ///
    /// @return a buffer of [#bufferBytes()]
    public ByteBuffer acquire() {
        for (int i = 0; i < spare.length(); i++) {
            ByteBuffer buffer = spare.getPlain(i);
            if (buffer != null && spare.compareAndSet(i, buffer, null)) {
                return buffer.clear();
            }
        }
        return allocation.apply(bufferBytes);
    }

    /// Takes a buffer back, of this pool or of the larger one of its kind.
    ///
    /// @param buffer from [#acquire()], not used any more
    /// @throws IllegalArgumentException if it is of neither
    public void release(ByteBuffer buffer) {
        if (buffer.capacity() != bufferBytes) {
            if (larger == null) {
                throw new IllegalArgumentException("release: a buffer of " + buffer.capacity() + " B is of no pool");
            }
            larger.release(buffer);
            return;
        }
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
