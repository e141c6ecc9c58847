package dev.asyncio.net.tls;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.MemoryStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// An engine fails while it makes a record.
@ExtendWith(PoolWatch.class)
class TlsOutputTest {

    private static final int HEADER_BYTES = 5; // RFC 8446, section 5.1

    /// Of a client that is about to say hello. What it lacks memory for it leaves where the JDK does: with the destination
    /// moved on by a header that was not written.
    private static final class ShortOfMemory extends EngineAround {

        private boolean isShortOfMemory = true;

        ShortOfMemory() throws NoSuchAlgorithmException, SSLException {
            super(SSLContext.getDefault().createSSLEngine());
            setUseClientMode(true);
            beginHandshake();
        }

        @Override
        public SSLEngineResult wrap(ByteBuffer[] srcs, int offset, int length, ByteBuffer dst) throws SSLException {
            if (isShortOfMemory) {
                isShortOfMemory = false;
                dst.position(dst.position() + HEADER_BYTES);
                throw new OutOfMemoryError("no memory for a cipher");
            }
            return super.wrap(srcs, offset, length, dst);
        }
    }

    @Test
    void nothingIsSentOfHalfARecordNorBehindIt() throws Exception {
        try (var pair = MemoryStream.pair()) {
            var output = new TlsOutput(pair.left(), new ShortOfMemory());
            assertThrows(OutOfMemoryError.class, () -> output.handshake(patience()));
            var failure = assertThrows(IOException.class, () -> output.handshake(patience()));
            assertTrue(failure.getMessage().contains("an earlier write failed"), failure::getMessage);
            output.attend();
            pair.left().close();
            output.release();
            assertEquals(-1, pair.right().read(ByteBuffer.allocate(1), patience()), "bytes or the end");
        }
    }
}
