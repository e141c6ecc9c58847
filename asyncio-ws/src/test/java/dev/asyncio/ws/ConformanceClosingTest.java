package dev.asyncio.ws;

import static dev.asyncio.ws.ConformanceLine.answered;
import static dev.asyncio.ws.ConformanceLine.back;
import static dev.asyncio.ws.ConformanceLine.closed;
import static dev.asyncio.ws.ConformanceLine.closedWithoutCode;
import static dev.asyncio.ws.ConformanceLine.failed;
import static dev.asyncio.ws.ConformanceLine.line;
import static dev.asyncio.ws.ConformanceLine.sent;
import static dev.asyncio.ws.Wire.BINARY;
import static dev.asyncio.ws.Wire.CLOSE;
import static dev.asyncio.ws.Wire.CONTINUATION;
import static dev.asyncio.ws.Wire.FIN;
import static dev.asyncio.ws.Wire.TEXT;
import static dev.asyncio.ws.Wire.binary;
import static dev.asyncio.ws.Wire.close;
import static dev.asyncio.ws.Wire.frame;
import static dev.asyncio.ws.Wire.hex;
import static dev.asyncio.ws.Wire.pattern;
import static dev.asyncio.ws.Wire.ping;
import static dev.asyncio.ws.Wire.pong;
import static dev.asyncio.ws.Wire.text;
import static dev.asyncio.ws.Wire.utf8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.asyncio.core.testing.Waiting;
import dev.asyncio.ws.ConformanceLine.Role;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// RFC 6455, sections 5.5.1 and 7: how connections end.
class ConformanceClosingTest extends ConformanceTable {

    private static final int[] VALID =
            {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3001,
                3999, 4000, 4001, 4999};
    private static final int[] INVALID =
            {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1099, 1100, 1999, 2000, 2999, 5000, 5001,
                32_768, 65_535};

    @TestFactory
    Stream<DynamicTest> codes() {
        Stream<ConformanceLine> valid = IntStream.of(VALID).boxed().flatMap(code -> Stream.of(
                line("code " + code, sent(close(code, "")), back(), closed(code, "")),
                line("code " + code + " and a reason", sent(close(code, "that is whý")), back(),
                        closed(code, "that is whý"))));
        Stream<ConformanceLine> invalid = IntStream.of(INVALID).boxed().flatMap(code -> Stream.of(
                failed(1002, "code " + code, close(code, "")),
                failed(1002, "code " + code + " and a reason", sent(text("a"), close(code, "why")),
                        back(text("a")))));
        return cases(Stream.concat(valid, invalid));
    }

    @TestFactory
    Stream<DynamicTest> payloads() {
        String longest = "r".repeat(123);
        return cases(Stream.of(
                line("no payload", sent(frame(FIN | CLOSE)), back(), closedWithoutCode()),
                failed(1002, "half a code", frame(FIN | CLOSE, (byte) 3)),
                failed(1002, "half a code that would be 1000's", frame(FIN | CLOSE, (byte) 0xE8)),
                line("a reason of 123 bytes", sent(close(1000, longest)), back(), closed(1000, longest)),
                line("a reason of 123 bytes in 41 characters", sent(close(1000, "€".repeat(41))), back(),
                        closed(1000, "€".repeat(41))),
                failed(1002, "a reason of 124 bytes", close(1000, longest + "r")),
                line("a reason of noncharacters", sent(close(1000, "\uFFFE\uDBFF\uDFFF")), back(),
                        closed(1000, "\uFFFE\uDBFF\uDFFF")),
                line("a reason with a zero byte", sent(close(1000, "a\0b")), back(), closed(1000, "a\0b")),
                failed(1007, "a reason with a surrogate", close(1000, hex("CEBAE1BDB9CF83CEBCCEB5EDA080656469746564"))),
                failed(1007, "a reason that ends within a character", close(1000, hex("61 62 C3"))),
                failed(1007, "a reason that is overlong", close(1000, hex("C0 AF"))),
                failed(1007, "a reason beyond U+10FFFF", close(4000, hex("F4 90 80 80"))),
                failed(1007, "a reason of a byte that is no text", close(3000, hex("FF")))));
    }

