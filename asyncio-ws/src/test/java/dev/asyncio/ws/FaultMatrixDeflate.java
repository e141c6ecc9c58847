package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.Inflater;

/// How a WebSocket comes to each point whose messages are compressed (RFC 7692).
final class FaultMatrixDeflate extends FaultMatrixWebSocket {

    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF}; // 7.2.1

    /// Blocks without contents, four in five bytes (RFC 1951, section 3.2.6).
    private static final byte[] HOLLOW = Wire.hex("02 08 20 80 00 ".repeat(4_000));

    /// As long as a compressed message may be, and far more than can be inflated before a deadline that is near.
    private static final long LONG_BYTES = 7L << 28;

    FaultMatrixDeflate(FaultMatrix.Cell cell) throws IOException {
        super(cell);
    }

    @Override
    WebSocketOptions.Builder options(WebSocketOptions.Builder builder) {
        return builder.compression(Compression.withContext()).maxMessageBytes(Integer.MAX_VALUE);
    }

    @Override
    WebSocket open(Deadline deadline) throws IOException {
        WebSocket socket = super.open(deadline);
        assertTrue(socket.isCompressed());
        return socket;
    }

    @Override
    String agreed(String head) {
        return head.replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n");
    }

    @Override
    int firstBits() {
        return Wire.RSV1 | Wire.TEXT;
    }

    @Override
    byte[] payload() {
        return Wire.deflated(Wire.utf8(TEXT));
    }

    /// Frames with next to nothing in them, or one that is so long as not to end soon.
    @Override
    Flood newFlood() {
        if (point != FaultMatrixPoint.MID_MESSAGE) {
            return new Flood(Wire.frame(Wire.FIN | firstBits(), 127, LONG_BYTES, 0).bytes(isServer), HOLLOW);
        }
        byte[] payload = payload();
        byte[] rest = Arrays.copyOfRange(payload, FIRST_PART_BYTES, payload.length + TAIL.length);
        System.arraycopy(TAIL, 0, rest, rest.length - TAIL.length, TAIL.length);
        return new Flood(Wire.frame(Wire.CONTINUATION, rest).bytes(isServer),
                Wire.frame(Wire.CONTINUATION, HOLLOW).bytes(isServer));
    }

    @Override
    byte[] contents(RawPeer.Frame frame) throws Exception {
        try (var inflater = new Inflater(true)) {
            byte[] contents = new byte[BULK_BYTES];
            inflater.setInput(frame.payload());
            int byteCount = inflater.inflate(contents);
            inflater.setInput(TAIL);
            return Arrays.copyOf(contents, byteCount + inflater.inflate(contents, byteCount, BULK_BYTES - byteCount));
        }
    }
}
