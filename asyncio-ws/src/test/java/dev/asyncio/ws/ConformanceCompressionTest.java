package dev.asyncio.ws;

import static dev.asyncio.ws.ConformanceLine.answered;
import static dev.asyncio.ws.ConformanceLine.back;
import static dev.asyncio.ws.ConformanceLine.echoed;
import static dev.asyncio.ws.ConformanceLine.failed;
import static dev.asyncio.ws.ConformanceLine.sent;
import static dev.asyncio.ws.Wire.BINARY;
import static dev.asyncio.ws.Wire.CLOSE;
import static dev.asyncio.ws.Wire.FIN;
import static dev.asyncio.ws.Wire.PING;
import static dev.asyncio.ws.Wire.PONG;
import static dev.asyncio.ws.Wire.RSV1;
import static dev.asyncio.ws.Wire.TEXT;
import static dev.asyncio.ws.Wire.binary;
import static dev.asyncio.ws.Wire.close;
import static dev.asyncio.ws.Wire.cut;
import static dev.asyncio.ws.Wire.deflated;
import static dev.asyncio.ws.Wire.frame;
import static dev.asyncio.ws.Wire.hex;
import static dev.asyncio.ws.Wire.pattern;
import static dev.asyncio.ws.Wire.ping;
import static dev.asyncio.ws.Wire.pong;
import static dev.asyncio.ws.Wire.promising;
import static dev.asyncio.ws.Wire.text;
import static dev.asyncio.ws.Wire.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.asyncio.ws.ConformanceLine.Form;
import dev.asyncio.ws.ConformanceLine.Role;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// RFC 7692: permessage-deflate with each parameter, against the JDK's own deflater and inflater.
class ConformanceCompressionTest extends ConformanceTable {

    private static final WebSocketOptions WITH_CONTEXT =
            WebSocketOptions.builder().compression(Compression.withContext()).build();
    private static final String PLAIN = "permessage-deflate";
    private static final int COMPRESSED_TEXT = FIN | RSV1 | TEXT;
    private static final int COMPRESSED_BINARY = FIN | RSV1 | BINARY;

    /// "Hello", in the RFC's own bytes.
    private static final byte[] HELLO = hex("f2 48 cd c9 c9 07 00");

    /// Refers back to that.
    private static final byte[] HELLO_AGAIN = hex("f2 00 11 00 00");

    /// Long enough to be compressed on its way back.
    private static final String LONG = "All work and no play makes Jack a dull boy. ".repeat(20);

    private static Wire compressed(String text) {
        return frame(COMPRESSED_TEXT, deflated(utf8(text)));
    }