    @TestFactory
    Stream<DynamicTest> whenItComes() {
        Wire goodbye = close(1000, "");
        return cases(Stream.of(
                line("behind a message", sent(text("Hello"), goodbye), back(text("Hello")), closed(1000, "")),
                line("behind a long message", sent(binary(pattern(70_000)), goodbye), back(binary(pattern(70_000))),
                        closed(1000, "")),
                line("behind a ping", sent(ping("p"), goodbye), back(pong("p")), closed(1000, "")),
                line("within text", sent(frame(TEXT, utf8("Hel")), goodbye), back(), closed(1000, "")),
                line("within binary", sent(frame(BINARY, pattern(200)), goodbye), back(), closed(1000, "")),
                line("within an empty fragment's message", sent(frame(TEXT), goodbye), back(), closed(1000, "")),
                line("within the second fragment",
                        sent(frame(TEXT, utf8("a")), frame(CONTINUATION, utf8("b")), goodbye),
                        back(), closed(1000, "")),
                line("within a message, and its rest behind", sent(frame(TEXT, utf8("a")), goodbye,
                        frame(FIN, utf8("b"))), back(), closed(1000, "")).atOnce(),
                line("a second close behind", sent(goodbye, close(1001, "")), back(), closed(1000, "")).atOnce(),
                line("a ping behind", sent(goodbye, ping("p")), back(), closed(1000, "")).atOnce(),
                line("a pong behind", sent(goodbye, pong("p")), back(), closed(1000, "")).atOnce(),
                line("text behind", sent(goodbye, text("a")), back(), closed(1000, "")).atOnce(),
                line("a thousand bytes behind", sent(goodbye, binary(pattern(1000))), back(), closed(1000, ""))
                        .atOnce(),
                line("a broken frame behind", sent(goodbye, frame(0xFF, pattern(3))), back(), closed(1000, ""))
                        .atOnce(),
                line("text that is none behind", sent(goodbye, frame(FIN | TEXT, hex("FF"))), back(), closed(1000, ""))
                        .atOnce(),
                line("all kinds behind", sent(text("a"), goodbye, text("b"), ping("p"), goodbye, binary()),
                        back(text("a")), closed(1000, "")).atOnce(),
                failed(1002, "a broken frame before", sent(frame(FIN | 3), goodbye), back()).atOnce(),
                failed(1007, "text that is none before", sent(frame(FIN | TEXT, hex("FF")), goodbye), back())
                        .atOnce()));
    }

    /// 7.1.7: told why, whatever was on its way; 7.1.1: and no reset, which would take the words away.
    @TestFactory
    Stream<DynamicTest> failures() {
        return cases(Stream.of(
                failed(1002, "a megabyte behind a broken frame", frame(FIN | 3), binary(new byte[1 << 20])),
                failed(1007, "a megabyte behind a broken text", frame(FIN | TEXT, hex("FF")),
                        binary(new byte[1 << 20])),
                failed(1002, "messages behind a broken frame", sent(text("a"), frame(FIN | 4), text("b"), ping("p")),
                        back(text("a"))),
                failed(1002, "a broken frame twice", frame(FIN | 3), frame(FIN | 3))));
    }

    /// Our close frame first, and what the peer may do then.
    @TestFactory
    Stream<DynamicTest> ours() {
        Stream<DynamicTest> codes = IntStream.of(VALID).boxed().flatMap(code -> Stream.of("", "r".repeat(123))
                .flatMap(reason -> Stream.of(Role.values()).map(role -> dynamicTest(
                        role + ": we close with " + code + (reason.isEmpty() ? "" : " and a reason"),
                        () -> closeFrom(role, code, reason, close(code, ""))))));
        Map<String, Wire> answers = new LinkedHashMap<>();
        answers.put("another code", close(1001, "bye"));
        answers.put("no code", frame(FIN | CLOSE));
        answers.put("a message first", Wire.of(text("late"), close(1000, "")));
        answers.put("a message in fragments first",
                Wire.of(frame(BINARY, pattern(300)), ping("p"), frame(FIN, pattern(2)), close(1000, "")));
        answers.put("pings first, which are not answered any more", Wire.of(ping("1"), ping("2"), close(1000, "")));
        answers.put("a long message first", Wire.of(binary(pattern(200_000)), close(1000, "")));
        answers.put("a message that never ends", Wire.of(frame(TEXT, utf8("a")), close(1000, "")));
        Stream<DynamicTest> others = answers.entrySet().stream().flatMap(answer -> Stream.of(Role.values())
                .map(role -> dynamicTest(role + ": we close, and the peer answers with " + answer.getKey(),
                        () -> closeFrom(role, 1000, "", answer.getValue()))));
        return Stream.concat(codes, others);
    }

    private void closeFrom(Role role, int code, String reason, Wire answer) throws Exception {
        try (Connection connection = connect(role, WebSocketOptions.defaults(), "", Integer.MAX_VALUE, socket -> {
            socket.close(new CloseCode(code), reason, Waiting.patience());
            return "closed";
        })) {
            connection.peer.expect(close(code, reason));
            connection.peer.write(answer);
            connection.expectEndAfterClose();
            assertEquals("closed", connection.outcome());
        }
    }
}
