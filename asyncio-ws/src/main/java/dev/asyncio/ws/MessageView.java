package dev.asyncio.ws;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A message whose bytes are lent: good until the next receive on its WebSocket, or its close. For the thread that
/// received it.
///
/// It spares the copy and the objects that [Message] costs, where a message is only looked at, parsed or passed on:
///
/// ```java
/// MessageView message = socket.receiveView();
/// while (message.kind() != MessageView.Kind.CLOSE) {
///     socket.send(message);
///     message = socket.receiveView();
/// }
/// ```
public final class MessageView {

    /// What a message is.
    public enum Kind {
        /// A text, in valid UTF-8.
        TEXT,
        /// Bytes.
        BINARY,
        /// The peer closes the connection; nothing follows.
        CLOSE
    }

    private Kind kind;
    private ByteBuffer bytes;
    private boolean isAscii;
    private Message.Close close;

    MessageView() {}

    MessageView text(ByteBuffer utf8, boolean isAsciiOnly) {
        return set(Kind.TEXT, utf8, isAsciiOnly, null);
    }

    MessageView binary(ByteBuffer lent) {
        return set(Kind.BINARY, lent, false, null);
    }

    MessageView close(Message.Close message) {
        return set(Kind.CLOSE, null, false, message);
    }

    /// Lets go of the memory.
    void clear() {
        set(null, null, false, null);
    }

    private MessageView set(Kind newKind, ByteBuffer newBytes, boolean isAsciiOnly, Message.Close newClose) {
        this.kind = newKind;
        this.bytes = newBytes;
        this.isAscii = isAsciiOnly;
        this.close = newClose;
        return this;
    }

    private void requireLoan() {
        if (kind == null) {
            throw new IllegalStateException("the loan of this message has ended; another receive has begun");
        }
    }

    /// What the message is.
    ///
    /// @return its kind
    /// @throws IllegalStateException if the loan has ended
    public Kind kind() {
        requireLoan();
        return kind;
    }

    /// The payload, a text's as UTF-8, from position to limit. Whoever reads from it moves its position, and with that where
    /// the message begins for those who look at it, copy it or pass it on later; a `duplicate()` leaves it as it is.
    ///
    /// @return lent bytes, the same buffer each time; big-endian until its order is set
    /// @throws IllegalStateException if this is a [Kind#CLOSE], or the loan has ended
    public ByteBuffer bytes() {
        requireLoan();
        if (bytes == null) {
            throw new IllegalStateException("a close has no payload; see toMessage()");
        }
        return bytes;
    }

    /// The message as one's own, to be kept.
    ///
    /// @return a copy
    /// @throws IllegalStateException if the loan has ended
    public Message toMessage() {
        return switch (kind()) {
            case TEXT -> new Message.Text(copyOfText());
            case BINARY -> new Message.Binary(ByteBuffer.wrap(copyOfBytes()));
            case CLOSE -> close;
        };
    }

    private String copyOfText() {
        // ISO 8859-1 is the same for ASCII, and spares the decoder's own look at each byte.
        return new String(copyOfBytes(), isAscii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }

    private byte[] copyOfBytes() {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return copy;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case null -> "a message whose loan has ended";
            case CLOSE -> close.toString();
            case TEXT, BINARY -> kind + " of " + bytes.remaining() + " bytes";
        };
    }
}
