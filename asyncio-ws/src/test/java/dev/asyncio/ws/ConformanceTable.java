package dev.asyncio.ws;

import static dev.asyncio.ws.ConformanceCase.bytes;
import static dev.asyncio.ws.ConformanceCase.close;
import static dev.asyncio.ws.ConformanceCase.code;
import static dev.asyncio.ws.ConformanceCase.concat;
import static dev.asyncio.ws.ConformanceCase.of;
import static dev.asyncio.ws.ConformanceCase.utf8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/// What RFC 6455 and RFC 7692 demand of either side, in the order of their sections.
final class ConformanceTable {

    private static final int TEXT = 0x81;
    private static final int BINARY = 0x82;
    private static final int CLOSE = 0x88;
    private static final int PING = 0x89;
    private static final int PONG = 0x8A;
    private static final int FIRST_TEXT = 0x01;
    private static final int FIRST_BINARY = 0x02;
    private static final int MORE = 0x00;
    private static final int LAST = 0x80;
    private static final int RSV1 = 0x40;

    private static final int PROTOCOL_ERROR = 1002;
    private static final int BAD_DATA = 1007;
    private static final int TOO_BIG = 1009;

    private static final int MAX_MESSAGE_BYTES = ConformanceTest.MAX_MESSAGE_BYTES;

    /// "κόσμε": characters of two and three bytes.
    private static final byte[] GREEK = utf8("\u03ba\u1f79\u03c3\u03bc\u03b5");

    private ConformanceTable() {}

    static Stream<ConformanceCase> all() {
        return Stream.of(
                framing(),
                reservedBits(),
                opcodes(),
                fragmentation(),
                pings(),
                closing(),
                closeCodes(),
                text(),
                limits(),
                compression())
                .flatMap(List::stream);
    }

    /// 5.2.
    private static List<ConformanceCase> framing() {
        var cases = new ArrayList<ConformanceCase>();
        for (int length : new int[] {0, 1, 2, 3, 4, 5, 124, 125, 126, 127, 128, 1_000, 65_535, 65_536, 70_000}) {
            cases.add(of("5.2 binary of " + length + " bytes").echo(BINARY, bytes(length)));
            cases.add(of("5.2 text of " + length + " bytes").echo(TEXT, "*".repeat(length)));
        }
        for (int length : new int[] {0, 1, 125}) {
            cases.add(of("5.2 length " + length + " in two bytes")
                    .sendInForm(2, BINARY, bytes(length))
                    .fails(PROTOCOL_ERROR));
        }
        for (int length : new int[] {0, 125, 126, 65_535}) {
            cases.add(of("5.2 length " + length + " in eight bytes")
                    .sendInForm(8, BINARY, bytes(length))
                    .fails(PROTOCOL_ERROR));
        }
        cases.add(of("5.2 length with the highest bit").sendPart(BINARY, Long.MIN_VALUE).fails(PROTOCOL_ERROR));
        cases.add(of("5.2 length -1").sendPart(BINARY, -1).fails(PROTOCOL_ERROR));
        cases.add(of("5.2 many messages").echo(TEXT, "a").echo(BINARY, bytes(200)).echo(TEXT, "").echo(TEXT, "b"));
        return cases;
    }

    /// 5.2: reserved bits without an extension.
    private static List<ConformanceCase> reservedBits() {
        var cases = new ArrayList<ConformanceCase>();
        for (int bits : new int[] {0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70}) {
            for (int first : new int[] {TEXT, BINARY, CLOSE, PING, PONG}) {
                cases.add(of("5.2 reserved bits %02x with %02x".formatted(bits, first))
                        .echo(TEXT, "before")
                        .send(first | bits)
                        .fails(PROTOCOL_ERROR));
            }
            cases.add(of("5.2 reserved bits %02x in a continuation".formatted(bits))
                    .send(FIRST_TEXT, "a")
                    .send(LAST | bits, "b")
                    .fails(PROTOCOL_ERROR));
        }
        return cases;
    }

