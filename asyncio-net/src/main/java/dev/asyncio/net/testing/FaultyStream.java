package dev.asyncio.net.testing;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadPendingException;
import java.nio.channels.WritePendingException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/// A stream that misbehaves as a network does: moves few bytes at a time, stalls, ends or breaks at a chosen byte. For
/// the rest it is the stream that it stands around, whose owner it becomes.
///
/// ```java
/// var stream = FaultyStream.around(pair.left()).readsOfAtMost(1).resetsWhenRead(100);
/// ```
///
/// Set it up before it is used; of several faults told to one direction, the last counts.
public final class FaultyStream implements ByteStream {

    private static final long NO_FAULT = Long.MAX_VALUE;

    private enum Fault {
        STALL,
        END,
        RESET
    }

    /// ```
    ///   OPEN ──► a reset was played ──► BROKEN
    ///    └─────► close, abort ◄──────────┘
    ///                 └──► CLOSED
    /// ```
    private enum State {
        OPEN,
        /// The stream inside is aborted, so it refuses calls as closed; here they fail as on a broken network.
        BROKEN,
        CLOSED
    }

    private final ByteStream stream;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    private final Direction input = new Direction();
    private final Direction output = new Direction();

    /// For error messages; the stream inside calls itself closed once a reset was played.
    private final String description;

    /// Where stalled calls wait, as the reader of one pipe and the writer of another: sides of the same pipe would
    /// take each other's close for the peer's.
    private final MemoryPipe readStall;

    private final MemoryPipe writeStall;

    private FaultyStream(ByteStream stream) {
        this.stream = stream;
        this.description = toString();
        this.readStall = new MemoryPipe(0, description);
        this.writeStall = new MemoryPipe(0, description);
    }

    /// What one direction is to do, and how far it has come. Confined to the thread that operates in the direction.
    private static final class Direction {
        private final AtomicBoolean busy = new AtomicBoolean();
        private int maxBytes = Integer.MAX_VALUE;
        private Fault fault;
        private long faultAt = NO_FAULT;
        private long byteCount;
        private boolean ended;

        private void setFault(Fault what, long at) {
            if (at < 0) {
                throw new IllegalArgumentException("fault: expected a byte count of 0 or more, got " + at);
            }
            fault = what;
            faultAt = at;
        }

        private boolean isAtFault() {
            return byteCount == faultAt;
        }

        private int nextPiece(int wanted) {
            return (int) Math.min(Math.min(wanted, maxBytes), faultAt - byteCount);
        }
    }

    /// Wraps a stream, which behaves well until told otherwise.
    ///
    /// @param stream the stream, which the new one closes
    /// @return a stream to be set up
    public static FaultyStream around(ByteStream stream) {
        return new FaultyStream(Objects.requireNonNull(stream));
    }

    /// Makes each read come back with few bytes.
    ///
    /// @param byteCount 1 or more
    /// @return this
    public FaultyStream readsOfAtMost(int byteCount) {
        input.maxBytes = requirePositive(byteCount);
        return this;
    }

    /// Makes bytes go out in small pieces. A write still returns only when all are out.
    ///
    /// @param byteCount 1 or more
    /// @return this
    public FaultyStream writesOfAtMost(int byteCount) {
        output.maxBytes = requirePositive(byteCount);
        return this;
    }

    /// Makes reads wait for ever once so many bytes have been read: until their deadline, an interrupt, or close.
    ///
    /// @param byteCount 0 or more
    /// @return this
    public FaultyStream stallsWhenRead(long byteCount) {
        input.setFault(Fault.STALL, byteCount);
        return this;
    }

    /// Makes reads return -1 once so many bytes have been read.
    ///
    /// @param byteCount 0 or more
    /// @return this
    public FaultyStream endsWhenRead(long byteCount) {
        input.setFault(Fault.END, byteCount);
        return this;
    }

    /// Breaks the connection once so many bytes have been read: the read throws, and the peer finds it reset.
    ///
    /// @param byteCount 0 or more
    /// @return this
    public FaultyStream resetsWhenRead(long byteCount) {
        input.setFault(Fault.RESET, byteCount);
        return this;
    }

    /// Makes writes wait for ever once so many bytes have been written: until their deadline, an interrupt, or close.
    ///
    /// @param byteCount 0 or more
    /// @return this
    public FaultyStream stallsWhenWritten(long byteCount) {
        output.setFault(Fault.STALL, byteCount);
        return this;
    }

    /// Breaks the connection once so many bytes have been written: the write throws, and the peer finds it reset.
    ///
    /// @param byteCount 0 or more
    /// @return this
    public FaultyStream resetsWhenWritten(long byteCount) {
        output.setFault(Fault.RESET, byteCount);
        return this;
    }