    /// 7.2.3: the examples.
    @TestFactory
    Stream<DynamicTest> examples() {
        return cases(WITH_CONTEXT, PLAIN, Stream.of(
                answered("7.2.3.1: one block", sent(frame(COMPRESSED_TEXT, HELLO)), back(text("Hello"))),
                answered("7.2.3.1: in two fragments", sent(frame(RSV1 | TEXT, hex("f2 48 cd")),
                        frame(FIN, hex("c9 c9 07 00"))), back(text("Hello"))),
                answered("7.2.3.2: sharing the window", sent(frame(COMPRESSED_TEXT, HELLO),
                        frame(COMPRESSED_TEXT, HELLO_AGAIN)), back(text("Hello"), text("Hello"))),
                answered("7.2.3.3: a block without compression",
                        sent(frame(COMPRESSED_TEXT, hex("00 05 00 fa ff 48 65 6c 6c 6f 00"))), back(text("Hello"))),
                answered("7.2.3.4: a block with BFINAL",
                        sent(frame(COMPRESSED_TEXT, hex("f3 48 cd c9 c9 07 00 00"))), back(text("Hello"))),
                answered("7.2.3.5: two blocks",
                        sent(frame(COMPRESSED_TEXT, hex("f2 48 05 00 00 00 ff ff ca c9 c9 07 00"))),
                        back(text("Hello"))),
                answered("7.2.3.6: an empty message", sent(frame(COMPRESSED_TEXT, hex("00"))), back(text(""))),
                answered("BFINAL, and nothing behind it", sent(frame(COMPRESSED_TEXT, hex("f3 48 cd c9 c9 07 00"))),
                        back(text("Hello"))),
                answered("BFINAL twice", sent(frame(COMPRESSED_TEXT,
                        hex("f3 48 cd c9 c9 07 00 f3 48 cd c9 c9 07 00 00"))), back(text("HelloHello"))),
                answered("BFINAL, then messages as ever", sent(frame(COMPRESSED_TEXT, hex("f3 48 cd c9 c9 07 00 00")),
                        frame(COMPRESSED_TEXT, HELLO), text("x")), back(text("Hello"), text("Hello"), text("x"))),
                answered("BFINAL, in frames of a byte", Stream.of(Stream.of(frame(RSV1 | TEXT, hex("f3"))),
                        Stream.of("48", "cd", "c9", "c9", "07", "00").map(digits -> frame(0, hex(digits))),
                        Stream.of(frame(FIN, hex("00")))).flatMap(frames -> frames).toList(), back(text("Hello")))));
    }

    @TestFactory
    Stream<DynamicTest> messages() {
        byte[] deflated = deflated(utf8(LONG));
        Stream<ConformanceLine> cuts = IntStream.rangeClosed(0, deflated.length).mapToObj(at -> answered(
                "cut by a ping at " + at, sent(frame(RSV1 | TEXT, Arrays.copyOf(deflated, at)), ping("p"),
                        frame(FIN, Arrays.copyOfRange(deflated, at, deflated.length))),
                back(pong("p"), compressed(LONG))));
        Stream<ConformanceLine> lengths = IntStream.of(64, 125, 126, 127, 128, 1000, 65_535, 65_536).boxed()
                .flatMap(length -> Stream.of(
                        answered("binary of " + length, sent(frame(COMPRESSED_BINARY, deflated(pattern(length)))),
                                back(frame(COMPRESSED_BINARY, deflated(pattern(length))))),
                        answered("text of " + length, sent(compressed("x".repeat(length))),
                                back(compressed("x".repeat(length))))));
        Stream<ConformanceLine> others = Stream.of(
                answered("compressed and plain in turn",
                        sent(frame(COMPRESSED_TEXT, HELLO), text("plain"), frame(COMPRESSED_TEXT, HELLO_AGAIN),
                                binary((byte) 1)),
                        back(text("Hello"), text("plain"), text("Hello"), binary((byte) 1))),
                answered("plain in fragments between compressed ones",
                        sent(frame(COMPRESSED_TEXT, HELLO), frame(TEXT, utf8("pl")), frame(FIN, utf8("ain")),
                                frame(COMPRESSED_TEXT, HELLO_AGAIN)),
                        back(text("Hello"), text("plain"), text("Hello"))),
                answered("an empty plain message", sent(text("")), back(text(""))),
                answered("a compressed frame without a byte", sent(frame(COMPRESSED_BINARY)), back(binary())),
                answered("empty fragments of a compressed message",
                        sent(frame(RSV1 | TEXT), frame(0), frame(0, HELLO), frame(FIN)), back(text("Hello"))),
                answered("characters cut by fragments", sent(frame(RSV1 | TEXT, hex("00 04 00 fb ff 61 F0 9F 98")),
                        frame(FIN, hex("00 01 00 fe ff 80 00"))), back(text("a\uD83D\uDE00"))),
                echoed("too short to be worth it", text("x".repeat(63))));
        return cases(WITH_CONTEXT, PLAIN, Stream.of(cuts, lengths, others).flatMap(lines -> lines));
    }

