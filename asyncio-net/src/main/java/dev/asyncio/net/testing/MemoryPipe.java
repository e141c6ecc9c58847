package dev.asyncio.net.testing;

import dev.asyncio.core.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadPendingException;
import java.nio.channels.WritePendingException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// One direction of a connection in memory: a ring of bytes with one reader and one writer at a time. One without
/// capacity makes both wait for ever.
final class MemoryPipe {

    private enum Writer {
        OPEN,
        /// Has sent its end.
        ENDED,
        CLOSED
    }

    private final String description;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // All below are guarded by the lock.

    private final byte[] ring;
    private int readIndex;
    private int byteCount;
    private boolean reading;
    private boolean writing;
    private Writer writer = Writer.OPEN;
    private boolean readerClosed;
    private boolean reset;

    MemoryPipe(int capacityBytes, String description) {
        this.ring = new byte[capacityBytes];
        this.description = description;
    }

    int read(ByteBuffer dst, Deadline deadline) throws IOException {
        lock.lock();
        try {
            requireReadable();
            if (!dst.hasRemaining()) {
                return 0;
            }
            awaitBytesOrEnd(deadline);
            return byteCount == 0 ? -1 : take(dst);
        } finally {
            lock.unlock();
        }
    }

    void awaitReadable(Deadline deadline) throws IOException {
        lock.lock();
        try {
            requireReadable();
            awaitBytesOrEnd(deadline);
        } finally {
            lock.unlock();
        }
    }

    long write(ByteBuffer[] srcs, int offset, int length, Deadline deadline) throws IOException {
        lock.lock();
        long written = 0;
        try {
            requireWritable();
            for (int i = offset; i < offset + length; i++) {
                while (srcs[i].hasRemaining()) {
                    awaitRoom(deadline);
                    written += put(srcs[i]);
                }
            }
            return written;
        } catch (InterruptedIOException e) {
            e.bytesTransferred = (int) Math.min(Integer.MAX_VALUE, written);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /// The writer sends its end.
    void end() throws IOException {
        lock.lock();
        try {
            if (writer == Writer.ENDED) {
                return;
            }
            requireWritable();
            if (reset) {
                throw broken("write to ", "connection reset by peer");
            }
            writer = Writer.ENDED;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void closeReader() {
        change(() -> readerClosed = true);
    }

    void closeWriter() {
        change(() -> writer = Writer.CLOSED);
    }

    /// The reader closes at once. One step, so that its own thread never sees a reset without the close.
    void abortReader() {
        change(() -> {
            readerClosed = true;
            discard();
        });
    }

    /// The writer closes at once; one step likewise.
    void abortWriter() {
        change(() -> {
            writer = Writer.CLOSED;
            discard();
        });
    }

    /// Breaks the connection under both sides.
    void reset() {
        change(this::discard);
    }

    boolean isReaderClosed() {
        lock.lock();
        try {
            return readerClosed;
        } finally {
            lock.unlock();
        }
    }

    private void discard() {
        reset = true;
        byteCount = 0;
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void requireReadable() throws ClosedChannelException {
        if (readerClosed) {
            throw new ClosedChannelException();
        }
        if (reading) {
            throw new ReadPendingException();
        }
    }

    private void requireWritable() throws ClosedChannelException {
        if (writer != Writer.OPEN) {
            throw new ClosedChannelException();
        }
        if (writing) {
            throw new WritePendingException();
        }
    }

    private void awaitBytesOrEnd(Deadline deadline) throws IOException {
        reading = true;
        try {
            while (byteCount == 0 && writer == Writer.OPEN && !reset) {
                await("read from ", deadline);
                if (readerClosed) {
                    throw new AsynchronousCloseException();
                }
            }
        } finally {
            reading = false;
        }
        if (reset) {
            throw broken("read from ", "connection reset by peer");
        }
    }

    private void awaitRoom(Deadline deadline) throws IOException {
        writing = true;
        try {
            while (byteCount == ring.length && !readerClosed && !reset) {
                await("write to ", deadline);
                if (writer == Writer.CLOSED) {
                    throw new AsynchronousCloseException();
                }
            }
        } finally {
            writing = false;
        }
        if (reset || readerClosed) {
            throw broken("write to ", reset ? "connection reset by peer" : "broken pipe");
        }
    }

    private IOException broken(String operation, String reason) {
        return new IOException(operation + description + ": " + reason);
    }

    private void await(String operation, Deadline deadline) throws InterruptedIOException {
        if (deadline.isExpired()) {
            throw new SocketTimeoutException(operation + description + ": deadline passed");
        }
        try {
            if (deadline.isNever()) {
                changed.await();
            } else {
                changed.awaitNanos(deadline.remainingNanos());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(operation + description + ": interrupted");
        }
    }

    private int take(ByteBuffer dst) {
        int taken = 0;
        while (byteCount > 0 && dst.hasRemaining()) {
            int count = Math.min(dst.remaining(), Math.min(byteCount, ring.length - readIndex));
            dst.put(ring, readIndex, count);
            readIndex = (readIndex + count) % ring.length;
            byteCount -= count;
            taken += count;
        }
        changed.signalAll();
        return taken;
    }

    private int put(ByteBuffer src) {
        int writeIndex = (readIndex + byteCount) % ring.length;
        int room = Math.min(ring.length - byteCount, ring.length - writeIndex);
        int count = Math.min(src.remaining(), room);
        src.get(ring, writeIndex, count);
        byteCount += count;
        changed.signalAll();
        return count;
    }
}
