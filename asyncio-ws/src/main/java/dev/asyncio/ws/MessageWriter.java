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
import java.nio.charset.MalformedInputException;

/// A message that is sent in pieces, see [WebSocket#sendBinary(Deadline)]. Each write is a frame. For one thread at a
/// time.
public final class MessageWriter implements WritableByteChannel {

    private static final int STREAM_BUFFER_BYTES = 16 * 1024;

    private final Sender sender;

    /// Null for bytes.
    private final Utf8Validator utf8;

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

    /// Sends a piece; waits while the peer is slow. After an interrupt or a deadline, a text cannot go on, since what
    /// went out may end within a character.
    ///
    /// @param src the piece, of a text in UTF-8, which may be cut anywhere; the caller's again afterwards
    /// @param deadline when to give up
    /// @return how many bytes: all that `src` had
    /// @throws MalformedInputException if a text's bytes are not UTF-8; nothing of the piece was sent
    /// @throws ClosedChannelException if the message was ended
    /// @throws IOException like [WebSocket#send(ByteBuffer, Deadline)]
    public int write(ByteBuffer src, Deadline deadline) throws IOException {
        if (isClosed) {
            throw new ClosedChannelException();
        }
        if (utf8 != null && !utf8.accept(src, src.position(), src.limit())) {
            throw new MalformedInputException(1);
        }
        int byteCount = src.remaining();
        if (byteCount > 0) {
            try {
                sender.sendPiece(opcode, src, deadline);
            } finally {
                if (src.remaining() < byteCount) { // goes out, now or later
                    opcode = Opcode.CONTINUATION;
                }
            }
        }
        return byteCount;
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

    /// Ends the message, by an empty frame, so that other messages can be sent. To leave it unfinished there is
    /// [WebSocket#abort()].
    ///
    /// @throws MalformedInputException if a text ends within a character
    /// @throws IOException like [WebSocket#send(ByteBuffer, Deadline)]
    @Override
    public void close() throws IOException {
        if (isClosed) {
            return;
        }
        isClosed = true;
        sender.endMessage(opcode);
        if (utf8 != null && !utf8.isComplete()) {
            throw new MalformedInputException(1);
        }
    }
}