    /// 5.2: reserved opcodes.
    private static List<ConformanceCase> opcodes() {
        var cases = new ArrayList<ConformanceCase>();
        for (int opcode : new int[] {3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF}) {
            cases.add(of("5.2 opcode " + opcode).send(0x80 | opcode).fails(PROTOCOL_ERROR));
            cases.add(of("5.2 opcode " + opcode + " with a payload after a message")
                    .echo(TEXT, "before")
                    .send(0x80 | opcode, "payload")
                    .send(PING)
                    .fails(PROTOCOL_ERROR));
        }
        return cases;
    }

    /// 5.4.
    private static List<ConformanceCase> fragmentation() {
        var cases = new ArrayList<ConformanceCase>();
        for (int count : new int[] {2, 3, 10, 100}) {
            for (int first : new int[] {FIRST_TEXT, FIRST_BINARY}) {
                ConformanceCase pieces = of("5.4 %d pieces of %02x".formatted(count, first)).send(first, "piece");
                for (int i = 2; i < count; i++) {
                    pieces.send(MORE, "piece");
                }
                cases.add(pieces.send(LAST, "piece").expect(first | 0x80, "piece".repeat(count)));
            }
        }
        cases.add(of("5.4 empty pieces")
                .send(FIRST_TEXT).send(MORE).send(MORE, "middle").send(MORE).send(LAST).expect(TEXT, "middle"));
        cases.add(of("5.4 nothing but empty pieces").send(FIRST_BINARY).send(MORE).send(LAST).expect(BINARY));
        cases.add(of("5.4 a ping between pieces")
                .send(FIRST_TEXT, "a").send(PING, "ping").send(LAST, "b").expect(PONG, "ping").expect(TEXT, "ab"));
        cases.add(of("5.4 pings and pongs between all pieces")
                .send(FIRST_TEXT, "a").send(PING, "1").send(MORE, "b").send(PONG, "x").send(PING, "2")
                .send(LAST, "c").expect(PONG, "1").expect(PONG, "2").expect(TEXT, "abc"));
        cases.add(of("5.4 large pieces")
                .send(FIRST_BINARY, bytes(70_000)).send(LAST, bytes(70_000))
                .expect(BINARY, concat(bytes(70_000), bytes(70_000))));
        for (int first : new int[] {MORE, LAST}) {
            cases.add(of("5.4 continuation %02x of nothing".formatted(first))
                    .send(first, "x").fails(PROTOCOL_ERROR));
            cases.add(of("5.4 continuation %02x behind a message".formatted(first))
                    .echo(TEXT, "whole").send(first, "x").fails(PROTOCOL_ERROR));
        }
        for (int first : new int[] {TEXT, BINARY, FIRST_TEXT, FIRST_BINARY}) {
            cases.add(of("5.4 message %02x within a message".formatted(first))
                    .send(FIRST_TEXT, "a").send(first, "b").fails(PROTOCOL_ERROR));
        }
        cases.add(of("5.4 close within a message")
                .send(FIRST_TEXT, "a").send(CLOSE, code(1000)).closes(code(1000)));
        for (int opcode : new int[] {8, 9, 10}) {
            cases.add(of("5.5 fragmented control frame " + opcode).send(opcode, "x").fails(PROTOCOL_ERROR));
        }
        return cases;
    }

