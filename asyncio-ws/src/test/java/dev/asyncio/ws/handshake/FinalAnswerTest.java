package dev.asyncio.ws.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FinalAnswerTest {

    @Test
    void aRefusalSaysWhy() {
        var refusal = new HandshakeException(405, Headers.of("Allow", "GET"), "expected GET");
        assertEquals("""
                HTTP/1.1 405 Method Not Allowed
                Connection: close
                Content-Length: 13
                Content-Type: text/plain; charset=utf-8
                Allow: GET

                expected GET
                """.replace("\n", "\r\n").replace("GET\r\n\n", "GET\n").replaceFirst("\r\n$", "\n"),
                Heads.text(FinalAnswer.refuse(refusal).encode()));
    }

    @Test
    void theLengthIsThatOfTheBytes() throws HandshakeException {
        ByteBuffer answer = FinalAnswer.text(403, Headers.of("content-type", "text/html"), "ü€").encode();
        var head = Heads.responseParser().feed(answer);
        assertEquals(Optional.of("5"), head.headers().first("Content-Length"));
        assertEquals(1, head.headers().all("Content-Type").size());
        assertEquals("ü€", StandardCharsets.UTF_8.decode(answer).toString());
    }

    @Test
    void anEmptyBodyHasALengthToo() {
        assertEquals("HTTP/1.1 599 \r\nConnection: close\r\nContent-Length: 0\r\nA: b\r\n\r\n",
                Heads.text(FinalAnswer.of(599, Headers.of("A", "b"), new byte[0]).encode()));
    }

    @Test
    void whoSaysUpgradeNamesItInConnection() throws HandshakeException {
        var head =
                Heads.responseParser().feed(FinalAnswer.text(426, Headers.of("Upgrade", "websocket"), "").encode());
        assertEquals(Optional.of("close, Upgrade"), head.headers().first("Connection"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100, 101, 199, 204, 205, 304, 600})
    void aStatusWithoutABodyIsRefused(int status) {
        assertThrows(IllegalArgumentException.class, () -> FinalAnswer.text(status, Headers.none(), ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection", "content-length", "Transfer-Encoding"})
    void fieldsThatFrameTheAnswerAreRefused(String name) {
        var e = assertThrows(IllegalArgumentException.class, () -> FinalAnswer.text(200, Headers.of(name, "1"), ""));
        assertTrue(e.getMessage().contains(name), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 408, 414, 426, 429, 431, 500, 501, 503,
        505})
    void theUsualStatusesHaveWords(int status) throws HandshakeException {
        var head = Heads.responseParser().feed(FinalAnswer.text(status, Headers.none(), "").encode());
        assertEquals(status, head.status());
        assertTrue(head.reason().matches("[A-Z][A-Za-z ]+"), head.reason());
    }
}
