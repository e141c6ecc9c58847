package dev.asyncio.ws;

import dev.asyncio.ws.frame.FrameException;
import dev.asyncio.ws.frame.FrameHeader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// 5.5.1: a close frame's payload is nothing, or a code of two bytes and a reason in UTF-8.
final class ClosePayload {

    private static final int MAX_REASON_BYTES = FrameHeader.MAX_CONTROL_PAYLOAD_BYTES - Short.BYTES;

    private ClosePayload() {}

    static ByteBuffer encode(CloseCode code, String reason) {
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(reason, "reason");
        if (!code.isSendable()) {
            throw new IllegalArgumentException("close code " + code + " must not be sent");
        }
        byte[] bytes = Utf8.encode(reason);
        if (bytes.length > MAX_REASON_BYTES) {
            throw new IllegalArgumentException("reason of a close: expected at most " + MAX_REASON_BYTES
                    + " bytes of UTF-8, got " + bytes.length);
        }
        return ByteBuffer.allocate(Short.BYTES + bytes.length)
                .putShort((short) code.number())
                .put(bytes)
                .flip();
    }

    /// The same code, where there is one (5.5.1).
    static ByteBuffer answerTo(Message.Close close) {
        return close.code().isSendable() ? encode(close.code(), "") : ByteBuffer.allocate(0);
    }

    static Message.Close decode(ByteBuffer payload) throws FrameException {
        if (!payload.hasRemaining()) {
            return new Message.Close(CloseCode.NO_CODE, "");
        }
        if (payload.remaining() < Short.BYTES) {
            throw FrameException.protocolError("close frame with half a code");
        }
        var code = new CloseCode(Short.toUnsignedInt(payload.getShort()));
        if (!code.isSendable()) {
            throw FrameException.protocolError("close frame with code " + code + ", which must not be sent");
        }
        try {
            String reason = StandardCharsets.UTF_8.newDecoder().decode(payload).toString();
            return new Message.Close(code, reason);
        } catch (CharacterCodingException _) {
            throw FrameException.invalidData("close frame with a reason that is not UTF-8");
        }
    }
}
