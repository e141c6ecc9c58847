package dev.asyncio.ws;

import static dev.asyncio.ws.ConformanceLine.answered;
import static dev.asyncio.ws.ConformanceLine.back;
import static dev.asyncio.ws.ConformanceLine.failed;
import static dev.asyncio.ws.ConformanceLine.sent;
import static dev.asyncio.ws.Wire.BINARY;
import static dev.asyncio.ws.Wire.CLOSE;
import static dev.asyncio.ws.Wire.CONTINUATION;
import static dev.asyncio.ws.Wire.FIN;
import static dev.asyncio.ws.Wire.PING;
import static dev.asyncio.ws.Wire.PONG;
import static dev.asyncio.ws.Wire.TEXT;
import static dev.asyncio.ws.Wire.binary;
import static dev.asyncio.ws.Wire.close;
import static dev.asyncio.ws.Wire.cut;
import static dev.asyncio.ws.Wire.frame;
import static dev.asyncio.ws.Wire.longForm;
import static dev.asyncio.ws.Wire.pattern;
import static dev.asyncio.ws.Wire.ping;
import static dev.asyncio.ws.Wire.pong;
import static dev.asyncio.ws.Wire.promising;
import static dev.asyncio.ws.Wire.raw;
import static dev.asyncio.ws.Wire.text;
import static dev.asyncio.ws.Wire.utf8;

import dev.asyncio.ws.ConformanceLine.Role;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// RFC 6455, section 5.4: messages in fragments, and control frames between them.
class ConformanceFragmentationTest extends ConformanceTable {

    private static final int[] OPCODES = {TEXT, BINARY};

    private static byte[] part(String text) {
        return utf8(text);
    }

    private static Wire more(String text) {
        return frame(CONTINUATION, utf8(text));
    }

    private static Wire last(String text) {
        return frame(FIN | CONTINUATION, utf8(text));
    }

    @TestFactory
    Stream<DynamicTest> inOrder() {
        return cases(IntStream.of(OPCODES).boxed().flatMap(opcode -> {
            String kind = opcode == TEXT ? "text" : "binary";
            Wire hello = frame(FIN | opcode, part("Hello, world"));
            return Stream.of(
                    answered(kind + " in two", sent(frame(opcode, part("Hello, ")), last("world")), back(hello)),
                    answered(kind + " in three", sent(frame(opcode, part("Hel")), more("lo, "), last("world")),
                            back(hello)),
                    answered(kind + " of single bytes", Stream.of(Stream.of(frame(opcode, part("H"))),
                            "ello, worl".chars().mapToObj(c -> more("" + (char) c)), Stream.of(last("d")))
                            .flatMap(frames -> frames).toList(), back(hello)),
                    answered(kind + " in empty frames", sent(frame(opcode), more(""), last("")),
                            back(frame(FIN | opcode))),
                    answered(kind + " with its first empty", sent(frame(opcode), last("Hello, world")), back(hello)),
                    answered(kind + " with its middle empty",
                            sent(frame(opcode, part("Hello, ")), more(""), more(""), last("world")), back(hello)),
                    answered(kind + " with its last empty", sent(frame(opcode, part("Hello, world")), last("")),
                            back(hello)),
                    answered(kind + " in two, twice", sent(frame(opcode, part("Hello, ")), last("world"),
                            frame(opcode, part("Hello")), last(", world")), back(hello, hello)),
                    answered(kind + " with a ping between", sent(frame(opcode, part("Hello, ")), ping("p"),
                            last("world")), back(pong("p"), hello)),
                    answered(kind + " with an empty ping between", sent(frame(opcode, part("Hello, ")), ping(""),
                            last("world")), back(pong(""), hello)),
                    answered(kind + " with a pong between", sent(frame(opcode, part("Hello, ")), pong("p"),
                            last("world")), back(hello)),
                    answered(kind + " with pings all over", sent(ping("1"), frame(opcode, part("Hel")), ping("2"),
                            more("lo, "), ping("3"), ping("4"), more(""), ping("5"), last("world"), ping("6")),
                            back(pong("1"), pong("2"), pong("3"), pong("4"), pong("5"), hello, pong("6"))),
                    answered(kind + " with a ping of 125 between", sent(frame(opcode, part("Hello, ")),
                            ping("p".repeat(125)), last("world")), back(pong("p".repeat(125)), hello)),
                    answered(kind + " of 300 bytes in a fragment each of 100",
                            sent(frame(opcode, part("a".repeat(100))),
                                    more("b".repeat(100)), last("c".repeat(100))),
                            back(frame(FIN | opcode, part("a".repeat(100) + "b".repeat(100) + "c".repeat(100))))),
                    answered(kind + " of 65536 bytes in 64 fragments", Stream.concat(
                            Stream.concat(Stream.of(frame(opcode, part("x".repeat(1024)))),
                                    Stream.generate(() -> more("x".repeat(1024))).limit(62)),
                            Stream.of(last("x".repeat(1024)))).toList(),
                            back(frame(FIN | opcode, part("x".repeat(65_536))))),
                    answered(kind + " whose fragments come in every length form", sent(frame(opcode, part("a")),
                            more("b".repeat(126)), more("c".repeat(65_536)), last("d")),
                            back(frame(FIN | opcode, part("a" + "b".repeat(126) + "c".repeat(65_536) + "d")))));
        }));
    }