    @Override
    public int read(ByteBuffer dst, Deadline deadline) throws IOException {
        beginRead();
        try {
            if (dst.hasRemaining() && input.isAtFault()) {
                return applyReadFault(deadline);
            }
            int limit = dst.limit();
            dst.limit(dst.position() + input.nextPiece(dst.remaining()));
            try {
                int count = stream.read(dst, deadline);
                input.byteCount += Math.max(0, count);
                return count;
            } finally {
                dst.limit(limit);
            }
        } catch (ClosedChannelException e) {
            throw closedOrBroken(e, "read from ");
        } finally {
            input.busy.set(false);
        }
    }

    @Override
    public Deadline newReadDeadline() {
        return stream.newReadDeadline();
    }

    @Override
    public int write(ByteBuffer src, Deadline deadline) throws IOException {
        return (int) write(new ByteBuffer[] {src}, 0, 1, deadline);
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length, Deadline deadline) throws IOException {
        Objects.checkFromIndexSize(offset, length, srcs.length);
        beginWrite();
        long startCount = output.byteCount;
        try {
            requireNotEnded();
            for (int i = offset; i < offset + length; i++) {
                while (srcs[i].hasRemaining()) {
                    writePiece(srcs[i], deadline);
                }
            }
            return output.byteCount - startCount;
        } catch (InterruptedIOException e) {
            e.bytesTransferred = (int) Math.min(Integer.MAX_VALUE, output.byteCount - startCount);
            throw e;
        } catch (ClosedChannelException e) {
            throw closedOrBroken(e, "write to ");
        } finally {
            output.busy.set(false);
        }
    }

    @Override
    public void awaitReadable(Deadline deadline) throws IOException {
        beginRead();
        try {
            if (!input.isAtFault()) {
                stream.awaitReadable(deadline);
            } else if (input.fault == Fault.STALL) {
                readStall.awaitReadable(deadline);
            }
        } catch (ClosedChannelException e) {
            throw closedOrBroken(e, "read from ");
        } finally {
            input.busy.set(false);
        }
    }

    @Override
    public void shutdownOutput(Deadline deadline) throws IOException {
        beginWrite();
        try {
            stream.shutdownOutput(deadline);
            output.ended = true;
        } catch (ClosedChannelException e) {
            throw closedOrBroken(e, "write to ");
        } finally {
            output.busy.set(false);
        }
    }

    @Override
    public void runSoon(Runnable task) {
        stream.runSoon(task);
    }

    @Override
    public boolean isOpen() {
        return switch (state.get()) {
            case OPEN -> stream.isOpen();
            case BROKEN -> true;
            case CLOSED -> false;
        };
    }

    @Override
    public void close() throws IOException {
        leaveStall();
        stream.close();
    }

    @Override
    public void abort() throws IOException {
        leaveStall();
        stream.abort();
    }

    @Override
    public String toString() {
        return "FaultyStream[" + stream + "]";
    }

    private void beginRead() throws ClosedChannelException {
        requireOpen();
        if (!input.busy.compareAndSet(false, true)) {
            throw new ReadPendingException();
        }
    }

    private void beginWrite() throws ClosedChannelException {
        requireOpen();
        if (!output.busy.compareAndSet(false, true)) {
            throw new WritePendingException();
        }
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /// Before a stall could make a writer wait that is to be refused.
    private void requireNotEnded() throws ClosedChannelException {
        if (output.ended) {
            throw new ClosedChannelException();
        }
    }

    private int applyReadFault(Deadline deadline) throws IOException {
        return switch (input.fault) {
            case END -> -1;
            case STALL -> readStall.read(ByteBuffer.allocate(1), deadline);
            case RESET -> throw reset("read from ");
        };
    }

    private void writePiece(ByteBuffer src, Deadline deadline) throws IOException {
        if (output.isAtFault()) {
            if (output.fault == Fault.RESET) {
                throw reset("write to ");
            }
            writeStall.write(new ByteBuffer[] {ByteBuffer.allocate(1)}, 0, 1, deadline);
        }
        int limit = src.limit();
        src.limit(src.position() + output.nextPiece(src.remaining()));
        int start = src.position();
        try {
            stream.write(src, deadline);
        } finally {
            output.byteCount += src.position() - start;
            src.limit(limit);
        }
    }

    private IOException reset(String operation) throws IOException {
        if (state.compareAndSet(State.OPEN, State.BROKEN)) {
            readStall.reset();
            writeStall.reset();
            stream.abort();
        }
        return closedOrBroken(new ClosedChannelException(), operation);
    }

    /// What a refusal by the stream inside means: after a reset it is the network's doing, not the caller's.
    private IOException closedOrBroken(ClosedChannelException e, String operation) {
        if (state.get() != State.BROKEN) {
            return e;
        }
        var broken = new IOException(operation + description + ": connection reset by peer");
        broken.initCause(e);
        return broken;
    }

    private void leaveStall() {
        state.set(State.CLOSED);
        readStall.closeReader();
        writeStall.closeWriter();
    }

    private static int requirePositive(int byteCount) {
        if (byteCount < 1) {
            throw new IllegalArgumentException("faulty stream: expected at least 1 byte at a time, got " + byteCount);
        }
        return byteCount;
    }
}
