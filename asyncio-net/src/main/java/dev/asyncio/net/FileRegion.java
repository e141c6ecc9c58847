package dev.asyncio.net;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.FileSystemException;

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
        try {
            long count = file.transferTo(position + transferred, byteCount - transferred, target);
            if (count == 0 && position + transferred >= file.size()) {
                throw WholeBuffers.endOfFile(file, position, byteCount, transferred);
            }
            transferred += count;
            return count;
        } catch (ClosedChannelException e) {
            throw target.isOpen() ? closedFile(e) : e;
        }
    }

    /// A closed file in other words than a closed stream, which the contract keeps [ClosedChannelException] for.
    static IOException closedFile(ClosedChannelException e) {
        IOException closed = e instanceof ClosedByInterruptException
                ? new InterruptedIOException("file region: interrupted, which has closed the file's channel")
                : new FileSystemException("file region", null, "the file's channel is closed");
        closed.initCause(e);
        return closed;
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