    /// 5.5.2 and 5.5.3.
    private static List<ConformanceCase> pings() {
        var cases = new ArrayList<ConformanceCase>();
        for (int length : new int[] {0, 1, 8, 124, 125}) {
            cases.add(of("5.5.2 ping of " + length).send(PING, bytes(length)).expect(PONG, bytes(length)));
            cases.add(of("5.5.3 pong of " + length + " that nobody asked for")
                    .send(PONG, bytes(length)).echo(TEXT, "after"));
        }
        for (int length : new int[] {126, 200, 70_000}) {
            for (int first : new int[] {PING, PONG, CLOSE}) {
                cases.add(of("5.5 control frame %02x of %d".formatted(first, length))
                        .send(first, bytes(length)).fails(PROTOCOL_ERROR));
            }
        }
        ConformanceCase ten = of("5.5.2 ten pings in their order");
        for (int i = 0; i < 10; i++) {
            ten.send(PING, "ping " + i).expect(PONG, "ping " + i);
        }
        cases.add(ten);
        cases.add(of("5.5.2 a ping that is not text").send(PING, new byte[] {0, (byte) 0xFF, (byte) 0xFE})
                .expect(PONG, new byte[] {0, (byte) 0xFF, (byte) 0xFE}));
        cases.add(of("5.5.2 a ping between messages")
                .echo(TEXT, "a").send(PING, "p").expect(PONG, "p").echo(TEXT, "b"));
        return cases;
    }

    /// 5.5.1 and 7.
    private static List<ConformanceCase> closing() {
        return List.of(
                of("5.5.1 close without a code").send(CLOSE).closes(),
                of("5.5.1 close after messages").echo(TEXT, "a").send(CLOSE, code(1000)).closes(code(1000)),
                of("5.5.1 half a code").send(CLOSE, (byte) 3).fails(PROTOCOL_ERROR),
                of("5.5.1 reason").send(CLOSE, close(1000, "bye")).closes(code(1000)),
                of("5.5.1 longest reason").send(CLOSE, close(1000, "*".repeat(123))).closes(code(1000)),
                of("5.5.1 reason of characters").send(CLOSE, concat(code(1000), GREEK)).closes(code(1000)),
                of("5.5.1 reason too long").send(CLOSE, close(1000, "*".repeat(124))).fails(PROTOCOL_ERROR),
                of("5.5.1 reason that is not UTF-8")
                        .send(CLOSE, concat(code(1000), new byte[] {(byte) 0xCE})).fails(BAD_DATA),
                of("5.5.1 a message behind the close")
                        .send(CLOSE, code(1000)).send(TEXT, "late").closes(code(1000)),
                of("5.5.1 a ping behind the close").send(CLOSE, code(1000)).send(PING).closes(code(1000)),
                of("5.5.1 a second close").send(CLOSE, code(1000)).send(CLOSE, code(1001)).closes(code(1000)),
                of("5.5.1 garbage behind the close").send(CLOSE, code(1000)).send(0xFF, "x").closes(code(1000)));
    }

    /// 7.4.
    private static List<ConformanceCase> closeCodes() {
        var cases = new ArrayList<ConformanceCase>();
        for (int good : new int[] {
            1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999
        }) {
            cases.add(of("7.4 close code " + good).send(CLOSE, code(good)).closes(code(good)));
        }
        for (int bad : new int[] {0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535}) {
            cases.add(of("7.4 close code " + bad).send(CLOSE, code(bad)).fails(PROTOCOL_ERROR));
        }
        return cases;
    }

