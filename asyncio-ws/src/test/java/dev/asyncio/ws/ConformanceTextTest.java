package dev.asyncio.ws;

import static dev.asyncio.ws.ConformanceLine.answered;
import static dev.asyncio.ws.ConformanceLine.back;
import static dev.asyncio.ws.ConformanceLine.echoed;
import static dev.asyncio.ws.ConformanceLine.failed;
import static dev.asyncio.ws.ConformanceLine.sent;
import static dev.asyncio.ws.Wire.CONTINUATION;
import static dev.asyncio.ws.Wire.FIN;
import static dev.asyncio.ws.Wire.TEXT;
import static dev.asyncio.ws.Wire.binary;
import static dev.asyncio.ws.Wire.close;
import static dev.asyncio.ws.Wire.cut;
import static dev.asyncio.ws.Wire.frame;
import static dev.asyncio.ws.Wire.hex;
import static dev.asyncio.ws.Wire.ping;
import static dev.asyncio.ws.Wire.pong;
import static dev.asyncio.ws.Wire.promising;
import static dev.asyncio.ws.Wire.text;
import static dev.asyncio.ws.Wire.utf8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// RFC 6455, section 8.1: text is UTF-8, and the first byte that cannot be fails the connection.
class ConformanceTextTest extends ConformanceTable {

    private static final byte[] KOSME = hex("CEBA E1BDB9 CF83 CEBC CEB5");

    private static final String[] VALID =
            {"Hello-µ@ßöäüàá-UTF-8!!", "κ\u1F79σμε", "\0", "a\0b", "\u007F", "\u0080", "\u07FF",
                "\u0800", "\uFFFF", "\uD800\uDC00", "\uDBFF\uDFFF", "\uD7FF", "\uE000", "\uFFFD", "\uFEFF", "\uFEFFbom",
                "\uFDD0", "\uFDEF", "日本語", "aé€\uD83D\uDE00", "ascii then é",
                "0123456789abcdef0123456789abcdefé", "é".repeat(64),
                "\uD83D\uDE00".repeat(40), "€".repeat(333)};

    /// What is text so far, and the byte that cannot follow.
    private static final String[] INVALID = {
        // 5.3.2 of RFC 3629 and its table: bytes that begin no character
        "|80", "|BF", "61|80", "|C0", "|C1", "|F5", "|F6", "|F7", "|F8", "|FB", "|FC", "|FD", "|FE", "|FF", "CEBA|80",
        // overlong forms
        "E0|80", "E0|9F", "F0|80", "F0|8F", "61E0|81",
        // surrogates
        "ED|A0", "ED|AD", "ED|AE", "ED|AF", "ED|B0", "ED|BF", "CEBAE1BDB9CF83CEBCCEB5ED|A0",
        // beyond U+10FFFF
        "F4|90", "F4|BF", "CEBAE1BDB9CF83CEBCCEB5F4|90",
        // a character that breaks off
        "C2|20", "C2|C2", "DF|C0", "DF|7F", "E1|20", "E1|C0", "E180|20", "E180|C0", "E180|FF", "EF|20", "EFBF|41",
        "F0|20", "F0|C0", "F090|20", "F090|C0", "F09080|20", "F09080|F0", "F48FBF|C0", "F48FBF|7F",
        // behind enough plain text for whole words to be looked at
        "30313233343536373839303132333435363738393031323334|FF", "3031323334353637C3A93839303132333435363738|C0",
        "303132333435363738393031323334353637383930313233C3|28"};

    /// Beginnings of characters, which a message must not end with.
    private static final String[] INCOMPLETE =
            {"C2", "DF", "E0", "E0A0", "E1", "E180", "ED", "ED9F", "EF", "EFBF", "F0",
                "F090", "F09080", "F1", "F180", "F18080", "F4", "F48F", "F48FBF", "616263C3", "CEBAE1BDB9CF83CEBCCE"};

    @TestFactory
    Stream<DynamicTest> valid() {
        Stream<ConformanceLine> whole = Stream.of(VALID).map(text -> echoed(describe(text), text(text)));
        Stream<ConformanceLine> noncharacters = IntStream.rangeClosed(0, 16).boxed()
                .flatMap(plane -> Stream.of(plane << 16 | 0xFFFE, plane << 16 | 0xFFFF))
                .map(point -> echoed("noncharacter U+" + Integer.toHexString(point),
                        text(Character.toString(point))));
        return cases(Stream.concat(whole, noncharacters));
    }