    @TestFactory
    Stream<DynamicTest> outOfOrder() {
        return cases(IntStream.of(OPCODES).boxed().flatMap(opcode -> {
            String kind = opcode == TEXT ? "text" : "binary";
            return Stream.of(
                    failed(1002, "a last fragment of nothing, before " + kind, last("a"), frame(FIN | opcode)),
                    failed(1002, "a fragment of nothing, before " + kind, more("a"), frame(FIN | opcode)),
                    failed(1002, "an empty fragment of nothing, before " + kind, more(""), frame(FIN | opcode)),
                    failed(1002, "a fragment behind whole " + kind, sent(frame(FIN | opcode, part("a")), last("b")),
                            back(frame(FIN | opcode, part("a")))),
                    failed(1002, "a fragment that is not the last behind whole " + kind,
                            sent(frame(FIN | opcode, part("a")), more("b")),
                            back(frame(FIN | opcode, part("a")))),
                    failed(1002, "a fragment behind the last of " + kind,
                            sent(frame(opcode, part("a")), last("b"), last("c")),
                            back(frame(FIN | opcode, part("ab")))),
                    failed(1002, "whole text within " + kind, frame(opcode, part("a")), text("b")),
                    failed(1002, "whole binary within " + kind, frame(opcode, part("a")), binary((byte) 'b')),
                    failed(1002, "new text within " + kind, frame(opcode, part("a")), frame(TEXT, part("b"))),
                    failed(1002, "new binary within " + kind, frame(opcode), frame(BINARY)),
                    failed(1002, "whole text within three fragments of " + kind, frame(opcode, part("a")), more("b"),
                            text("c")),
                    failed(1002, "new message within " + kind + ", seen before its payload", frame(opcode, part("a")),
                            cut(2, frame(opcode, part("b"))), raw("00 00 00 00")).only(Role.SERVER),
                    failed(1002, "new message within " + kind + ", seen before its payload", frame(opcode, part("a")),
                            cut(2, frame(opcode, part("b")))).only(Role.CLIENT),
                    failed(1002, "ping, then a new message, within " + kind,
                            sent(frame(opcode, part("a")), ping("p"), frame(FIN | opcode, part("b"))),
                            back(pong("p"))));
        }));
    }

    /// 5.5: "All control frames MUST have a payload length of 125 bytes or less and MUST NOT be fragmented."
    @TestFactory
    Stream<DynamicTest> controlFrames() {
        return cases(Map.of("close", CLOSE, "ping", PING, "pong", PONG).entrySet().stream().sorted(
                Map.Entry.comparingByKey()).flatMap(
                        kind -> Stream.of(
                                failed(1002, "fragmented " + kind.getKey(), frame(kind.getValue(), part("ab")),
                                        last("c")),
                                failed(1002, "fragmented empty " + kind.getKey(), frame(kind.getValue()), last("")),
                                failed(1002, "fragmented " + kind.getKey() + ", seen on the first byte",
                                        cut(1, frame(kind.getValue()))),
                                failed(1002, "fragmented " + kind.getKey() + " within a message",
                                        frame(TEXT, part("a")),
                                        frame(kind.getValue(), part("b")), last("c")),
                                failed(1002, kind.getKey() + " of 126 bytes",
                                        frame(FIN | kind.getValue(), pattern(126))),
                                failed(1002, kind.getKey() + " of 126 bytes, seen on the second byte",
                                        cut(2, frame(FIN | kind.getValue(), pattern(126)))),
                                failed(1002, kind.getKey() + " of 65536 bytes, seen on the second byte",
                                        cut(2, promising(65_536, FIN | kind.getValue()))),
                                failed(1002, kind.getKey() + " of 5 bytes in form 126",
                                        longForm(126, FIN | kind.getValue(), pattern(5))),
                                failed(1002, kind.getKey() + " of 126 bytes behind a message",
                                        sent(text("a"), frame(FIN | kind.getValue(), pattern(126))), back(text("a"))),
                                failed(1002, kind.getKey() + " of 126 bytes within a message",
                                        sent(frame(TEXT, part("a")), ping("p"),
                                                frame(FIN | kind.getValue(), pattern(126))),
                                        back(pong("p"))))));
    }
}