    /// 6: RSV1 on a message's first frame only.
    @TestFactory
    Stream<DynamicTest> reservedBits() {
        return cases(WITH_CONTEXT, PLAIN, Stream.of(
                failed(1002, "RSV1 on a continuation", frame(RSV1 | TEXT, hex("f2 48 cd")),
                        frame(FIN | RSV1, hex("c9 c9 07 00"))),
                failed(1002, "RSV1 on a continuation of a plain message", frame(TEXT, utf8("a")),
                        frame(FIN | RSV1, HELLO)),
                failed(1002, "RSV1 on a ping", frame(FIN | RSV1 | PING, HELLO)),
                failed(1002, "RSV1 on a pong", frame(FIN | RSV1 | PONG)),
                failed(1002, "RSV1 on a close", frame(FIN | RSV1 | CLOSE, hex("03 E8"))),
                failed(1002, "RSV1 on a ping within a message", frame(RSV1 | TEXT, hex("f2 48 cd")),
                        frame(FIN | RSV1 | PING)),
                failed(1002, "RSV1 and RSV2", frame(COMPRESSED_TEXT | 0x20, HELLO)),
                failed(1002, "RSV1 and RSV3", frame(COMPRESSED_TEXT | 0x10, HELLO)),
                failed(1002, "RSV2", frame(FIN | 0x20 | TEXT, utf8("a"))),
                failed(1002, "RSV1 on a reserved opcode", frame(FIN | RSV1 | 3, HELLO)),
                failed(1002, "a new message within a compressed one", frame(RSV1 | TEXT, hex("f2 48 cd")),
                        frame(COMPRESSED_TEXT, HELLO))));
    }

    @TestFactory
    Stream<DynamicTest> badData() {
        return cases(WITH_CONTEXT, PLAIN, Stream.of(
                failed(1007, "a reserved kind of block", frame(COMPRESSED_BINARY, hex("06"))),
                failed(1007, "a reserved kind of block, before the message ends",
                        promising(1000, RSV1 | TEXT, hex("FF"))),
                failed(1007, "a block that is cut short", frame(COMPRESSED_BINARY, hex("f2 48 cd"))),
                failed(1007, "a plain block that is cut short", frame(COMPRESSED_BINARY, hex("00 05 00 fa ff 48"))),
                failed(1007, "a plain block whose length does not fit", frame(COMPRESSED_BINARY,
                        hex("00 05 00 05 00 48 65 6c 6c 6f 00"))),
                failed(1007, "what refers to before the beginning", frame(COMPRESSED_TEXT, HELLO_AGAIN)),
                failed(1007, "text that was not compressed", frame(COMPRESSED_TEXT, utf8("not compressed at all"))),
                failed(1007, "behind a message in order",
                        sent(frame(COMPRESSED_TEXT, HELLO), frame(COMPRESSED_TEXT, hex("06"))), back(text("Hello"))),
                failed(1007, "in a second fragment",
                        sent(frame(RSV1 | TEXT, hex("f2 48 cd")), ping("p"), frame(FIN, hex("FF FF FF"))),
                        back(pong("p"))),
                failed(1007, "text that is not UTF-8", frame(COMPRESSED_TEXT, deflated(hex("61 62 C3 28")))),
                failed(1007, "text that is not UTF-8, before the message ends",
                        frame(RSV1 | TEXT, deflated(hex("61 62 C3 28")))),
                failed(1007, "text that ends within a character", frame(COMPRESSED_TEXT, deflated(hex("61 62 C3")))),
                answered("the same bytes as binary", sent(frame(COMPRESSED_BINARY, deflated(hex("61 62 C3 28")))),
                        back(binary(hex("61 62 C3 28"))))));
    }