    private static String describe(String text) {
        return text.length() > 12 || text.chars().anyMatch(c -> c < ' ' || c > '\u07FF')
                ? text.codePoints().limit(3).mapToObj(point -> "U+" + Integer.toHexString(point)).toList()
                        + " and so on, "
                        + utf8(text).length + " bytes"
                : text;
    }

    /// Characters may be cut by fragments anywhere.
    @TestFactory
    Stream<DynamicTest> cutByFragments() {
        Stream<ConformanceLine> cuts = Stream.of("κ\u1F79σμε", "a\uD83D\uDE00€é").flatMap(text -> {
            byte[] bytes = utf8(text);
            return IntStream.rangeClosed(0, bytes.length).boxed().flatMap(at -> Stream.of(
                    answered(text + " cut at " + at, sent(frame(TEXT, Arrays.copyOf(bytes, at)),
                            frame(FIN | CONTINUATION, Arrays.copyOfRange(bytes, at, bytes.length))),
                            back(text(text))),
                    answered(text + " cut at " + at + " by a ping",
                            sent(frame(TEXT, Arrays.copyOf(bytes, at)), ping("\0é"),
                                    frame(FIN | CONTINUATION, Arrays.copyOfRange(bytes, at, bytes.length))),
                            back(pong("\0é"), text(text)))));
        });
        Stream<ConformanceLine> singles = Stream.of(VALID).map(text -> {
            byte[] bytes = utf8(text);
            var frames = new ArrayList<Wire>();
            for (int i = 0; i < bytes.length; i++) {
                frames.add(frame((i == 0 ? TEXT : 0) | (i == bytes.length - 1 ? FIN : 0), bytes[i]));
            }
            return answered(describe(text) + " in frames of one byte", frames, back(text(text)));
        });
        return cases(Stream.concat(cuts, singles));
    }

    @TestFactory
    Stream<DynamicTest> invalid() {
        return cases(Stream.of(INVALID).flatMap(cells -> {
            byte[] good = hex(cells.substring(0, cells.indexOf('|')));
            byte[] bad = hex(cells.substring(cells.indexOf('|') + 1));
            byte[] both = hex(cells.replace("|", ""));
            return Stream.of(
                    failed(1007, cells + " as a whole", frame(FIN | TEXT, both)),
                    failed(1007, cells + " long before the frame's end", promising(1000, FIN | TEXT, both)),
                    failed(1007, cells + " long before the end of a frame that is put together",
                            promising(100_000, FIN | TEXT, both)),
                    failed(1007, cells + " in a first fragment", frame(TEXT, both)),
                    failed(1007, cells + " in a second fragment", frame(TEXT, utf8("é")), promising(1000, 0, both)),
                    failed(1007, cells + ", no sooner than on the last byte",
                            sent(frame(TEXT, good), ping("so far so good"), promising(2, CONTINUATION, bad)),
                            back(pong("so far so good"))));
        }));
    }

    @TestFactory
    Stream<DynamicTest> incomplete() {
        return cases(Stream.of(INCOMPLETE).flatMap(digits -> Stream.of(
                failed(1007, digits + " as a whole", frame(FIN | TEXT, hex(digits))),
                failed(1007, digits + " in a last fragment", frame(TEXT, utf8("é")), frame(FIN, hex(digits))),
                failed(1007, digits + " before an empty last fragment",
                        sent(frame(TEXT, hex(digits)), ping("so far so good"), frame(FIN)),
                        back(pong("so far so good"))),
                answered(digits + " before a close", sent(frame(TEXT, hex(digits)), ping("p")), back(pong("p"))))));
    }

    @TestFactory
    Stream<DynamicTest> kosinskisText() {
        byte[] bytes = hex("CEBAE1BDB9CF83CEBCCEB5EDA080656469746564");
        Stream<ConformanceLine> cuts = IntStream.rangeClosed(0, KOSME.length + 1).mapToObj(at -> failed(1007,
                "surrogate in a text cut at " + at,
                sent(frame(TEXT, Arrays.copyOf(bytes, at)), ping("p"),
                        promising(1000, CONTINUATION, Arrays.copyOfRange(bytes, at, KOSME.length + 2))),
                back(pong("p"))));
        Stream<ConformanceLine> behind = Stream.of(
                failed(1007, "behind a text in order", sent(text("κ\u1F79σμε"), frame(FIN | TEXT, bytes)),
                        back(text("κ\u1F79σμε"))),
                failed(1007, "and a message behind it", frame(FIN | TEXT, bytes), text("never read")),
                echoed("as binary", binary(bytes)));
        return cases(Stream.concat(cuts, behind));
    }
}
