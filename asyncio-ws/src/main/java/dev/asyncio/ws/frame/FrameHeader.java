package dev.asyncio.ws.frame;

import java.nio.ByteBuffer;

/// 5.2: what stands before a frame's payload. One object reads the headers of a connection one after the other; it
/// holds the last. For one thread at a time.
///
/// ```
///    byte 0: FIN RSV1 RSV2 RSV3 opcode(4)     byte 1: MASK length(7)
///    length 126: two bytes of length follow; 127: eight; then four bytes of key, if masked
/// ```
public final class FrameHeader {

    /// The longest header.
    public static final int MAX_BYTES = 14;

    /// 5.5: the longest payload of a control frame.
    public static final int MAX_CONTROL_PAYLOAD_BYTES = 125;

    private static final int FIN = 0x80;
    private static final int RSV1 = 0x40;
    private static final int RSV2_AND_RSV3 = 0x30;
    private static final int MASK = 0x80;
    private static final int TWO_BYTE_LENGTH = 126;
    private static final int EIGHT_BYTE_LENGTH = 127;

    private final boolean expectsMask;
    private final boolean expectsCompression;
    private boolean isFinal;
    private boolean isCompressed;
    private Opcode opcode;
    private int maskKey;
    private long payloadBytes;

    /// Makes a reader of headers that one side receives.
    ///
    /// @param expectsMask true for a server (5.1)
    /// @param expectsCompression whether permessage-deflate was agreed on, which gives RSV1 its meaning
    public FrameHeader(boolean expectsMask, boolean expectsCompression) {
        this.expectsMask = expectsMask;
        this.expectsCompression = expectsCompression;
    }

    /// Reads a header if all of it is there; what can be refused early is.
    ///
    /// @param in big-endian, stays the caller's; its position moves behind the header only if that was read
    /// @return whether it was read
    /// @throws FrameException if a frame begins so that none may
    public boolean read(ByteBuffer in) throws FrameException {
        int start = in.position();
        int available = in.remaining();
        if (available < 1) {
            return false;
        }
        int first = in.get(start);
        checkFirstByte(first);
        if (available < 2) {
            return false;
        }
        int second = in.get(start + 1);
        checkSecondByte(second);
        int shortLength = second & 0x7F;
        int keyOffset = 2 + extendedLengthBytes(shortLength);
        int headerBytes = keyOffset + (expectsMask ? Integer.BYTES : 0);
        if (available < headerBytes) {
            return false;
        }
        isFinal = (first & FIN) != 0;
        isCompressed = (first & RSV1) != 0;
        payloadBytes = payloadBytes(in, start, shortLength);
        maskKey = expectsMask ? in.getInt(start + keyOffset) : 0;
        in.position(start + headerBytes);
        return true;
    }

    private void checkFirstByte(int first) throws FrameException {
        opcode = Opcode.of(first & 0x0F);
        if (opcode == null) {
            throw FrameException.protocolError("reserved opcode " + (first & 0x0F));
        }
        if ((first & RSV2_AND_RSV3) != 0) {
            throw FrameException.protocolError("reserved bit set, but no extension uses it");
        }
        if ((first & RSV1) != 0 && (!expectsCompression || opcode != Opcode.TEXT && opcode != Opcode.BINARY)) {
            // RFC 7692, section 6: on a message's first frame only.
            throw FrameException.protocolError("compressed " + opcode + " frame, but "
                    + (expectsCompression ? "only a message's first frame may be" : "no compression was agreed on"));
        }
        if (opcode.isControl() && (first & FIN) == 0) {
            throw FrameException.protocolError("fragmented " + opcode + " frame"); // 5.5
        }
    }

    private void checkSecondByte(int second) throws FrameException {
        if ((second & MASK) != 0 != expectsMask) {
            // 5.1
            throw FrameException.protocolError(
                    expectsMask ? "frame of a client without a mask" : "frame of a server with a mask");
        }
        if (opcode.isControl() && (second & 0x7F) > MAX_CONTROL_PAYLOAD_BYTES) {
            throw FrameException.protocolError("payload of a " + opcode + " frame: expected at most "
                    + MAX_CONTROL_PAYLOAD_BYTES + " bytes, got more"); // 5.5
        }
    }