    /// 8.1.
    private static List<ConformanceCase> text() {
        var cases = new ArrayList<ConformanceCase>();
        for (String good : List.of(
                "Hello-\u00b5@\u00df\u00f6\u00e4\u00fc\u00e0\u00e1-UTF-8!!", "\u0000", "\u007f\u0080", "\u07ff\u0800",
                "\ud7ff\ue000", "\ufffd\uffff", "\ufffe", "\ud800\udc00", "\udbff\udfff", "\ud83d\ude00".repeat(50))) {
            cases.add(of("8.1 text " + HexFormat.of().formatHex(utf8(good)).substring(0, 2)).echo(TEXT, good));
        }
        for (int cut = 0; cut <= GREEK.length; cut++) {
            cases.add(of("8.1 text cut at byte " + cut)
                    .send(FIRST_TEXT, Arrays.copyOf(GREEK, cut))
                    .send(LAST, Arrays.copyOfRange(GREEK, cut, GREEK.length))
                    .expect(TEXT, GREEK));
        }
        ConformanceCase byteByByte = of("8.1 text byte by byte").send(FIRST_TEXT);
        for (byte b : GREEK) {
            byteByByte.send(MORE, b);
        }
        cases.add(byteByByte.send(LAST).expect(TEXT, GREEK));
        for (String bad : List.of(
                "80", "bf", "c0 80", "c1 bf", "e0 80 80", "e0 9f bf", "ed a0 80", "ed bf bf", "f0 80 80 80",
                "f0 8f bf bf", "f4 90 80 80", "f5 80 80 80", "f8 88 80 80 80", "fc 84 80 80 80 80", "fe", "ff",
                "c3 28", "e2 28 a1", "e2 82 28", "f0 28 8c bc", "f0 90 28 bc", "f0 28 8c 28")) {
            byte[] payload = HexFormat.ofDelimiter(" ").parseHex(bad);
            cases.add(of("8.1 not text: " + bad).echo(TEXT, "before").send(TEXT, payload).fails(BAD_DATA));
            cases.add(of("8.1 not text, behind text: " + bad)
                    .send(TEXT, concat(utf8("good "), payload)).fails(BAD_DATA));
            cases.add(of("8.1 not text, in a message that does not end: " + bad)
                    .send(FIRST_TEXT, "good ").send(MORE, payload).fails(BAD_DATA));
            cases.add(of("8.1 not text, in a frame that does not end: " + bad)
                    .sendPart(TEXT, 1_000, payload).fails(BAD_DATA));
        }
        for (String cut : List.of("c3", "e2", "e2 82", "f0", "f0 90", "f0 90 80")) {
            byte[] payload = HexFormat.ofDelimiter(" ").parseHex(cut);
            cases.add(of("8.1 text that ends within a character: " + cut).send(TEXT, payload).fails(BAD_DATA));
            cases.add(of("8.1 text that ends within a character, in pieces: " + cut)
                    .send(FIRST_TEXT, payload).send(LAST).fails(BAD_DATA));
        }
        cases.add(of("8.1 bytes need not be text").echo(BINARY, (byte) 0xFF, (byte) 0xC0, (byte) 0x80));
        return cases;
    }

    /// 10.4: this side's own limit.
    private static List<ConformanceCase> limits() {
        byte[] longest = bytes(MAX_MESSAGE_BYTES);
        return List.of(
                of("10.4 longest message").echo(BINARY, longest),
                of("10.4 longest message in pieces")
                        .send(FIRST_BINARY, bytes(MAX_MESSAGE_BYTES - 1)).send(LAST, longest[MAX_MESSAGE_BYTES - 1])
                        .expect(BINARY, longest),
                of("10.4 message too long").sendPart(BINARY, MAX_MESSAGE_BYTES + 1).fails(TOO_BIG),
                of("10.4 message far too long").sendPart(BINARY, Long.MAX_VALUE).fails(TOO_BIG),
                of("10.4 text too long").sendPart(TEXT, MAX_MESSAGE_BYTES + 1).fails(TOO_BIG),
                of("10.4 piece whose length overflows that of the message")
                        .send(FIRST_BINARY, bytes(10))
                        .sendPart(LAST, Long.MAX_VALUE)
                        .fails(TOO_BIG),
                of("10.4 pieces too long together")
                        .send(FIRST_BINARY, longest).sendPart(LAST, 1).fails(TOO_BIG));
    }

