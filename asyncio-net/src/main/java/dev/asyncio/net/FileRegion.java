package dev.asyncio.net;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/// The part of a file that is still to be sent. Confined to the thread that sends it.
final class FileRegion {

    private final FileChannel file;
    private final long position;
    private final long byteCount;
    private long transferred;

    FileRegion(FileChannel file, long position, long byteCount) {
        requireRegion(position, byteCount);
        this.file = file;
        this.position = position;
        this.byteCount = byteCount;
    }

    /// Hands to a non-blocking channel what it takes now; 0 if it takes nothing.
    long transferTo(WritableByteChannel target) throws IOException {
        requireNotInterrupted(byteCount);
        long count = file.transferTo(position + transferred, byteCount - transferred, target);
        if (count == 0 && position + transferred >= file.size()) {
            throw WholeBuffers.endOfFile(file, position, byteCount, transferred);
        }
        transferred += count;
        return count;
    }

    static void requireRegion(long position, long byteCount) {
        if (position < 0 || byteCount < 0) {
            throw new IllegalArgumentException(
                    "file region: expected no negative number, got " + byteCount + " bytes from position " + position);
        }
    }

    /// The file's channel would close itself.
    static void requireNotInterrupted(long byteCount) throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while sending " + byteCount + " bytes of a file");
        }
    }
}
