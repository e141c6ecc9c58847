package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.ws.frame.Opcode;
import dev.asyncio.ws.frame.Utf8Validator;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/// A message that is sent in pieces, see [WebSocket#sendBinary(Deadline)]. Each write is a frame. For one thread at a
/// time.
public final class MessageWriter implements WritableByteChannel {

    private static final int STREAM_BUFFER_BYTES = 16 * 1024;

    private final Sender sender;

    /// Where the text has come to; null for bytes.
    private Utf8Validator utf8;

    /// Of the next frame.
    private Opcode opcode;

    private boolean isClosed;

    MessageWriter(Sender sender, Opcode opcode) {
        this.sender = sender;
        this.opcode = opcode;
        this.utf8 = opcode == Opcode.TEXT ? new Utf8Validator() : null;
    }

    /// Sends a piece, without a deadline; like [#write(ByteBuffer, Deadline)].
    ///
    /// @return how many bytes: all that `src` had
    @Override
    public int write(ByteBuffer src) throws IOException {
        return write(src, Deadline.never());
    }

    /// Sends a piece; waits while the peer is slow.
    ///
    /// @param src the piece, of a text in UTF-8, which may be cut anywhere; the caller's again afterwards
    /// @param deadline when to give up. Where the position of `src` has not moved then, the piece may be sent again;
    ///     else it goes out later all the same, or, if it is a long one, the connection is broken
    /// @return how many bytes: all that `src` had
    /// @throws IllegalArgumentException if a text's bytes are not UTF-8; nothing of the piece was sent
    /// @throws ClosedChannelException if the message was ended
    /// @throws IOException like [WebSocket#send(ByteBuffer, Deadline)]
    public int write(ByteBuffer src, Deadline deadline) throws IOException {
        Objects.requireNonNull(deadline, "deadline");
        if (isClosed) {
            throw new ClosedChannelException();
        }
        Utf8Validator next = utf8 == null ? null : checked(src);
        int byteCount = src.remaining();
        if (byteCount > 0) {
            try {
                sender.sendPiece(opcode, src, deadline);
            } finally {
                if (src.remaining() < byteCount) { // goes out, now or later
                    opcode = Opcode.CONTINUATION;
                    utf8 = next;
                }
            }
        }
        return byteCount;
    }

    /// Where the text will have come to with a piece.
    private Utf8Validator checked(ByteBuffer piece) {
        var next = new Utf8Validator(utf8);
        if (!next.accept(piece, piece.position(), piece.limit())) {
            throw new IllegalArgumentException("text: expected UTF-8, got a byte that cannot be part of it at index "
                    + (next.badIndex() - piece.position()) + " of a piece");
        }
        return next;
    }

    /// A view for code that wants an [OutputStream]. It gathers small writes to frames of 16 KiB.
    ///
    /// @return a view; closing it closes this
    public OutputStream outputStream() {
        return new BufferedOutputStream(Channels.newOutputStream(this), STREAM_BUFFER_BYTES);
    }

    @Override
    public boolean isOpen() {
        return !isClosed;
    }

    /// Ends the message, by an empty frame, so that other messages can be sent. An interrupt does not keep this from its
    /// turn. To leave the message unfinished there is [WebSocket#abort()].
    ///
    /// @throws IllegalArgumentException if a text ends within a character: the peer must not get that. The message is cut
    ///     off then, and all that can follow is the close of the WebSocket
    /// @throws IOException like [WebSocket#send(ByteBuffer, Deadline)]
    @Override
    public void close() throws IOException {
        if (!isClosed) {
            isClosed = true;
            requireWholeText();
            sender.endMessage(opcode);
        }
    }

    /// Like [#close()], with a deadline for the end to have its turn; then it goes out, now or as soon as the peer reads.
    /// Where its turn has not come, the message is still to be closed.
    ///
    /// @param deadline when to give up
    /// @throws IllegalArgumentException like [#close()]
    /// @throws IOException like [WebSocket#send(ByteBuffer, Deadline)]
    public void close(Deadline deadline) throws IOException {
        Objects.requireNonNull(deadline, "deadline");
        if (!isClosed) {
            requireWholeText();
            sender.endMessage(opcode, deadline);
            isClosed = true;
        }
    }

    private void requireWholeText() {
        if (utf8 != null && !utf8.isComplete()) {
            isClosed = true;
            sender.cutOffMessage();
            throw new IllegalArgumentException("text: expected whole characters, got an end within one");
        }
    }
}
