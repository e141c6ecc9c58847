package dev.asyncio.net.buffers;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;

/// Waits for the peer to end a stream, whatever it may send before.
public final class Lingering {

    private Lingering() {}

    /// Reads and drops until the end, or until the deadline has passed. Holds no buffer while the stream is silent:
    /// many peers may take their time at once, as when a network comes back.
    ///
    /// @param stream which nobody else reads from
    /// @param deadline when to give up
    /// @throws IOException as the stream's
    public static void awaitEnd(ByteStream stream, Deadline deadline) throws IOException {
        boolean isAtEnd = false;
        while (!isAtEnd && !deadline.isExpired()) {
            stream.awaitReadable(deadline);
            isAtEnd = drop(stream, deadline);
            if (!isAtEnd && Thread.currentThread().isInterrupted()) { // a peer that sends on and on never lets us wait
                throw new InterruptedIOException("wait for the end of " + stream + ": interrupted");
            }
        }
    }

    /// True at the end.
    private static boolean drop(ByteStream stream, Deadline deadline) throws IOException {
        ByteBuffer dropped = BufferPool.SMALL.acquire();
        try {
            return stream.read(dropped, deadline) == -1;
        } finally {
            BufferPool.SMALL.release(dropped);
        }
    }
}
