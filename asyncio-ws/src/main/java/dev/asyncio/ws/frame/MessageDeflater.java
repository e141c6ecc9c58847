package dev.asyncio.ws.frame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.Deflater;

/// RFC 7692, section 7.2.1: compresses messages for one connection. For one thread at a time.
///
/// Native memory is held between messages only if they may refer back to each other, and else during a message alone.
/// The JDK's deflater always looks back 32 KiB. For a smaller window, what it compresses is cut into pieces of the
/// window's size with a full flush between, across which no reference goes.
public final class MessageDeflater implements AutoCloseable {

    /// What each flush ends with, and the wire leaves out at a message's end: 00 00 FF FF.
    private static final int TAIL_BYTES = 4;

    /// The most by which a window's size of bytes grows, if they do not compress: by 5 bytes for each block, which the
    /// JDK's deflater ends after 16,383 bytes, and by 5 for a flush.
    private static final int MAX_GROWTH_BYTES = 16;

    private static final int MIN_LEVEL = Deflater.DEFAULT_COMPRESSION;

    /// One for each level, -1 first.
    private static final List<NativePool<Deflater>> POOLS = IntStream.rangeClosed(MIN_LEVEL, Deflater.BEST_COMPRESSION)
            .mapToObj(MessageDeflater::newPool).toList();

    private static final ByteBuffer NO_INPUT = ByteBuffer.allocate(0);

    private final NativePool<Deflater> pool;
    private final boolean hasTakeover;
    private final int windowBits;

    /// The window's size; for the JDK's own, more than any message.
    private final long pieceBytes;

    /// What no flush has cut off yet, and the next reference may go back to.
    private long pieceUsed;

    /// Null when none is needed: before the first byte, and between messages without takeover.
    private Deflater deflater;

    private boolean isClosed;

    // Of the call under way, and null between calls.
    private ByteBuffer dst;
    private Overflow overflow;

    /// Where in `dst` the bytes of this call begin.
    private int start;

    MessageDeflater(int level, int windowBits, boolean hasTakeover) {
        this.pool = POOLS.get(level - MIN_LEVEL);
        this.hasTakeover = hasTakeover;
        this.windowBits = windowBits;
        this.pieceBytes = windowBits == PerMessageDeflate.MAX_WINDOW_BITS ? Long.MAX_VALUE : 1L << windowBits;
    }

    private static NativePool<Deflater> newPool(int level) {
        return new NativePool<>(() -> new Deflater(level, true), Deflater::reset, Deflater::end);
    }

    /// How much room the next part of a message takes at most: what does not compress grows.
    ///
    /// @param partBytes the part's length
    /// @return bytes, no more than a buffer can hold
    public int maxBytes(int partBytes) {
        long windowCount = (partBytes >> windowBits) + 2; // of which the first and the last may be used in part
        return (int) Math.min(partBytes + windowCount * MAX_GROWTH_BYTES, Overflow.MAX_BYTES);
    }

    /// Compresses the next part of a message.
    ///
    /// Each part is flushed, so that the peer can inflate all of it at once. After the last part the message is complete,
    /// in the form that the wire wants, and the next call begins another.
    ///
    /// @param part taken in whole; stays the caller's
    /// @param isLast whether the message ends with it
    /// @param dst written at its position; the caller's again after the call
    /// @param overflow called whenever there is no room left
    /// @return where writing ended: `dst`, or what `overflow` returned last
    /// @throws IOException if `overflow` throws it. Then, and after any other exception, this is closed: half a message
    ///         has been compressed
    public ByteBuffer deflate(ByteBuffer part, boolean isLast, ByteBuffer dst, Overflow overflow) throws IOException {
        if (isClosed) {
            throw new IllegalStateException("message deflater: closed");
        }
        begin(dst, overflow);
        boolean isDone = false;
        int limit = part.limit();
        try {
            if (part.hasRemaining()) {
                deflate(part, isLast);
            } else if (isLast) {
                putEmptyBlock();
            }
            if (isLast) {
                release();
            }
            isDone = true;
            return this.dst;
        } finally {
            part.limit(limit);
            end(isDone);
        }
    }

    private void begin(ByteBuffer dst, Overflow overflow) {
        this.dst = dst;
        this.start = dst.position();
        this.overflow = overflow;
    }

    private void end(boolean isDone) {
        dst = null;
        overflow = null;
        if (!isDone) {
            close();
        }
    }

    /// 7.2.3.6: an empty message is the first byte of an empty block, as is what ends a message that is flushed already.
    /// What follows it, the tail, is left out.
    private void putEmptyBlock() throws IOException {
        makeRoom(0);
        dst.put((byte) 0);
    }

    private void deflate(ByteBuffer part, boolean isLast) throws IOException {
        if (deflater == null) {
            deflater = pool.borrow();
        }
        int limit = part.limit();
        do {
            if (pieceUsed == pieceBytes && part.hasRemaining()) {
                run(NO_INPUT, Deflater.FULL_FLUSH, isLast);
                pieceUsed = 0;
            }
            int byteCount = (int) Math.min(limit - part.position(), pieceBytes - pieceUsed);
            pieceUsed += byteCount;
            part.limit(part.position() + byteCount);
            boolean isEnd = part.limit() == limit;
            run(part, isEnd ? Deflater.SYNC_FLUSH : Deflater.NO_FLUSH, isLast);
            part.limit(limit);
        } while (part.hasRemaining());
        if (isLast) {
            cutTail();
        }
        deflater.setInput(NO_INPUT); // forgets the caller's buffer
    }

    private void run(ByteBuffer input, int flush, boolean isLast) throws IOException {
        deflater.setInput(input);
        do {
            makeRoom(isLast ? TAIL_BYTES : 0);
            deflater.deflate(dst, flush);
        } while (!dst.hasRemaining()); // what leaves room has come to its end
    }

    /// Sees to it that at least one byte fits. The last bytes of a full buffer move on to the next one if they may be the
    /// tail's, which has to be at hand in one place to be cut off. (zlib itself repeats a flush that ran out of room, tail
    /// and all. Nothing says that what stands in for it on other machines does.)
    private void makeRoom(int heldBytes) throws IOException {
        if (dst.hasRemaining()) {
            return;
        }
        byte[] held = new byte[Math.min(heldBytes, dst.position() - start)];
        dst.position(dst.position() - held.length).get(dst.position(), held);
        dst = overflow.makeRoom(dst);
        if (dst.remaining() < Overflow.LEAST_ROOM_BYTES) {
            throw new IllegalArgumentException("deflate: expected room for " + Overflow.LEAST_ROOM_BYTES
                    + " bytes or more, got " + dst.remaining());
        }
        start = dst.position();
        dst.put(held);
    }

    /// 7.2.1: "Remove 4 octets (that are 0x00 0x00 0xff 0xff) from the tail end."
    private void cutTail() {
        int end = dst.position() - TAIL_BYTES;
        assert dst.getShort(end) == 0 && dst.getShort(end + 2) == -1 : "no flush at the end";
        dst.position(end);
    }

    /// Ends a message.
    private void release() {
        if (!hasTakeover && deflater != null) {
            pool.giveBack(deflater);
            deflater = null;
            pieceUsed = 0;
        }
    }

    boolean holdsNative() {
        return deflater != null;
    }

    /// Frees native memory. A message under way is lost. Closed twice is fine.
    @Override
    public void close() {
        isClosed = true;
        if (deflater != null) {
            deflater.end();
            deflater = null;
        }
    }
}
