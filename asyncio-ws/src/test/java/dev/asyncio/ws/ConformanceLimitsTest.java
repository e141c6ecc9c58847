package dev.asyncio.ws;

import static dev.asyncio.ws.ConformanceLine.answered;
import static dev.asyncio.ws.ConformanceLine.back;
import static dev.asyncio.ws.ConformanceLine.echoed;
import static dev.asyncio.ws.ConformanceLine.failed;
import static dev.asyncio.ws.ConformanceLine.line;
import static dev.asyncio.ws.ConformanceLine.sent;
import static dev.asyncio.ws.Wire.BINARY;
import static dev.asyncio.ws.Wire.CONTINUATION;
import static dev.asyncio.ws.Wire.FIN;
import static dev.asyncio.ws.Wire.RSV1;
import static dev.asyncio.ws.Wire.TEXT;
import static dev.asyncio.ws.Wire.binary;
import static dev.asyncio.ws.Wire.deflated;
import static dev.asyncio.ws.Wire.frame;
import static dev.asyncio.ws.Wire.hex;
import static dev.asyncio.ws.Wire.pattern;
import static dev.asyncio.ws.Wire.ping;
import static dev.asyncio.ws.Wire.pong;
import static dev.asyncio.ws.Wire.promising;
import static dev.asyncio.ws.Wire.text;
import static dev.asyncio.ws.Wire.utf8;

import dev.asyncio.ws.ConformanceLine.Form;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// RFC 6455, section 10.4: no message is longer than our side takes, and a longer one is refused by its header.
class ConformanceLimitsTest extends ConformanceTable {

    private static final int LIMIT = 1000;

    /// As many as are a message's, and 1 KiB.
    private static final int MAX_DEFLATED_BYTES = 16 * LIMIT + 1024;

    /// Such that nothing is compressed.
    private static byte[] flushedBehindEach(byte[] message) {
        try (var deflater = new Deflater(Deflater.NO_COMPRESSION, true)) {
            byte[] room = new byte[16 * message.length];
            int byteCount = 0;
            for (byte each : message) {
                deflater.setInput(new byte[] {each});
                byteCount += deflater.deflate(room, byteCount, room.length - byteCount, Deflater.SYNC_FLUSH);
            }
            return Arrays.copyOf(room, byteCount - 4);
        }
    }

    /// Each is the last one, and has no byte (RFC 1951, section 3.2.3).
    private static byte[] emptyBlocks(int byteCount) {
        return hex("03 00 ".repeat(byteCount / 2));
    }

    private static ConformanceLine whole(ConformanceLine line) {
        return line.only(Form.RECEIVE, Form.VIEW); // readers have no limit
    }

    @TestFactory
    Stream<DynamicTest> whole() {
        return cases(WebSocketOptions.builder().maxMessageBytes(LIMIT).build(), "", Stream.of(
                echoed("as long as may be", binary(pattern(LIMIT)), text("x".repeat(LIMIT))),
                echoed("many messages, longer than the limit taken together",
                        Stream.generate(() -> binary(pattern(400)))
                                .limit(10).toArray(Wire[]::new)),
                failed(1009, "one byte more", binary(pattern(LIMIT + 1))),
                failed(1009, "one byte more, as text", text("x".repeat(LIMIT + 1))),
                failed(1009, "one byte more, seen in the header", promising(LIMIT + 1, FIN | BINARY)),
                failed(1009, "64 KiB, seen in the header", promising(65_536, FIN | BINARY)),
                failed(1009, "2 GiB, seen in the header", promising(1L << 31, FIN | BINARY)),
                failed(1009, "4 GiB and a byte, seen in the header", promising((1L << 32) + 1, FIN | TEXT)),
                failed(1009, "2^63 - 1, seen in the header", promising(Long.MAX_VALUE, FIN | TEXT)),
                failed(1009, "behind a message", sent(text("a"), ping("p"), promising(LIMIT + 1, FIN | TEXT)),
                        back(text("a"), pong("p"))),
                answered("fragments as long as may be",
                        sent(frame(BINARY, pattern(600)), ping("x".repeat(125)), frame(FIN, pattern(400))),
                        back(pong("x".repeat(125)), binary(Arrays.copyOf(
                                ByteBuffer.allocate(LIMIT).put(pattern(600)).put(pattern(400)).array(), LIMIT)))),
                answered("many empty fragments",
                        Stream.concat(Stream.concat(Stream.of(frame(TEXT, utf8("a"))),
                                Stream.generate(() -> frame(CONTINUATION)).limit(50)),
                                Stream.of(frame(FIN, utf8("x".repeat(LIMIT - 1))))).toList(),
                        back(text("a" + "x".repeat(LIMIT - 1)))),
                failed(1009, "fragments one byte too long, seen in the header",
                        frame(BINARY, pattern(600)), promising(401, FIN)),
                failed(1009, "a first fragment too long", promising(LIMIT + 1, TEXT)),
                failed(1009, "a fragment behind all that may be",
                        sent(frame(BINARY, pattern(LIMIT)), ping("p"), promising(1, CONTINUATION)), back(pong("p"))),
                failed(1009, "a fragment of 2^63 - 1", frame(BINARY, pattern(3)), promising(Long.MAX_VALUE, 0)),
                failed(1009, "eleven fragments of 100", sent(IntStream.range(0, 11)
                        .mapToObj(i -> frame(i == 0 ? BINARY : 0, pattern(100))).toArray(Wire[]::new)), back()))
                .map(ConformanceLimitsTest::whole));
    }

