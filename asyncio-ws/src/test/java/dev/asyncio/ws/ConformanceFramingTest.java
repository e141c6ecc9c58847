package dev.asyncio.ws;

import static dev.asyncio.ws.ConformanceLine.answered;
import static dev.asyncio.ws.ConformanceLine.back;
import static dev.asyncio.ws.ConformanceLine.closed;
import static dev.asyncio.ws.ConformanceLine.echoed;
import static dev.asyncio.ws.ConformanceLine.failed;
import static dev.asyncio.ws.ConformanceLine.line;
import static dev.asyncio.ws.ConformanceLine.sent;
import static dev.asyncio.ws.Wire.BINARY;
import static dev.asyncio.ws.Wire.CLOSE;
import static dev.asyncio.ws.Wire.CONTINUATION;
import static dev.asyncio.ws.Wire.FIN;
import static dev.asyncio.ws.Wire.KEY;
import static dev.asyncio.ws.Wire.PING;
import static dev.asyncio.ws.Wire.PONG;
import static dev.asyncio.ws.Wire.TEXT;
import static dev.asyncio.ws.Wire.binary;
import static dev.asyncio.ws.Wire.close;
import static dev.asyncio.ws.Wire.cut;
import static dev.asyncio.ws.Wire.frame;
import static dev.asyncio.ws.Wire.hex;
import static dev.asyncio.ws.Wire.longForm;
import static dev.asyncio.ws.Wire.pattern;
import static dev.asyncio.ws.Wire.ping;
import static dev.asyncio.ws.Wire.pong;
import static dev.asyncio.ws.Wire.raw;
import static dev.asyncio.ws.Wire.text;
import static dev.asyncio.ws.Wire.utf8;
import static dev.asyncio.ws.Wire.wronglyMasked;

import dev.asyncio.ws.ConformanceLine.Role;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// RFC 6455, sections 5.1 to 5.3 and 5.6 to 5.8: masks, lengths, reserved bits and opcodes, and what is sent back.
class ConformanceFramingTest extends ConformanceTable {

    private static final int[] LENGTHS = {0, 1, 2, 125, 126, 127, 128, 129, 65_535, 65_536, 65_537};

    private static final Map<String, Integer> KINDS = new TreeMap<>(Map.of(
            "text", TEXT, "binary", BINARY, "close", CLOSE, "ping", PING, "pong", PONG, "continuation", CONTINUATION));

    /// 5.1: a client masks every frame, a server none.
    @TestFactory
    Stream<DynamicTest> masks() {
        Stream<ConformanceLine> wrong = KINDS.entrySet().stream().flatMap(kind -> Stream.of(
                failed(1002, "a wrong mask on " + kind.getKey(),
                        wronglyMasked(frame(FIN | kind.getValue(), utf8("ab")))),
                failed(1002, "a wrong mask on an empty " + kind.getKey(),
                        wronglyMasked(frame(FIN | kind.getValue())))));
        Stream<ConformanceLine> early = Stream.of(
                failed(1002, "no mask, seen on the second byte", raw("81 05")).only(Role.SERVER),
                failed(1002, "no mask, seen before a long length", raw("82 7F")).only(Role.SERVER),
                failed(1002, "a mask, seen on the second byte", raw("81 85")).only(Role.CLIENT),
                failed(1002, "a mask, seen before a long length", raw("82 FF")).only(Role.CLIENT),
                failed(1002, "the second frame has it wrong", sent(text("a"), wronglyMasked(text("b"))),
                        back(text("a"))));
        Stream<ConformanceLine> keys = IntStream.of(0, -1, 1, 0x80, 0x01000000, 0x80000000, 0x00FF00FF, 0x12345678)
                .boxed().flatMap(key -> Stream.of(
                        answered("binary under key " + Integer.toHexString(key),
                                sent(frame(FIN | BINARY, 21, 21, key, pattern(21))), back(binary(pattern(21)))),
                        answered("text under key " + Integer.toHexString(key),
                                sent(frame(FIN | TEXT, 16, 16, key, utf8("naïve \uD83D\uDE00 text"))),
                                back(text("naïve \uD83D\uDE00 text"))))
                        .map(line -> line.only(Role.SERVER)));
        return cases(Stream.of(wrong, early, keys).flatMap(lines -> lines));
    }

