package dev.asyncio.net;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.testing.FaultyStream;
import dev.asyncio.net.testing.MemoryStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LineReaderTest {

    private static final int LIMIT = 10;

    private final MemoryStream.Pair pair = MemoryStream.pair();
    private final LineReader lines = new LineReader(pair.left(), LIMIT);

    @AfterEach
    void close() {
        pair.close();
    }

    private void send(String text) throws IOException {
        pair.right().write(StandardCharsets.UTF_8.encode(text));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1000})
    void linesEndWithLfOrCrLf(int bytesAtATime) throws IOException {
        var slow = new LineReader(FaultyStream.around(pair.left()).readsOfAtMost(bytesAtATime), LIMIT);
        send("one\ntwo\r\n\n\r\nno \r cr\nümläut\nlast");
        pair.right().shutdownOutput();
        for (String line : new String[] {"one", "two", "", "", "no \r cr", "ümläut", "last", null, null}) {
            assertEquals(line, slow.readLine(patience()));
        }
    }

    @Test
    void aLineOfTheLimitPassesAndALongerOneIsRefused() throws IOException {
        send("1234567890\r\n1234567890\n12345678901\n");
        assertEquals("1234567890", lines.readLine());
        assertEquals("1234567890", lines.readLine());
        for (int i = 0; i < 2; i++) {
            var e = assertThrows(LineTooLongException.class, lines::readLine);
            assertTrue(e.getMessage().contains("more than 10 bytes"), e.getMessage());
            assertTrue(e.getMessage().contains("MemoryStream[left]"), e.getMessage());
        }
    }

    @Test
    void anEndlessLineIsRefusedBeforeItEnds() throws IOException {
        send("1234567890xx");
        assertThrows(LineTooLongException.class, () -> lines.readLine(patience()));
    }

    @Test
    void aLineIsRefusedAtTheFirstByteTooManyUnlessThatMayBeItsEnd() throws Exception {
        send("1234567890x");
        assertThrows(LineTooLongException.class, () -> lines.readLine(Deadline.after(Duration.ZERO)));
        var other = new LineReader(pair.right(), LIMIT);
        pair.left().write(StandardCharsets.UTF_8.encode("1234567890\r"));
        assertThrows(SocketTimeoutException.class, () -> other.readLine(Deadline.after(Duration.ZERO)));
        pair.left().write(StandardCharsets.UTF_8.encode("\n"));
        assertEquals("1234567890", other.readLine(patience()));
    }

    @Test
    void aLastLineLongerThanTheLimitIsRefusedToo() throws IOException {
        send("1234567890\r");
        pair.right().close();
        assertThrows(LineTooLongException.class, () -> lines.readLine(patience()));
    }

    /// Every line of every length at every place of the buffer, in pieces of every size that matters.
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 511, 512, 513, 4096})
    void linesOfAllLengthsComeThrough(int bytesAtATime) throws Exception {
        var reader = new LineReader(FaultyStream.around(pair.left()).readsOfAtMost(bytesAtATime), 1_200);
        var sending = Waiting.start(ThreadKind.VIRTUAL, () -> {
            for (int length = 0; length <= 1_200; length++) {
                send("y".repeat(length) + (length % 2 == 0 ? "\n" : "\r\n"));
            }
            pair.right().shutdownOutput();
        });
        for (int length = 0; length <= 1_200; length++) {
            assertEquals("y".repeat(length), reader.readLine(patience()));
        }
        assertNull(reader.readLine(patience()));
        sending.value();
    }

    @Test
    void theBufferGrowsToALargeLimit() throws Exception {
        String line = "x".repeat(1_000_000);
        var large = new LineReader(pair.left(), line.length());
        var sending = Waiting.start(ThreadKind.VIRTUAL, () -> send(line + "\r\n" + line + "\n"));
        assertEquals(line, large.readLine(patience()));
        assertEquals(line, large.readLine(patience()));
        sending.value();
    }

    @Test
    void nothingIsLostByADeadlineOrAnInterrupt() throws Exception {
        send("be");
        assertThrows(SocketTimeoutException.class, () -> lines.readLine(Deadline.after(Duration.ofMillis(5))));
        send("gin");
        var reading = Waiting.parked(ThreadKind.VIRTUAL, () -> lines.readLine());
        reading.interrupt();
        reading.failure(InterruptedIOException.class);
        send("ning\n");
        assertEquals("beginning", lines.readLine(patience()));
    }

    @Test
    void rawBytesFollowLines() throws IOException {
        send("head\n\nbody");
        assertEquals("head", lines.readLine());
        assertEquals("", lines.readLine());
        var two = ByteBuffer.allocate(2);
        assertEquals(2, lines.read(two, patience()));
        send("more");
        var rest = ByteBuffer.allocate(10);
        while (rest.position() < 6) {
            lines.read(rest, patience());
        }
        assertEquals("dymore", StandardCharsets.UTF_8.decode(rest.flip()).toString());
        assertEquals("bo", StandardCharsets.UTF_8.decode(two.flip()).toString());
    }

    @Test
    void textThatIsNotOfTheCharsetIsRefusedAndSkipped() throws IOException {
        pair.right().write(ByteBuffer.wrap(new byte[] {'a', (byte) 0xFF, '\n', 'b', '\n'}));
        assertThrows(CharacterCodingException.class, lines::readLine);
        assertEquals("b", lines.readLine());
    }

    @Test
    void anotherCharsetCanBeRead() throws IOException {
        var latin = new LineReader(pair.left(), LIMIT, StandardCharsets.ISO_8859_1);
        pair.right().write(ByteBuffer.wrap(new byte[] {(byte) 0xFC, '\n'}));
        assertEquals("ü", latin.readLine());
    }

    @Test
    void anEndInTheMiddleOfACharacterIsRefused() throws IOException {
        pair.right().write(ByteBuffer.wrap(new byte[] {'a', (byte) 0xC3}));
        pair.right().close();
        assertThrows(CharacterCodingException.class, lines::readLine);
        assertNull(lines.readLine());
    }

    @Test
    void aCharsetWithOtherLineEndsIsRefused() {
        for (var charset : new Charset[] {StandardCharsets.UTF_16, StandardCharsets.UTF_32LE}) {
            var e = assertThrows(
                    IllegalArgumentException.class, () -> new LineReader(pair.left(), LIMIT, charset));
            assertTrue(e.getMessage().contains(charset.name()), e.getMessage());
        }
    }

    @Test
    void aLineAtHandNeedsNoWait() throws Exception {
        send("one\ntwo\n");
        assertEquals("one", lines.readLine());
        var reading = Waiting.start(ThreadKind.VIRTUAL, () -> {
            Thread.currentThread().interrupt();
            return lines.readLine(Deadline.after(Duration.ZERO));
        });
        assertEquals("two", reading.value());
        assertTrue(reading.interruptStatus());
    }

    @Test
    void theEndOfAnEmptyStreamIsNull() throws IOException {
        pair.right().close();
        assertNull(lines.readLine());
    }

    @Test
    void aLimitOutOfRangeIsRefused() {
        for (int limit : new int[] {0, Integer.MAX_VALUE}) {
            var e = assertThrows(IllegalArgumentException.class, () -> new LineReader(pair.left(), limit));
            String expected = "expected a limit of 1 to 2147483583 bytes, got " + limit;
            assertTrue(e.getMessage().endsWith(expected), e.getMessage());
        }
    }
}
