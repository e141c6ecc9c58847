package dev.asyncio.net.testing;

import static dev.asyncio.net.ByteStreamContract.bytes;
import static dev.asyncio.net.ByteStreamContract.readText;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStreamContract;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class MemoryStreamTest {

    @Nested
    class OfTheUsualSize extends ByteStreamContract {

        @Override
        protected Ends connect() {
            var pair = MemoryStream.pair();
            return new Ends(pair.left(), pair.right());
        }
    }

    /// Bytes go round the end of the ring all the time, and nearly every write waits.
    @Nested
    class OfAFewBytes extends ByteStreamContract {

        @Override
        protected Ends connect() {
            var pair = MemoryStream.pair(23);
            return new Ends(pair.left(), pair.right());
        }

        @Override
        protected int bulkBytes() {
            return 64 * 1024;
        }
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

    @ParameterizedTest
    @EnumSource
    void aCloseOfThePeerWakesTheWriterWithABrokenPipe(ThreadKind kind) throws Exception {
        try (var pair = MemoryStream.pair(3)) {
            var src = bytes("hello");
            var writing = Waiting.parked(kind, () -> pair.left().write(src));
            pair.right().close();
            var e = writing.failure(IOException.class);
            assertTrue(e.getMessage().endsWith("broken pipe"), e.getMessage());
            assertEquals(3, src.position());
        }
    }

    @Test
    void anAbortThrowsAwayWhatWasNotRead() throws IOException {
        try (var pair = MemoryStream.pair()) {
            pair.right().write(bytes("lost"));
            pair.right().abort();
            assertReset(() -> pair.left().read(ByteBuffer.allocate(4)));
            assertReset(() -> pair.left().write(bytes("x")));
            assertReset(() -> pair.left().shutdownOutput());
        }
    }

    private static void assertReset(Executable call) {
        var e = assertThrows(IOException.class, call);
        assertTrue(e.getMessage().endsWith("connection reset by peer"), e.getMessage());
    }

    /// An end that aborts has closed: its own threads must never take that for a reset by the peer, however the two
    /// steps and their wake-ups fall.
    @Test
    void anAbortIsACloseToItsOwnThreads() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            try (var pair = MemoryStream.pair(1)) {
                pair.left().write(bytes("x"));
                var reading = Waiting.parked(ThreadKind.VIRTUAL, () -> pair.left().read(ByteBuffer.allocate(1)));
                var writing = Waiting.parked(ThreadKind.VIRTUAL, () -> pair.left().write(bytes("y")));
                pair.left().abort();
                reading.failure(AsynchronousCloseException.class);
                writing.failure(AsynchronousCloseException.class);
            }
        }
    }

    @Test
    void anEndTellsItsNameAndThatItIsClosed() {
        try (var pair = MemoryStream.pair()) {
            pair.right().close();
            assertEquals("MemoryStream[left]", pair.left().toString());
            assertEquals("MemoryStream[right, closed]", pair.right().toString());
        }
    }

    @Test
    void aBufferOfNothingIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> MemoryStream.pair(0));
    }
}
