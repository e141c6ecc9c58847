package dev.asyncio.net.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStreamContract;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MemoryStreamTest extends ByteStreamContract {

    @Override
    protected Ends connect() {
        var pair = MemoryStream.pair();
        return new Ends(pair.left(), pair.right());
    }

    @Test
    void theBufferHoldsWhatItWasMadeFor() throws IOException {
        try (var pair = MemoryStream.pair(3)) {
            var timeout = assertThrows(
                    SocketTimeoutException.class,
                    () -> pair.left().write(bytes("hello"), Deadline.after(Duration.ofMillis(1))));
            assertEquals(3, timeout.bytesTransferred);
            assertEquals("hel", readText(pair.right(), 3));
        }
    }

    @Test
    void writingToAClosedPeerIsABrokenPipe() {
        try (var pair = MemoryStream.pair()) {
            pair.right().close();
            var e = assertThrows(IOException.class, () -> pair.left().write(bytes("x")));
            assertTrue(e.getMessage().endsWith("broken pipe"), e.getMessage());
        }
    }

    @Test
    void anAbortThrowsAwayWhatWasNotRead() throws IOException {
        try (var pair = MemoryStream.pair()) {
            pair.right().write(bytes("lost"));
            pair.right().abort();
            assertThrows(IOException.class, () -> pair.left().read(ByteBuffer.allocate(4)));
        }
    }

    @Test
    void aBufferOfNothingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> MemoryStream.pair(0));
    }
}
