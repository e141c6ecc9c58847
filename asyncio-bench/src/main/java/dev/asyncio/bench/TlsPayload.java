package dev.asyncio.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

/// What goes through TLS, for writer and checker alike: the same random bytes again and again, cut anywhere. Not for
/// two threads at once.
final class TlsPayload {

    static final int MESSAGE_BYTES = 64;

    /// Prime, so that no read or write ends where the pattern does.
    private static final int PATTERN_BYTES = 16_381;

    private static final ByteBuffer PATTERN = pattern();

    private long position;

    private static ByteBuffer pattern() {
        byte[] bytes = new byte[PATTERN_BYTES];
        new Random(7).nextBytes(bytes);
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /// How many bytes were put or checked.
    long position() {
        return position;
    }

    /// Fills a buffer, and flips it.
    ByteBuffer fill(ByteBuffer dst, int byteCount) {
        dst.clear().limit(byteCount);
        while (dst.hasRemaining()) {
            dst.put(next(dst.remaining()));
        }
        return dst.flip();
    }

    /// Checks what came next.
    void check(ByteBuffer src) throws IOException {
        while (src.hasRemaining()) {
            ByteBuffer expected = next(src.remaining());
            ByteBuffer part = src.slice(src.position(), expected.remaining());
            if (part.mismatch(expected) != -1) {
                throw new IOException("what came back before byte " + position + " differs from what was sent");
            }
            src.position(src.position() + part.capacity());
        }
    }

    private ByteBuffer next(int maxBytes) {
        int start = (int) (position % PATTERN_BYTES);
        int count = Math.min(maxBytes, PATTERN_BYTES - start);
        position += count;
        return PATTERN.slice(start, count);
    }
}
