package dev.asyncio.ws.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.ws.handshake.HttpHead.Version;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpHeadTest {

    private final Headers headers = Headers.of("Host", "h", "X", "ü", "E", "");

    @Test
    void aRequestIsEncodedByteForByte() {
        ByteBuffer bytes = HttpHead.request("GET", "/a?b", headers).encode();
        assertEquals("GET /a?b HTTP/1.1\r\nHost: h\r\nX: ü\r\nE: \r\n\r\n", Heads.text(bytes));
    }

    @Test
    void aResponseIsEncodedByteForByte() {
        assertEquals("HTTP/1.1 101 Switching Protocols\r\nA: b\r\n\r\n",
                Heads.text(HttpHead.response(101, "Switching Protocols", Headers.of("A", "b")).encode()));
        assertEquals("HTTP/1.0 200 \r\n\r\n",
                Heads.text(new HttpHead.Response(Version.HTTP_1_0, 200, "", Headers.none()).encode()));
    }

    @Test
    void whatIsEncodedIsReadBack() throws HandshakeException {
        var request = HttpHead.request("GET", "/", headers);
        var again = Heads.requestParser().feed(request.encode());
        assertEquals(request.startLine(), again.startLine());
        assertEquals(request.headers().fields(), again.headers().fields());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "/a b", "/\r\nX: y", "/\0", "/ä", "/\t", "/\u007F"})
    void aTargetThatCouldBreakTheLineIsRefused(String target) {
        assertThrows(IllegalArgumentException.class, () -> HttpHead.request("GET", target, headers));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GE T", "GET\r\n", "G\0"})
    void aMethodThatIsNoTokenIsRefused(String method) {
        assertThrows(IllegalArgumentException.class, () -> HttpHead.request(method, "/", headers));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX: y", "\n", "\r", "\0", "\u010A"})
    void aReasonThatCouldBreakTheLineIsRefused(String reason) {
        assertThrows(IllegalArgumentException.class, () -> HttpHead.response(200, reason, headers));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 99, 1000})
    void aStatusHasThreeDigits(int status) {
        assertThrows(IllegalArgumentException.class, () -> HttpHead.response(status, "", headers));
    }
}
