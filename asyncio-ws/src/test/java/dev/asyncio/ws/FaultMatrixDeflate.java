package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.Inflater;

/// How a WebSocket comes to each point whose messages are compressed (RFC 7692).
final class FaultMatrixDeflate extends FaultMatrixWebSocket {

    private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF}; // 7.2.1

    FaultMatrixDeflate(FaultMatrix.Cell cell) throws IOException {
        super(cell);
    }

    @Override
    WebSocketOptions.Builder options(WebSocketOptions.Builder builder) {
        return builder.compression(Compression.withContext());
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
