package dev.asyncio.ws.handshake;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerHandshakeTest {

    /// RFC 6455, section 1.2.
    private static final List<String> GOOD = List.of(
            "GET /chat HTTP/1.1",
            "Host: server.example.com",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13");

    private static HttpHead.Request request(String changes) throws HandshakeException {
        return Heads.request(Heads.changed(GOOD, changes));
    }

    private static ServerHandshake check(String changes) throws HandshakeException {
        return ServerHandshake.check(request(changes));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Upgrade: WebSocket
            Upgrade: h2c, websocket
            Upgrade: h2c ~ +Upgrade: websocket
            Connection: keep-alive, upgrade
            Connection: keep-alive ~ +Connection: UPGRADE
            GET / HTTP/1.2
            Host: a
            Host: a:1
            Host: [::1]:8080
            Host: my_host.example:
            Content-Length: 0
            Origin: null
            User-Agent: x ~ +User-Agent: y
            Sec-WebSocket-Extensions: unknown
            """)
    void requestsThatAreAccepted(String changes) throws HandshakeException {
        HttpHead.Response response = check(changes).accept(Optional.empty(), Optional.empty(), Headers.none());
        assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", response.headers().first("Sec-WebSocket-Accept").get());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            POST / HTTP/1.1                           | 405 | expected method GET, got 'POST'
            get / HTTP/1.1                            | 405 | expected method GET, got 'get'
            GET / HTTP/1.0                            | 426 | expected HTTP/1.1, got HTTP/1.0
            GET * HTTP/1.1                            | 400 | request target: expected a path, got '*'
            -Host                                     | 400 | header Host: expected once, got 0
            Host: a ~ +Host: a                        | 400 | header Host: expected once, got 2
            Host:                                     | 400 | header Host: malformed: ''
            Host: a b                                 | 400 | header Host: malformed: 'a b'
            Host: u@a                                 | 400 | header Host: malformed: 'u@a'
            Host: a/b                                 | 400 | header Host: malformed: 'a/b'
            Host: a:b                                 | 400 | header Host: malformed: 'a:b'
            Host: a:65536                             | 400 | header Host: malformed: 'a:65536'
            Host: a:1111111111111111111               | 400 | header Host: malformed
            Host: ::1                                 | 400 | header Host: malformed: '::1'
            Host: [::1                                | 400 | header Host: malformed: '[::1'
            -Upgrade                                  | 426 | expected a WebSocket handshake
            Upgrade: h2c                              | 426 | expected a WebSocket handshake
            Upgrade: websockets                       | 426 | expected a WebSocket handshake
            -Connection                               | 426 | expected a WebSocket handshake
            Connection: close                         | 426 | expected a WebSocket handshake
            -Sec-WebSocket-Version                    | 426 | header Sec-WebSocket-Version: expected 13, got none
            Sec-WebSocket-Version: 8                  | 426 | header Sec-WebSocket-Version: expected 13, got '8'
            Sec-WebSocket-Version: 13, 8              | 426 | header Sec-WebSocket-Version: expected 13, got '13, 8'
            +Sec-WebSocket-Version: 13                | 400 | header Sec-WebSocket-Version: expected once, got 2
            -Sec-WebSocket-Key                        | 400 | header Sec-WebSocket-Key: expected once, got 0
            +Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ== | 400 | header Sec-WebSocket-Key: expected once, got 2
            Sec-WebSocket-Key:                        | 400 | header Sec-WebSocket-Key: malformed: ''
            Sec-WebSocket-Key: AAAA                   | 400 | header Sec-WebSocket-Key: malformed: 'AAAA'
            Origin: http://a ~ +Origin: http://b      | 400 | header Origin: expected once at most
            Content-Length: 1                         | 400 | expected a request without a body
            Content-Length: -1                        | 400 | expected a request without a body
            Content-Length: x                         | 400 | expected a request without a body
            Content-Length: 0 ~ +Content-Length: 1    | 400 | expected a request without a body
            Content-Length: 0, 1                      | 400 | expected a request without a body
            Transfer-Encoding: chunked                | 400 | expected a request without a body
            Transfer-Encoding: identity               | 400 | expected a request without a body
            Sec-WebSocket-Protocol: a b               | 400 | header Sec-WebSocket-Protocol: number 1 is no token
            Sec-WebSocket-Protocol: a, "b"            | 400 | header Sec-WebSocket-Protocol: number 2 is no token
            Sec-WebSocket-Protocol: a, b, a           | 400 | header Sec-WebSocket-Protocol: number 3 is there twice
            Sec-WebSocket-Protocol: a ~ +Sec-WebSocket-Protocol: a | 400 | number 2 is there twice
            Sec-WebSocket-Extensions: a;              | 400 | Sec-WebSocket-Extensions: malformed at character 3
            """)
    void requestsThatAreRefused(String changes, int status, String message) {
        var e = assertThrows(HandshakeException.class, () -> check(changes));
        assertEquals(status, e.status(), e.getMessage());
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertEquals(status == 405 ? Optional.of("GET") : Optional.empty(), e.headers().first("Allow"));
        assertEquals(status == 426 ? Optional.of("websocket") : Optional.empty(), e.headers().first("Upgrade"));
        assertEquals(status == 426 ? Optional.of("13") : Optional.empty(), e.headers().first("Sec-WebSocket-Version"));
    }

    /// Each fault is found before those behind it.
    @Test
    void rulesAreCheckedInTheirOrder() {
        String[] faults = {"POST * HTTP/1.0", "GET * HTTP/1.0", "GET * HTTP/1.1", "GET / HTTP/1.1", "Host: a",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Transfer-Encoding: x"};
        String changes =
                "Host: / ~ Upgrade: x ~ Sec-WebSocket-Version: 1 ~ Sec-WebSocket-Key: x ~ Transfer-Encoding: x";
        String[] messages =
                {"method", "HTTP/1.1", "target", "Host", "expected a WebSocket handshake", "Version", "Key", "body"};
        for (int i = 0; i < messages.length; i++) {
            String mended = changes + " ~ " + String.join(" ~ ", Arrays.copyOf(faults, i + 1));
            var e = assertThrows(HandshakeException.class, () -> check(mended));
            assertTrue(e.getMessage().contains(messages[i]), mended + ": " + e.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                                       | true
            Sec-WebSocket-Version: 8   | true
            -Host                      | true
            POST / HTTP/1.1            | true
            GET / HTTP/1.0             | false
            -Upgrade                   | false
            -Connection                | false
            Upgrade: h2c               | false
            Connection: keep-alive     | false
            """)
    void whoAsksForNoUpgradeCanBeServedOtherwise(String changes, boolean isUpgrade) throws HandshakeException {
        assertEquals(isUpgrade, ServerHandshake.isUpgrade(request(changes)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a/b?c=d%20e", "//a", "http://other/a?b", "HTTPS://other", "ws://other:1?b",
        "wss://o/%41"})
    void pathsAndWholeUrisAreTargets(String target) {
        assertDoesNotThrow(() -> check("GET " + target + " HTTP/1.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "a", "a:1", "/a#b", "http://a/#b", "ftp://a/", "http:a", "http:///a", "http://a/%",
        "?a"})
    void otherTargetsAreRefused(String target) {
        var e = assertThrows(HandshakeException.class, () -> check("GET " + target + " HTTP/1.1"));
        assertTrue(e.getMessage().startsWith("request target"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"a?secret, 'a?...'", "/a?secret#b, '/a?...'", "ftp://user:secret@a/b?secret, 'ftp://a/b?...'",
        "http:///@?secret, 'http:///@?...'", "a@b/c, 'a@b/c'"})
    void noSecretOfAnotherTargetIsShown(String target, String shown) {
        var e = assertThrows(HandshakeException.class, () -> check("GET " + target + " HTTP/1.1"));
        assertEquals("request target: expected a path, got '" + shown + "'", e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret token", "secret, secret"})
    void noSubprotocolIsShown(String offered) {
        var e = assertThrows(HandshakeException.class, () -> check("Sec-WebSocket-Protocol: " + offered));
        assertFalse(e.getMessage().contains("secret"), e.getMessage());
    }

    @Test
    void subprotocolsAreOfferedInOrder() throws HandshakeException {
        assertEquals(List.of("b", "a", "c.d"),
                check("Sec-WebSocket-Protocol: b, a ~ +Sec-WebSocket-Protocol: c.d").subprotocols());
        assertEquals(List.of(), check("").subprotocols());
        assertEquals(List.of("a", "A"), check("Sec-WebSocket-Protocol: a,A").subprotocols());
    }

    @Test
    void theSmallestResponse() throws HandshakeException {
        var handshake = check("");
        assertEquals("""
                HTTP/1.1 101 Switching Protocols
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=

                """.replace("\n", "\r\n"),
                Heads.text(handshake.accept(Optional.empty(), Optional.empty(), Headers.none()).encode()));
    }

    @Test
    void theLargestResponse() throws HandshakeException {
        var handshake = check(
                "Sec-WebSocket-Protocol: a, b ~ Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits");
        var wishes = new DeflateParameters(15, 9, true, false);
        assertEquals("""
                HTTP/1.1 101 Switching Protocols
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
                Sec-WebSocket-Protocol: b
                Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_max_window_bits=9
                Set-Cookie: c=d

                """.replace("\n", "\r\n"),
                Heads.text(handshake.accept(Optional.of("b"), handshake.extensions().accept(wishes),
                        Headers.of("Set-Cookie", "c=d")).encode()));
    }

    @Test
    void onlyAnOfferedSubprotocolCanBeChosen() throws HandshakeException {
        var handshake = check("Sec-WebSocket-Protocol: a, b");
        for (String other : List.of("c", "A", "", "a, b")) {
            assertThrows(IllegalArgumentException.class,
                    () -> handshake.accept(Optional.of(other), Optional.empty(), Headers.none()));
        }
        assertThrows(IllegalArgumentException.class,
                () -> check("").accept(Optional.of("a"), Optional.empty(), Headers.none()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Upgrade", "CONNECTION", "Sec-WebSocket-Accept", "sec-websocket-protocol",
        "Sec-WebSocket-Extensions", "Sec-WebSocket-Version", "Sec-WebSocket-Key", "Content-Length", "Transfer-Encoding",
        "Host"})
    void theHandshakesOwnFieldsAreNotTheCallersToAdd(String name) throws HandshakeException {
        var handshake = check("");
        var e = assertThrows(IllegalArgumentException.class,
                () -> handshake.accept(Optional.empty(), Optional.empty(), Headers.of("A", "b", name, "x")));
        assertTrue(e.getMessage().contains("header " + name), e.getMessage());
    }

    @Test
    void anAnswerToARefusalIsARefusal() {
        var e = assertThrows(HandshakeException.class, () -> check("-Upgrade"));
        String answer = Heads.text(FinalAnswer.refuse(e).encode());
        assertTrue(answer.startsWith("HTTP/1.1 426 Upgrade Required\r\nConnection: close, Upgrade\r\n"), answer);
        assertTrue(answer.contains("\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"), answer);
        assertFalse(answer.contains("101"), answer);
    }
}
