package dev.asyncio.ws;

import java.nio.ByteBuffer;

/// What [WebSocket#receive()] returns.
public sealed interface Message {

    /// A text.
    ///
    /// @param text the text, which came as valid UTF-8
    record Text(String text) implements Message {}

    /// Bytes.
    ///
    /// @param bytes the receiver's own, from position to limit
    record Binary(ByteBuffer bytes) implements Message {}

    /// The peer closes the connection; nothing follows.
    ///
    /// @param code why; [CloseCode#NO_CODE] if it does not say
    /// @param reason in words, perhaps empty
    record Close(CloseCode code, String reason) implements Message {}
}