    /// RFC 7692.
    private static List<ConformanceCase> compression() {
        var cases = new ArrayList<ConformanceCase>();
        byte[] text = utf8("Hello, hello, hello, and once more hello. ".repeat(20));
        byte[] deflated = deflate(text);
        for (boolean serverAlone : new boolean[] {false, true}) {
            for (boolean clientAlone : new boolean[] {false, true}) {
                for (int bits = 8; bits <= 15; bits++) {
                    var wishes = new Compression(serverAlone, clientAlone, bits, bits);
                    cases.add(of("7692 7.1 " + wishes)
                            .with(wishes)
                            .send(TEXT | RSV1, deflated).expect(TEXT, text)
                            .send(BINARY | RSV1, deflated).expect(BINARY, text));
                }
            }
        }
        var plain = Compression.withoutContext();
        cases.add(of("7692 6 an uncompressed message among others").with(plain)
                .send(TEXT | RSV1, deflated).expect(TEXT, text).echo(TEXT, "plain"));
        cases.add(of("7692 6.1 compressed in pieces").with(plain)
                .send(FIRST_TEXT | RSV1, Arrays.copyOf(deflated, 5))
                .send(MORE, Arrays.copyOfRange(deflated, 5, 6))
                .send(LAST, Arrays.copyOfRange(deflated, 6, deflated.length))
                .expect(TEXT, text));
        cases.add(of("7692 7.2.3.6 an empty message").with(plain).send(TEXT | RSV1, (byte) 0).expect(TEXT));
        cases.add(of("7692 7.2.3.3 stored block").with(plain)
                .send(TEXT | RSV1, HexFormat.of().parseHex("000500faff48656c6c6f00")).expect(TEXT, "Hello"));
        cases.add(of("7692 7.2.3.4 final block").with(plain)
                .send(TEXT | RSV1, HexFormat.of().parseHex("f348cdc9c9070000")).expect(TEXT, "Hello"));
        cases.add(of("7692 7.2.3.5 two blocks").with(plain)
                .send(TEXT | RSV1, HexFormat.of().parseHex("f248050000 00ffffcac9c90700".replace(" ", "")))
                .expect(TEXT, "Hello"));
        cases.add(of("7692 6 RSV1 on a continuation").with(plain)
                .send(FIRST_TEXT | RSV1, deflated).send(LAST | RSV1).fails(PROTOCOL_ERROR));
        for (int first : new int[] {PING, PONG, CLOSE}) {
            cases.add(of("7692 6 RSV1 on %02x".formatted(first)).with(plain)
                    .send(first | RSV1).fails(PROTOCOL_ERROR));
        }
        cases.add(of("7692 6 RSV2").with(plain).send(TEXT | 0x20).fails(PROTOCOL_ERROR));
        cases.add(of("7692 7.2.2 data that does not inflate").with(plain)
                .send(TEXT | RSV1, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF).fails(BAD_DATA));
        cases.add(of("7692 7.2.2 inflated text that is not UTF-8").with(plain)
                .send(TEXT | RSV1, deflate(new byte[] {'a', (byte) 0xFF, 'b'})).fails(BAD_DATA));
        cases.add(of("7692 7.2.2 inflated beyond the limit").with(plain)
                .send(BINARY | RSV1, deflate(new byte[MAX_MESSAGE_BYTES + 1])).fails(TOO_BIG));
        cases.add(of("7692 7.2.2 inflated to the limit").with(plain)
                .send(BINARY | RSV1, deflate(new byte[MAX_MESSAGE_BYTES]))
                .expect(BINARY, new byte[MAX_MESSAGE_BYTES]));
        return cases;
    }

    /// 7.2.1, by the JDK's deflater alone.
    private static byte[] deflate(byte[] message) {
        try (var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
            deflater.setInput(message);
            var out = new ByteArrayOutputStream();
            byte[] piece = new byte[1_000];
            int count;
            while ((count = deflater.deflate(piece, 0, piece.length, Deflater.SYNC_FLUSH)) > 0) {
                out.write(piece, 0, count);
            }
            byte[] whole = out.toByteArray();
            return Arrays.copyOf(whole, whole.length - 4);
        }
    }
}