    private static int extendedLengthBytes(int shortLength) {
        return switch (shortLength) {
            case TWO_BYTE_LENGTH -> Short.BYTES;
            case EIGHT_BYTE_LENGTH -> Long.BYTES;
            default -> 0;
        };
    }

    /// 5.2: in as few bytes as it can be; the highest bit of eight must be clear.
    private static long payloadBytes(ByteBuffer in, int start, int shortLength) throws FrameException {
        long length =
                switch (shortLength) {
                    case TWO_BYTE_LENGTH -> Short.toUnsignedInt(in.getShort(start + 2));
                    case EIGHT_BYTE_LENGTH -> in.getLong(start + 2);
                    default -> shortLength;
                };
        if (length < 0) {
            throw FrameException.protocolError("payload length with the highest bit set");
        }
        if (length < minimumFor(shortLength)) {
            throw FrameException.protocolError("payload length " + length + " in more bytes than it needs");
        }
        return length;
    }

    private static long minimumFor(int shortLength) {
        return switch (shortLength) {
            case TWO_BYTE_LENGTH -> TWO_BYTE_LENGTH;
            case EIGHT_BYTE_LENGTH -> 1 << Short.SIZE;
            default -> 0;
        };
    }

    /// Whether this is the last frame of its message.
    ///
    /// @return FIN
    public boolean isFinal() {
        return isFinal;
    }

    /// Whether this begins a compressed message (RFC 7692).
    ///
    /// @return RSV1
    public boolean isCompressed() {
        return isCompressed;
    }

    /// What the frame is.
    ///
    /// @return the opcode
    public Opcode opcode() {
        return opcode;
    }

    /// What the payload is masked with; see [Masking].
    ///
    /// @return the key, 0 where there is none
    public int maskKey() {
        return maskKey;
    }

    /// How long the payload is.
    ///
    /// @return a count that is not negative
    public long payloadBytes() {
        return payloadBytes;
    }

    private static int shortLength(long payloadBytes) {
        if (payloadBytes < TWO_BYTE_LENGTH) {
            return (int) payloadBytes;
        }
        return payloadBytes < 1 << Short.SIZE ? TWO_BYTE_LENGTH : EIGHT_BYTE_LENGTH;
    }

    /// Writes the header of a frame that a server sends.
    ///
    /// @param out big-endian, with room; its position moves behind the header
    /// @param opcode what the frame is
    /// @param isFinal whether it ends its message
    /// @param isCompressed whether it begins a compressed message
    /// @param payloadBytes how much payload follows
    public static void write(ByteBuffer out, Opcode opcode, boolean isFinal, boolean isCompressed, long payloadBytes) {
        write(out, opcode, isFinal, isCompressed, payloadBytes, 0);
    }

    /// Writes the header of a frame that a client sends.
    ///
    /// @param out big-endian, with room; its position moves behind the header
    /// @param opcode what the frame is
    /// @param isFinal whether it ends its message
    /// @param isCompressed whether it begins a compressed message
    /// @param payloadBytes how much payload follows
    /// @param maskKey what that will be masked with
    public static void writeMasked(
            ByteBuffer out, Opcode opcode, boolean isFinal, boolean isCompressed, long payloadBytes, int maskKey) {
        write(out, opcode, isFinal, isCompressed, payloadBytes, MASK);
        out.putInt(maskKey);
    }

    private static void write(
            ByteBuffer out, Opcode opcode, boolean isFinal, boolean isCompressed, long payloadBytes, int maskBit) {
        int shortLength = shortLength(payloadBytes);
        out.put((byte) ((isFinal ? FIN : 0) | (isCompressed ? RSV1 : 0) | opcode.number));
        out.put((byte) (maskBit | shortLength));
        if (shortLength == TWO_BYTE_LENGTH) {
            out.putShort((short) payloadBytes);
        } else if (shortLength == EIGHT_BYTE_LENGTH) {
            out.putLong(payloadBytes);
        }
    }
}