    /// 7.1.1: without takeover nothing refers to the message before.
    @TestFactory
    Stream<DynamicTest> takeover() {
        return Stream.of(Role.values()).flatMap(role -> cases(
                WebSocketOptions.builder().compression(Compression.withoutContext()).build(),
                PLAIN + "; server_no_context_takeover; client_no_context_takeover", Stream.of(
                        failed(1007, "a reference to the message before, where none was agreed on",
                                sent(frame(COMPRESSED_TEXT, HELLO), frame(COMPRESSED_TEXT, HELLO_AGAIN)),
                                back(text("Hello"))).only(role),
                        answered("messages each by itself", sent(compressed(LONG), compressed(LONG)),
                                back(compressed(LONG), compressed(LONG))).only(role))));
    }

    /// 7.1.2: every window, and every say in takeover, as the peer's deflater and inflater see it.
    @TestFactory
    Stream<DynamicTest> parameters() {
        return Stream.of(Role.values()).flatMap(role -> IntStream.rangeClosed(8, 15).boxed().flatMap(bits -> Stream
                .of(false, true).flatMap(serverAlone -> Stream.of(false, true).map(clientAlone -> {
                    int serverBits = bits;
                    int clientBits = 23 - bits;
                    String terms = PLAIN + (serverAlone ? "; server_no_context_takeover" : "")
                            + (clientAlone ? "; client_no_context_takeover" : "")
                            + "; server_max_window_bits=" + serverBits + "; client_max_window_bits=" + clientBits;
                    var wishes = new Compression(serverAlone, clientAlone, serverBits, clientBits);
                    return dynamicTest(role + ": " + terms, () -> exchange(role, terms, wishes));
                }))));
    }

    private void exchange(Role role, String terms, Compression agreed) throws Exception {
        var options = WebSocketOptions.builder()
                .compression(role == Role.SERVER ? Compression.withContext() : agreed).build();
        boolean oursAlone = role == Role.SERVER
                ? agreed.serverNoContextTakeover()
                : agreed.clientNoContextTakeover();
        boolean peersAlone = role == Role.SERVER
                ? agreed.clientNoContextTakeover()
                : agreed.serverNoContextTakeover();
        try (Connection connection = connect(role, options, terms, Integer.MAX_VALUE,
                socket -> echo(socket, Form.VIEW));
                var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
                var inflater = new Inflater(true)) {
            if (role == Role.SERVER) {
                assertEquals(canonical(terms), connection.extensions);
            }
            for (byte[] message : List.of(utf8(LONG), utf8(LONG), pattern(5000), pattern(5000), utf8("short"),
                    utf8(LONG))) {
                if (peersAlone) {
                    deflater.reset();
                }
                connection.peer.write(frame(COMPRESSED_BINARY, deflated(deflater, message)));
                byte[] frame = connection.peer.readFrame();
                boolean isCompressed = message.length >= 64;
                assertEquals((byte) (isCompressed ? COMPRESSED_BINARY : FIN | BINARY), frame[0]);
                byte[] payload = payloadOf(frame);
                if (isCompressed) {
                    if (oursAlone) {
                        inflater.reset();
                    }
                    payload = inflated(inflater, payload, message.length);
                }
                assertArrayEquals(message, payload);
            }
            connection.peer.write(close(1000, ""));
            connection.peer.expect(close(1000, ""));
            connection.expectEndAfterClose();
            assertEquals(new Message.Close(CloseCode.NORMAL, ""), connection.outcome());
        }
    }

    /// In the order of our server's answers, where the largest client's window needs no words.
    private static String canonical(String terms) {
        return terms.replace("; client_max_window_bits=15", "");
    }

    private static byte[] payloadOf(byte[] frame) {
        return Arrays.copyOfRange(frame, frame[1] == 126 ? 4 : 2, frame.length);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }

    private static byte[] inflated(Inflater inflater, byte[] payload, int expectedBytes) throws Exception {
        inflater.setInput(concat(payload, hex("00 00 FF FF")));
        byte[] message = new byte[expectedBytes + 1];
        return Arrays.copyOf(message, inflater.inflate(message));
    }
}