    @TestFactory
    Stream<DynamicTest> asItComes() {
        return cases(WebSocketOptions.builder().maxMessageBytes(LIMIT).build(), "", Stream.of(
                echoed("ten times the limit", binary(pattern(10 * LIMIT))),
                echoed("a hundred times the limit", text("é".repeat(50 * LIMIT))),
                answered("over fragments", sent(frame(BINARY, pattern(LIMIT)), frame(0, pattern(LIMIT)),
                        frame(FIN, pattern(LIMIT))),
                        back(binary(
                                ByteBuffer.allocate(3 * LIMIT).put(pattern(LIMIT)).put(pattern(LIMIT))
                                        .put(pattern(LIMIT))
                                        .array()))))
                .map(line -> line.only(Form.READER)));
    }

    @TestFactory
    Stream<DynamicTest> inflated() {
        var options = WebSocketOptions.builder().maxMessageBytes(LIMIT).compression(Compression.withContext()).build();
        int compressed = RSV1 | BINARY;
        return cases(options, "permessage-deflate", Stream.of(
                answered("as long as may be", sent(frame(FIN | compressed, deflated(pattern(LIMIT)))),
                        back(frame(FIN | compressed, deflated(pattern(LIMIT))))),
                failed(1009, "one byte more", frame(FIN | compressed, deflated(pattern(LIMIT + 1)))),
                failed(1009, "a million bytes", frame(FIN | compressed, deflated(new byte[1_000_000]))),
                failed(1009, "a million bytes of text",
                        frame(FIN | RSV1 | TEXT, deflated(utf8("x".repeat(1_000_000))))),
                failed(1009, "a million bytes, before the message ends",
                        frame(compressed, deflated(new byte[1_000_000]))),
                failed(1009, "over fragments", frame(compressed, Arrays.copyOf(deflated(new byte[100_000]), 20)),
                        frame(0, Arrays.copyOfRange(deflated(new byte[100_000]), 20, 100))),
                answered("as long as may be, flushed behind each byte",
                        sent(frame(FIN | compressed, flushedBehindEach(pattern(LIMIT)))),
                        back(frame(FIN | compressed, deflated(pattern(LIMIT))))),
                answered("as many compressed bytes as may be", sent(frame(compressed),
                        frame(0, emptyBlocks(MAX_DEFLATED_BYTES - 100)), frame(FIN, emptyBlocks(100))), back(binary())),
                failed(1009, "one compressed byte more, seen in the header",
                        promising(MAX_DEFLATED_BYTES + 1, FIN | compressed)),
                failed(1009, "2^63 - 1 compressed bytes, seen in the header", promising(Long.MAX_VALUE, compressed)),
                failed(1009, "one compressed byte more, over fragments",
                        frame(compressed, emptyBlocks(MAX_DEFLATED_BYTES - 100)), promising(101, 0)),
                failed(1009, "a fragment of 2^63 - 1 behind compressed bytes",
                        frame(compressed, emptyBlocks(100)), promising(Long.MAX_VALUE, 0)),
                failed(1009, "one byte more, not compressed", promising(LIMIT + 1, FIN | BINARY)))
                .map(ConformanceLimitsTest::whole));
    }
}
