package dev.asyncio.ws.frame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// RFC 7692, section 7.2.2: decompresses messages for one connection. For one thread at a time.
///
/// Native memory is held between messages only if they may refer back to each other, and else during a message alone.
public final class MessageInflater implements AutoCloseable {

    private static final NativePool<Inflater> POOL =
            new NativePool<>(() -> new Inflater(true), Inflater::reset, Inflater::end);

    private static final ByteBuffer NO_INPUT = ByteBuffer.allocate(0);

    /// 7.2.2: "append 4 octets of 0x00 0x00 0xff 0xff to the tail end". The empty blocks after that change nothing for a
    /// message that is whole. One that was cut short in the middle of a block takes them for its data, and so most
    /// likely gives itself away.
    private static final byte[] TAIL = {
        0, 0, -1, -1, 0, 0, 0, -1, -1, 0, 0, 0, -1, -1, 0, 0, 0, -1, -1, 0, 0, 0, -1, -1
    };

    private final long maxMessageBytes;
    private final boolean hasTakeover;

    /// Null when none is needed: before the first byte, and between messages without takeover.
    private Inflater inflater;

    /// Of the message under way, compressed.
    private long takenBytes;

    /// Of the message under way, inflated.
    private long messageBytes;

    /// Where a byte goes to show that there is one, before the caller is asked for room.
    private final byte[] probe = new byte[1];

    private boolean isClosed;

    MessageInflater(long maxMessageBytes, boolean hasTakeover) {
        this.maxMessageBytes = maxMessageBytes;
        this.hasTakeover = hasTakeover;
    }

    /// Decompresses the next part of a message, all that comes of it.
    ///
    /// After the last part the message is complete, and the next call begins another. A message without any byte is
    /// taken for an empty one.
    ///
    /// @param part payload bytes; taken in whole; stays the caller's
    /// @param isLast whether the message ends with it
    /// @param dst written at its position; the caller's again after the call
    /// @param overflow called when there is no room left for a byte that is there
    /// @return where writing ended: `dst`, or what `overflow` returned last
    /// @throws FrameException with 1009 if the message is larger than the limit, as soon as it is; with 1007 if the bytes
    ///         cannot be decompressed
    /// @throws IOException if `overflow` throws it. After any exception this is closed
    public ByteBuffer inflate(ByteBuffer part, boolean isLast, ByteBuffer dst, Overflow overflow) throws IOException {
        if (isClosed) {
            throw new IllegalStateException("message inflater: closed");
        }
        boolean isDone = false;
        try {
            ByteBuffer end = inflatePart(part, dst, overflow);
            if (isLast) {
                endMessage();
            }
            isDone = true;
            return end;
        } catch (DataFormatException e) {
            throw (FrameException) invalid(e.getMessage()).initCause(e);
        } finally {
            if (!isDone) {
                close();
            }
        }
    }

    /// How much has come of the message under way.
    ///
    /// @return bytes, compressed; 0 between messages
    public long takenBytes() {
        return takenBytes;
    }

    private ByteBuffer inflatePart(ByteBuffer part, ByteBuffer dst, Overflow overflow)
            throws IOException, DataFormatException {
        ByteBuffer output = dst;
        if (!part.hasRemaining()) {
            return output;
        }
        takenBytes += part.remaining();
        if (inflater == null) {
            inflater = POOL.borrow();
        }
        inflater.setInput(part);
        while (true) {
            inflateInto(output);
            if (inflater.finished()) {
                if (!part.hasRemaining()) {
                    break;
                }
                // 7.2.3.4: the message may go on behind a block with BFINAL set.
                inflater.reset();
                inflater.setInput(part);
            } else if (output.hasRemaining() && messageBytes < maxMessageBytes) {
                break; // all that could come has come
            } else if (inflater.inflate(probe) == 1) {
                output = putProbe(output, overflow);
            } else if (!inflater.finished()) {
                break;
            }
        }
        inflater.setInput(NO_INPUT); // forgets the caller's buffer
        return output;
    }

    /// Inflates as far as room and limit allow.
    private void inflateInto(ByteBuffer output) throws DataFormatException {
        int limit = output.limit();
        long allowed = maxMessageBytes - messageBytes;
        if (output.remaining() > allowed) {
            output.limit(output.position() + (int) allowed);
        }
        try {
            if (output.hasRemaining()) {
                messageBytes += inflater.inflate(output);
            }
        } finally {
            output.limit(limit);
        }
    }

    private ByteBuffer putProbe(ByteBuffer output, Overflow overflow) throws IOException {
        if (messageBytes == maxMessageBytes) {
            throw new FrameException(FrameException.TOO_BIG,
                    "message: expected at most " + maxMessageBytes + " bytes inflated, got more");
        }
        ByteBuffer room = output.hasRemaining() ? output : overflow.makeRoom(output);
        if (!room.hasRemaining()) {
            throw new IllegalArgumentException("inflate: expected room for a byte or more, got none");
        }
        messageBytes++;
        return room.put(probe[0]);
    }

    private void endMessage() throws IOException, DataFormatException {
        if (takenBytes > 0) {
            if (!inflater.finished()) { // else BFINAL was set, and there is nothing to complete
                inflateTail();
            }
            release();
        }
        takenBytes = 0;
        messageBytes = 0;
    }

    private void inflateTail() throws IOException, DataFormatException {
        inflater.setInput(TAIL);
        if (inflater.inflate(probe) != 0 || inflater.finished() || inflater.getRemaining() != 0) {
            throw invalid("the message ends within a block");
        }
    }

    private void release() {
        if (!hasTakeover) {
            POOL.giveBack(inflater);
            inflater = null;
        }
    }

    private static FrameException invalid(String fact) {
        return new FrameException(FrameException.INVALID_DATA, "message: cannot be inflated: " + fact);
    }

    boolean holdsNative() {
        return inflater != null;
    }

    /// Frees native memory. A message under way is lost. Closed twice is fine.
    @Override
    public void close() {
        isClosed = true;
        if (inflater != null) {
            inflater.end();
            inflater = null;
        }
    }
}
