package dev.asyncio.net.testing;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;

/// One end of a connection in memory: what one end writes, the other reads, through a bounded buffer each way. Keeps
/// the contract of [ByteStream], waits included.
public final class MemoryStream implements ByteStream {

    private static final int DEFAULT_CAPACITY_BYTES = 64 * 1024;

    private final String name;
    private final MemoryPipe input;
    private final MemoryPipe output;

    private MemoryStream(String name, MemoryPipe input, MemoryPipe output) {
        this.name = name;
        this.input = input;
        this.output = output;
    }

    /// The two ends of a connection.
    ///
    /// @param left one end
    /// @param right the other end
    public record Pair(MemoryStream left, MemoryStream right) implements AutoCloseable {

        /// Closes both ends.
        @Override
        public void close() {
            left.close();
            right.close();
        }
    }

    /// Connects two ends with 64 KiB of buffer each way.
    ///
    /// @return both ends, which the caller closes
    public static Pair pair() {
        return pair(DEFAULT_CAPACITY_BYTES);
    }

    /// Connects two ends. A writer waits while the buffer towards its peer is full.
    ///
    /// @param capacityBytes size of the buffer of each way, 1 or more
    /// @return both ends, which the caller closes
    public static Pair pair(int capacityBytes) {
        if (capacityBytes < 1) {
            throw new IllegalArgumentException(
                    "memory stream: expected at least 1 byte of buffer, got " + capacityBytes);
        }
        var leftToRight = new MemoryPipe(capacityBytes, "MemoryStream[left to right]");
        var rightToLeft = new MemoryPipe(capacityBytes, "MemoryStream[right to left]");
        return new Pair(
                new MemoryStream("left", rightToLeft, leftToRight),
                new MemoryStream("right", leftToRight, rightToLeft));
    }

    @Override
    public int read(ByteBuffer dst, Deadline deadline) throws IOException {
        return input.read(dst, deadline);
    }

    @Override
    public int write(ByteBuffer src, Deadline deadline) throws IOException {
        return (int) output.write(new ByteBuffer[] {src}, 0, 1, deadline);
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length, Deadline deadline) throws IOException {
        Objects.checkFromIndexSize(offset, length, srcs.length);
        return output.write(srcs, offset, length, deadline);
    }

    @Override
    public void awaitReadable(Deadline deadline) throws IOException {
        input.awaitReadable(deadline);
    }

    @Override
    public void shutdownOutput(Deadline deadline) throws IOException {
        output.end();
    }

    @Override
    public boolean isOpen() {
        return !input.isReaderClosed();
    }

    @Override
    public void close() {
        input.closeReader();
        output.closeWriter();
    }

    @Override
    public void abort() {
        if (isOpen()) {
            input.abortReader();
            output.abortWriter();
        }
    }

    @Override
    public String toString() {
        return "MemoryStream[" + name + (isOpen() ? "]" : ", closed]");
    }
}
