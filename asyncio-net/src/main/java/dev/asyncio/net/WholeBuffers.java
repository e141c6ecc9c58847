package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;

/// What every [ByteStream] can do by single reads and writes.
final class WholeBuffers {

    private static final int COPY_BYTES = 64 * 1024;

    private WholeBuffers() {}

    static void readFully(ByteStream stream, ByteBuffer dst) throws IOException {
        readFully(stream, dst, () -> stream.read(dst));
    }

    static void readFully(ByteStream stream, ByteBuffer dst, Deadline deadline) throws IOException {
        readFully(stream, dst, () -> stream.read(dst, deadline));
    }

    private static void readFully(ByteStream stream, ByteBuffer dst, Read read) throws IOException {
        int start = dst.position();
        int wanted = dst.remaining();
        try {
            while (dst.hasRemaining()) {
                if (read.once() == -1) {
                    throw new EOFException(
                            "expected " + wanted + " bytes, got " + (dst.position() - start) + ", from " + stream);
                }
            }
        } catch (InterruptedIOException e) {
            e.bytesTransferred = dst.position() - start;
            throw e;
        }
    }

    static long copyFrom(FileChannel file, long position, long byteCount, ByteStream stream, Deadline deadline)
            throws IOException {
        stream.write(ByteBuffer.allocate(0), deadline); // does not wait, but says if that direction is closed or busy
        FileRegion.requireRegion(position, byteCount);
        var buffer = ByteBuffer.allocate((int) Math.min(byteCount, COPY_BYTES));
        long copied = 0;
        try {
            while (copied < byteCount) {
                FileRegion.requireNotInterrupted(byteCount);
                buffer.clear().limit((int) Math.min(buffer.capacity(), byteCount - copied));
                if (read(file, buffer, position + copied) == -1) {
                    throw endOfFile(file, position, byteCount, copied);
                }
                copied += stream.write(buffer.flip(), deadline);
            }
            return copied;
        } catch (InterruptedIOException e) {
            e.bytesTransferred = (int) Math.min(Integer.MAX_VALUE, copied + e.bytesTransferred);
            throw e;
        }
    }

    private static int read(FileChannel file, ByteBuffer buffer, long position) throws IOException {
        try {
            return file.read(buffer, position);
        } catch (ClosedChannelException e) {
            throw FileRegion.closedFile(e);
        }
    }

    static EOFException endOfFile(FileChannel file, long position, long byteCount, long transferred)
            throws IOException {
        return new EOFException("file of " + file.size() + " bytes ended after " + transferred + " of " + byteCount
                + " bytes from position " + position);
    }

    @FunctionalInterface
    private interface Read {
        int once() throws IOException;
    }
}