    /// 5.2: payload length, "the minimal number of bytes MUST be used", "the most significant bit MUST be 0".
    @TestFactory
    Stream<DynamicTest> lengths() {
        Stream<ConformanceLine> echoes = IntStream.of(LENGTHS).boxed().flatMap(length -> Stream.of(
                echoed("text of " + length, text("*".repeat(length))),
                echoed("binary of " + length, binary(pattern(length)))));
        Stream<ConformanceLine> notMinimal = Stream.of(TEXT, BINARY, FIN | TEXT, FIN | BINARY).flatMap(first -> Stream
                .of(0, 1, 125).flatMap(length -> Stream.of(126, 127).map(form -> failed(1002,
                        length + " bytes in form " + form + " of " + Integer.toHexString(first),
                        cut(form == 126 ? 4 : 10, longForm(form, first, pattern(length))), raw("00 00 00 00"))
                        .only(Role.SERVER))));
        Stream<ConformanceLine> notMinimalUnmasked = Stream.of(0, 1, 125).flatMap(length -> Stream.of(126, 127)
                .map(form -> failed(1002, length + " bytes in form " + form,
                        cut(form == 126 ? 4 : 10, longForm(form, FIN | BINARY, pattern(length)))).only(Role.CLIENT)));
        Stream<ConformanceLine> edges = Stream.of(
                failed(1002, "126 bytes in form 127", longForm(127, FIN | BINARY, pattern(126))),
                failed(1002, "65535 bytes in form 127", frame(FIN | BINARY, 127, 65_535, KEY)),
                failed(1002, "a continuation of 5 bytes in form 126", frame(BINARY, pattern(3)),
                        longForm(126, FIN | CONTINUATION, pattern(5))),
                failed(1002, "2^63", frame(FIN | BINARY, 127, Long.MIN_VALUE, KEY)),
                failed(1002, "2^63 + 5", frame(FIN | TEXT, 127, Long.MIN_VALUE + 5, KEY, utf8("Hello"))),
                failed(1002, "2^64 - 1", frame(FIN | BINARY, 127, -1, KEY)),
                failed(1002, "2^64 - 1 within a message", frame(BINARY), frame(FIN | CONTINUATION, 127, -1, KEY)));
        return cases(Stream.of(echoes, notMinimal, notMinimalUnmasked, edges).flatMap(lines -> lines));
    }

    /// 5.2: "MUST be 0 unless an extension is negotiated that defines meanings for non-zero values".
    @TestFactory
    Stream<DynamicTest> reservedBits() {
        Stream<ConformanceLine> alone = KINDS.entrySet().stream().flatMap(kind -> IntStream.rangeClosed(1, 7)
                .mapToObj(bits -> failed(1002, "reserved bits " + bits + " on " + kind.getKey(),
                        frame(FIN | bits << 4 | kind.getValue(), utf8("ab")))));
        Stream<ConformanceLine> others = IntStream.rangeClosed(1, 7).boxed().flatMap(bits -> Stream.of(
                failed(1002, "reserved bits " + bits + " behind a message",
                        sent(text("a"), frame(FIN | bits << 4 | TEXT, utf8("b")), ping("")), back(text("a"))),
                failed(1002, "reserved bits " + bits + " on a continuation",
                        frame(TEXT, utf8("a")), frame(FIN | bits << 4, utf8("b"))),
                failed(1002, "reserved bits " + bits + " on a ping within a message",
                        frame(TEXT, utf8("a")), frame(FIN | bits << 4 | PING, utf8("b"))),
                failed(1002, "reserved bits " + bits + ", seen on the first byte",
                        cut(1, frame(FIN | bits << 4 | BINARY)))));
        return cases(Stream.concat(alone, others));
    }

