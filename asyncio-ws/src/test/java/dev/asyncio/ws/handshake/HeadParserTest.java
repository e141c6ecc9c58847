package dev.asyncio.ws.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.ws.handshake.HttpHead.Version;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadParserTest {

    private static final String HEAD =
            "GET /chat?a=b HTTP/1.1\r\nHost: example.com\r\nX-A:1\r\nx-a: \t2 3\t \r\nE:\r\n\r\n";

    private static void assertIsHead(HttpHead.Request head) {
        assertEquals("GET", head.method());
        assertEquals("/chat?a=b", head.target());
        assertEquals(Version.HTTP_1_1, head.version());
        assertEquals(List.of("1", "2 3"), head.headers().all("X-A"));
        assertEquals(Optional.of(""), head.headers().first("E"));
        assertEquals(4, head.headers().fields().size());
    }

    /// Writes `\r`, `\n`, `\t`, `\0` and `\xff` as such, so that a table can show them.
    private static String unescape(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0")
                .replace("\\xff", "\u00FF");
    }

    @Test
    void theHeadEndsAtTheEmptyLineAndNoByteBehindItIsTaken() throws HandshakeException {
        ByteBuffer bytes = Heads.bytes(HEAD + "\r\nframes");
        var parser = Heads.requestParser();
        assertIsHead(parser.feed(bytes));
        assertEquals(HEAD.length(), bytes.position());
        assertEquals(HEAD.length(), parser.headBytes());
        assertThrows(IllegalStateException.class, () -> parser.feed(bytes));
    }

    @Test
    void aHeadMayBeCutAnywhere() throws HandshakeException {
        for (int cut = 0; cut < HEAD.length(); cut++) {
            var parser = Heads.requestParser();
            ByteBuffer first = Heads.bytes(HEAD.substring(0, cut));
            assertNull(parser.feed(first), "cut at " + cut);
            assertEquals(0, first.remaining());
            assertEquals(cut, parser.headBytes());
            assertIsHead(parser.feed(Heads.bytes(HEAD.substring(cut))));
        }
    }

    @Test
    void aHeadMayComeByteByByteFromADirectBuffer() throws HandshakeException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(HEAD.length()).put(Heads.bytes(HEAD));
        var parser = Heads.requestParser();
        for (int i = 0; i < HEAD.length() - 1; i++) {
            assertNull(parser.feed(bytes.limit(i + 1).position(i)));
        }
        assertIsHead(parser.feed(bytes.limit(HEAD.length())));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            GET / HTTP/1.1        | HTTP_1_1
            \\r\\nGET / HTTP/1.1  | HTTP_1_1
            GET / HTTP/1.0        | HTTP_1_0
            GET / HTTP/1.2        | HTTP_1_1
            p-0 * HTTP/1.1        | HTTP_1_1
            """)
    void requestLinesThatAreRead(String line, Version version) throws HandshakeException {
        assertEquals(version, Heads.request(unescape(line)).version());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            GET                         | 400
            GET /                       | 400
            GET / http/1.1              | 400
            GET / HTTP/1                | 400
            GET / HTTP/11               | 400
            GET / HTTP/1x1              | 400
            GET / HTTP/1.10             | 400
            GET / HTTP/1.x              | 400
            " GET / HTTP/1.1"           | 400
            "GET / HTTP/1.1 "           | 400
            "GET  HTTP/1.1"             | 400
            GET  / HTTP/1.1             | 400
            GET /  HTTP/1.1             | 400
            GET / x HTTP/1.1            | 400
            GET\\t/\\tHTTP/1.1          | 400
            GET /\\xff HTTP/1.1         | 400
            G@T / HTTP/1.1              | 400
            \\r\\n\\r\\nGET / HTTP/1.1  | 400
            \\nGET / HTTP/1.1           | 400
            GET / HTTP/2.0              | 505
            GET / HTTP/0.9              | 505
            PRI * HTTP/2.0              | 505
            """)
    void requestLinesThatAreRefused(String line, int status) {
        var e = assertThrows(HandshakeException.class, () -> Heads.request(unescape(line)));
        assertEquals(status, e.status(), e.getMessage());
    }

    @Test
    void noSecretOfAMalformedRequestLineIsShown() {
        var e = assertThrows(HandshakeException.class, () -> Heads.request("GET /a?secret=a b HTTP/1.1"));
        assertEquals("request line: expected method, target and version, got 'GET /a?...'", e.getMessage());
    }

    @Test
    void whoSpeaksAnotherProtocolIsRefusedAtOnce() {
        var e = assertThrows(
                HandshakeException.class, () -> Heads.requestParser().feed(Heads.bytes("\u0016\u0003\u0001")));
        assertEquals("request head, line 1: control character 22", e.getMessage());
        assertThrows(HandshakeException.class, () -> Heads.requestParser().feed(Heads.bytes("SSH-2.0-x\r\n")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            "A : b"        | is no token
            "A\\t: b"      | is no token
            ": b"          | is no token
            "A b: c"       | is no token
            "\\xff: c"     | is no token
            "(A): c"       | is no token
            " A: b"        | folded
            "\\tA: b"      | folded
            "A: b\\r\\n c" | folded
            "A"            | without a colon
            "A: b\\nC: d"  | LF without CR
            "A: b\\rC: d"  | CR without LF
            "A: b\\r\\r"   | CR without LF
            "A: \\0"       | control character 0
            "A: b\u0001"   | control character 1
            "A: b\u007F"   | control character 127
            """)
    void fieldsThatAreRefused(String field, String message) {
        var e = assertThrows(HandshakeException.class, () -> Heads.request("GET / HTTP/1.1", unescape(field)));
        assertEquals(400, e.status());
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertTrue(e.getMessage().contains("line 2") || e.getMessage().contains("line 3"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            A:b            | b
            "A: \\t b \\t" | b
            A: b:c         | b:c
            "A: b \\t c"   | "b \\t c"
            "A:"           | ""
            "A: \\xff"     | \\xff
            """)
    void fieldsThatAreRead(String field, String value) throws HandshakeException {
        HttpHead head = Heads.request("GET / HTTP/1.1", unescape(field));
        assertEquals(Optional.of(unescape(value)), head.headers().first("a"));
    }

    @Test
    void aMessageCannotBeForged() {
        var e = assertThrows(HandshakeException.class,
                () -> Heads.request("GET / HTTP/1.1", "\u009B" + "x".repeat(99) + ":"));
        assertEquals("request head, line 2: header field name '?" + "x".repeat(59) + "...' is no token",
                e.getMessage());
    }

    @Test
    void aHeadOfTheLimitPassesAndALongerOneIsRefused() throws HandshakeException {
        assertIsHead(HeadParser.forRequest(HEAD.length(), 4).feed(Heads.bytes(HEAD)));
        var tooLong = assertThrows(
                HandshakeException.class, () -> HeadParser.forRequest(HEAD.length() - 1, 4).feed(Heads.bytes(HEAD)));
        assertEquals(431, tooLong.status());
        var tooMany = assertThrows(
                HandshakeException.class, () -> HeadParser.forRequest(HEAD.length(), 3).feed(Heads.bytes(HEAD)));
        assertEquals(431, tooMany.status());
        assertTrue(tooMany.getMessage().contains("more than 3 header fields"), tooMany.getMessage());
    }

    @Test
    void anEndlessLineIsRefusedAtTheLimit() throws HandshakeException {
        ByteBuffer bytes = Heads.bytes("GET /" + "x".repeat(20_000));
        var e = assertThrows(HandshakeException.class, () -> Heads.requestParser().feed(bytes));
        assertEquals(414, e.status());
        assertEquals(16 * 1024 + 1, bytes.position());
        assertNull(Heads.requestParser().feed(bytes.rewind().limit(16 * 1024)));
    }

    @Test
    void theUsualLimitIsAHundredFields() throws HandshakeException {
        assertNotNull(Heads.request("GET / HTTP/1.1" + "\r\nA: b".repeat(100)));
        assertThrows(HandshakeException.class, () -> Heads.request("GET / HTTP/1.1" + "\r\nA: b".repeat(101)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            HTTP/1.1 101 Switching Protocols | HTTP_1_1 | 101 | Switching Protocols
            "HTTP/1.1 200 "                  | HTTP_1_1 | 200 | ""
            HTTP/1.1 200                     | HTTP_1_1 | 200 | ""
            HTTP/1.0 999 a  b                | HTTP_1_0 | 999 | a  b
            HTTP/1.1 404 \\xff               | HTTP_1_1 | 404 | \u00FF
            """)
    void statusLinesThatAreRead(String line, Version version, int status, String reason) throws HandshakeException {
        HttpHead.Response head = Heads.response(unescape(line), "A: b");
        assertEquals(new HttpHead.Response(version, status, reason, head.headers()), head);
        assertEquals(Optional.of("b"), head.headers().first("A"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 10", "HTTP/1.1 1000", "HTTP/1.1 099 x",
        "HTTP/1.1  101 x", "HTTP/1.1 1x1 x", "HTTP/1.1 +10 x", "HTTP/2.0 101 x", "HTTP/1.1 101\tx", "ICY 200 OK",
        " HTTP/1.1 101 x", "\r\nHTTP/1.1 101 x"})
    void statusLinesThatAreRefused(String line) {
        assertThrows(HandshakeException.class, () -> Heads.response(line));
    }

    @Test
    void limitsOfNothingAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> HeadParser.forRequest(0, 1));
        assertThrows(IllegalArgumentException.class, () -> HeadParser.forResponse(1, -1));
    }
}
