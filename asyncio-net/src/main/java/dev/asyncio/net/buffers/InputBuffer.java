package dev.asyncio.net.buffers;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/// Bytes of a stream that have come and are not used up yet. Holds a pooled buffer from a read to the next wait, and
/// during that only for what is pending. For one thread at a time.
public final class InputBuffer {

    /// A frame up to this length can be had in one piece, header and all.
    public static final int MAX_BYTES = BufferPool.LARGE.bufferBytes();

    /// While the stream is silent, so few pending bytes are kept in an array of their own: a peer that stops in the
    /// middle of a frame does not keep a pooled buffer.
    private static final int FEW_BYTES = 4 * 1024;

    private static final int MAX_READS_WITHOUT_WAIT = 8;

    /// So long a read holds its buffer on the guess that more has come: the peer may have fallen silent. Not no time at
    /// all: below, whoever is due to wait so that others have their turn does not with a deadline that has passed.
    private static final Duration GUESS_TIMEOUT = Duration.ofMillis(10);

    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final ByteStream stream;

    /// Where buffers come from; large ones from the larger pool.
    private final BufferPool small;

    /// What is pending, from position to limit.
    private ByteBuffer bytes = NONE;

    /// Where [#bytes] goes back to; null if it is from no pool.
    private BufferPool pool;

    /// Bytes before the position of [#bytes] are in a reader's hands, who must find them unchanged.
    private boolean isLent;

    /// A second view of the memory of [#bytes] for such a reader; null until one is needed.
    private ByteBuffer window;

    private boolean expectsLargeFrames;

    /// There is something to read, or most likely so.
    private boolean isReadable;

    /// The last read filled all the room.
    private boolean wasFilled;

    private int readsWithoutWait;

    /// Reads from a stream, into direct buffers.
    ///
    /// @param stream which nobody else reads from
    public InputBuffer(ByteStream stream) {
        this(stream, BufferPool.SMALL);
    }

    /// Reads from a stream.
    ///
    /// @param stream which nobody else reads from
    /// @param small where buffers come from, and those that are larger
    public InputBuffer(ByteStream stream, BufferPool small) {
        this.stream = stream;
        this.small = small;
    }

    /// The bytes at hand; who uses some up moves the position. Not to be kept across [#await] and [#read].
    ///
    /// @return the same buffer until the next of those
    public ByteBuffer bytes() {
        return bytes;
    }

    /// Uses up bytes and lends them to a reader, in whose hands they stay unchanged until [#takeBack()].
    ///
    /// @param byteCount how many, all at hand
    /// @return the bytes, from position to limit, big-endian whatever order the reader of the last ones has set
    public ByteBuffer lend(int byteCount) {
        if (window == null) {
            window = bytes.duplicate();
        }
        int start = bytes.position();
        bytes.position(start + byteCount);
        isLent = true;
        return window.order(ByteOrder.BIG_ENDIAN).limit(start + byteCount).position(start);
    }

    /// Ends the loan.
    public void takeBack() {
        isLent = false;
    }

    /// Says how long the frame is that begins at hand, at most [#MAX_BYTES], so that it will have room. A promise alone
    /// takes no memory: the room is there once bytes have come for it.
    ///
    /// @param byteCount how long
    public void expect(int byteCount) {
        expectsLargeFrames = byteCount > small.bufferBytes();
    }

    /// Waits until more bytes than are at hand have come, or the stream's end. Where that is known there is no wait, but
    /// for one now and then, in which others have their turn: a peer that sends without end must not starve them. (A
    /// yield is not enough: the JDK's scheduler may take the thread that yields again and again.)
    ///
    /// @param deadline when to give up
    /// @return false if the deadline has passed or the thread is interrupted: these end waits and nothing else, so
    ///     [#read] then takes what has come after all, or throws what they call for
    /// @throws IOException as the stream's
    public boolean await(Deadline deadline) throws IOException {
        if (isReadable && ++readsWithoutWait < MAX_READS_WITHOUT_WAIT) {
            return true;
        }
        readsWithoutWait = 0;
        letGoOfBuffer();
        try {
            stream.awaitReadable(deadline);
            isReadable = true;
            return true;
        } catch (InterruptedIOException _) {
            return false;
        }
    }

    /// Reads what has come, after [#await]. Where nothing has after all, waits once more.
    ///
    /// @param deadline when to give up
    /// @return false at the stream's end
    /// @throws IOException as the stream's
    public boolean read(Deadline deadline) throws IOException {
        if (wasFilled) {
            try {
                return readOnce(deadline.earlierOf(Deadline.after(GUESS_TIMEOUT)));
            } catch (InterruptedIOException _) {
                wasFilled = false; // the guess was wrong
            }
        }
        if (!isReadable) {
            await(deadline);
        }
        try {
            return readOnce(deadline);
        } catch (InterruptedIOException e) {
            letGoOfBuffer();
            throw e;
        }
    }

    private boolean readOnce(Deadline deadline) throws IOException {
        makeRoom();
        int position = bytes.position();
        bytes.position(bytes.limit()).limit(bytes.capacity());
        isReadable = false;
        try {
            boolean isAtEnd = stream.read(bytes, deadline) == -1;
            wasFilled = !bytes.hasRemaining();
            isReadable = !isAtEnd && wasFilled; // a read that filled all the room has most likely left more
            return !isAtEnd;
        } finally {
            bytes.limit(bytes.position()).position(position);
        }
    }

    /// Drops what is pending.
    public void discard() {
        giveBack();
        bytes = NONE;
    }

    @Override
    public String toString() {
        return stream.toString();
    }

    /// For the time of a wait, which may be long, and for that behind one which has given up, keeps no more room than what
    /// is pending takes.
    private void letGoOfBuffer() {
        int count = bytes.remaining();
        if (pool != null && count <= FEW_BYTES) {
            ByteBuffer few = count == 0 ? NONE : ByteBuffer.allocate(count).put(bytes).flip();
            giveBack();
            bytes = few;
        } else if (pool == small.larger() && count <= small.bufferBytes()) {
            moveTo(small);
        }
    }

    private void makeRoom() {
        boolean needsLarge = expectsLargeFrames || wasFilled;
        if (pool == null || pool == small && needsLarge) {
            moveTo(needsLarge ? small.larger() : small);
        } else if (bytes.position() > 0 && bytes.capacity() - bytes.limit() < bytes.capacity() / 2) {
            if (isLent) {
                moveTo(pool);
            } else {
                bytes.compact().flip();
            }
        }
    }

    private void moveTo(BufferPool next) {
        ByteBuffer moved = next.acquire().put(bytes).flip();
        giveBack();
        bytes = moved;
        pool = next;
    }

    private void giveBack() {
        if (pool != null && !isLent) {
            pool.release(bytes);
        }
        pool = null;
        window = null;
        isLent = false; // what was lent is the reader's alone now
    }
}