    /// 5.2: "If an unknown opcode is received, the receiving endpoint MUST _Fail the WebSocket Connection_."
    @TestFactory
    Stream<DynamicTest> reservedOpcodes() {
        return cases(IntStream.of(3, 4, 5, 6, 7, 11, 12, 13, 14, 15).boxed().flatMap(opcode -> Stream.of(
                failed(1002, "opcode " + opcode, frame(FIN | opcode)),
                failed(1002, "opcode " + opcode + " with payload", frame(FIN | opcode, utf8("payload"))),
                failed(1002, "opcode " + opcode + " of a first fragment", frame(opcode, utf8("payload"))),
                failed(1002, "opcode " + opcode + ", seen on the first byte", cut(1, frame(FIN | opcode))),
                failed(1002, "opcode " + opcode + " within a message", frame(TEXT, utf8("a")), frame(FIN | opcode)),
                failed(1002, "opcode " + opcode + " between messages",
                        sent(text("a"), ping("x"), frame(FIN | opcode, utf8("b")), text("c")),
                        back(text("a"), pong("x"))))));
    }

    /// 5.6, and the examples of 5.7.
    @TestFactory
    Stream<DynamicTest> messages() {
        return cases(Stream.of(
                line("5.7: \"Hello\"", sent(raw("81 85 37 fa 21 3d 7f 9f 4d 51 58"), close(1000, "")),
                        back(raw("81 05 48 65 6c 6c 6f")), closed(1000, "")).only(Role.SERVER),
                line("5.7: \"Hello\" without mask", sent(raw("81 05 48 65 6c 6c 6f"), close(1000, "")),
                        back(raw("81 05 48 65 6c 6c 6f")), closed(1000, "")).only(Role.CLIENT),
                line("5.7: \"Hello\" in fragments", sent(raw("01 03 48 65 6c 80 02 6c 6f"), close(1000, "")),
                        back(raw("81 05 48 65 6c 6c 6f")), closed(1000, "")).only(Role.CLIENT),
                line("5.7: a ping", sent(raw("89 05 48 65 6c 6c 6f"), close(1000, "")),
                        back(raw("8a 05 48 65 6c 6c 6f")), closed(1000, "")).only(Role.CLIENT),
                line("5.7: 256 bytes", sent(raw("82 7E 01 00"), raw("ab".repeat(256)), close(1000, "")),
                        back(raw("82 7E 01 00" + "ab".repeat(256))), closed(1000, "")).only(Role.CLIENT),
                line("5.7: 64 KiB", sent(raw("82 7F 00 00 00 00 00 01 00 00"), raw("ab".repeat(65_536)),
                        close(1000, "")), back(raw("82 7F 00 00 00 00 00 01 00 00" + "ab".repeat(65_536))),
                        closed(1000, "")).only(Role.CLIENT),
                echoed("nothing at all"),
                echoed("text and binary in turn", text("a"), binary((byte) 0), text("bc"), binary((byte) -1, (byte) 1)),
                echoed("a hundred short texts",
                        IntStream.range(0, 100).mapToObj(i -> text("text " + i)).toArray(Wire[]::new)),
                echoed("empty messages among others", text(""), binary(), text("a"), binary(), text("")),
                echoed("lengths that come to the buffer's edge", binary(pattern(16_384)), binary(pattern(16_383)),
                        binary(pattern(16_370)), binary(pattern(16_385)), text("x".repeat(8192))),
                echoed("a long message among short ones", text("a"), binary(pattern(100_000)), text("b"), text("c"),
                        binary(pattern(70_000)), text("d")),
                echoed("binary that would be no text", binary(hex("80 C0 FF FE ED A0 80")))));
    }
}
