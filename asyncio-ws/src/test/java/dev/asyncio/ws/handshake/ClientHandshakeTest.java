package dev.asyncio.ws.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.ws.handshake.ClientHandshake.Agreement;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHandshakeTest {

    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final URI CHAT = URI.create("ws://example.com:8080/chat?a=b");
    private static final Optional<DeflateParameters> NO_DEFLATE = Optional.empty();

    private static final List<String> GOOD = List.of(
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

    private final ClientHandshake plain = new ClientHandshake(CHAT, List.of(), NO_DEFLATE, Headers.none(), KEY);
    private final ClientHandshake full = new ClientHandshake(CHAT, List.of("a", "b"),
            Optional.of(DeflateParameters.defaults()), Headers.of("Origin", "http://o", "Cookie", "c=d"), KEY);

    @Test
    void theSmallestRequest() {
        assertEquals("""
                GET /chat?a=b HTTP/1.1
                Host: example.com:8080
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
                Sec-WebSocket-Version: 13

                """.replace("\n", "\r\n"), Heads.text(plain.request().encode()));
        assertEquals(Target.of(CHAT), plain.target());
    }

    @Test
    void theLargestRequest() {
        assertEquals("""
                GET /chat?a=b HTTP/1.1
                Host: example.com:8080
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Protocol: a, b
                Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits
                Origin: http://o
                Cookie: c=d

                """.replace("\n", "\r\n"), Heads.text(full.request().encode()));
    }

    @Test
    void eachRequestHasAKeyOfItsOwn() {
        var one = new ClientHandshake(CHAT, List.of(), NO_DEFLATE, Headers.none());
        var other = new ClientHandshake(CHAT, List.of(), NO_DEFLATE, Headers.none());
        assertTrue(AcceptKey.isWellFormed(one.request().headers().first("Sec-WebSocket-Key").orElseThrow()));
        assertNotEquals(one.request().headers().all("Sec-WebSocket-Key"),
                other.request().headers().all("Sec-WebSocket-Key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version",
        "SEC-WEBSOCKET-PROTOCOL", "Sec-WebSocket-Extensions", "Sec-WebSocket-Accept", "Content-Length",
        "Transfer-Encoding"})
    void theHandshakesOwnFieldsAreNotTheCallersToAdd(String name) {
        var e = assertThrows(IllegalArgumentException.class,
                () -> new ClientHandshake(CHAT, List.of(), NO_DEFLATE, Headers.of(name, "x")));
        assertTrue(e.getMessage().contains("header " + name), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``   | is no token
            a b  | is no token
            a,b  | is no token
            ü    | is no token
            x    | is there twice
            """)
    void subprotocolsAreTokensEachOnce(String subprotocol, String message) {
        var e = assertThrows(IllegalArgumentException.class,
                () -> new ClientHandshake(CHAT, List.of("x", subprotocol), NO_DEFLATE, Headers.none()));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void noSubprotocolIsShown() {
        var handshake = new ClientHandshake(CHAT, List.of("secret"), NO_DEFLATE, Headers.none(), KEY);
        var chosen = assertThrows(HandshakeException.class,
                () -> handshake.check(response("Sec-WebSocket-Protocol: another-secret")));
        assertFalse(chosen.getMessage().contains("secret"), chosen.getMessage());
        for (List<String> offered : List.of(List.of("secret token"), List.of("secret", "secret"))) {
            var refused = assertThrows(IllegalArgumentException.class,
                    () -> ClientHandshake.requireDistinctTokens(offered));
            assertFalse(refused.getMessage().contains("secret"), refused.getMessage());
        }
    }

    private static HttpHead.Response response(String changes) throws HandshakeException {
        return Heads.response(Heads.changed(GOOD, changes));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                                                         |   | false
            HTTP/1.1 101                                 |   | false
            Upgrade: WebSocket                           |   | false
            Connection: keep-alive, upgrade              |   | false
            Set-Cookie: a ~ +Set-Cookie: b               |   | false
            Sec-WebSocket-Protocol: b                    | b | false
            Sec-WebSocket-Extensions: permessage-deflate |   | true
            """)
    void responsesThatAreTaken(String changes, String subprotocol, boolean hasDeflate) throws HandshakeException {
        Optional<DeflateParameters> deflate = hasDeflate ? Optional.of(DeflateParameters.defaults()) : NO_DEFLATE;
        assertEquals(new Agreement(Optional.ofNullable(subprotocol), deflate), full.check(response(changes)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            HTTP/1.0 101 x                    | response: expected HTTP/1.1, got HTTP/1.0
            -Upgrade                          | header Upgrade: expected websocket, got none
            Upgrade: h2c                      | header Upgrade: expected websocket, got 'h2c'
            Upgrade: websocket, h2c           | header Upgrade: expected websocket, got 'websocket, h2c'
            -Connection                       | header Connection: expected Upgrade, got none
            Connection: close                 | header Connection: expected Upgrade, got 'close'
            -Sec-WebSocket-Accept             | header Sec-WebSocket-Accept: expected s3pPLMBiTxaQ9kYGzzhZRbK
            Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo= | header Sec-WebSocket-Accept: expected s3pP
            +Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo= | header Sec-WebSocket-Accept: expected s3pP
            Sec-WebSocket-Protocol: c         | header Sec-WebSocket-Protocol: expected one that was offered
            Sec-WebSocket-Protocol: A         | header Sec-WebSocket-Protocol: expected one that was offered
            Sec-WebSocket-Protocol:           | header Sec-WebSocket-Protocol: expected one that was offered
            Sec-WebSocket-Protocol: a, b      | header Sec-WebSocket-Protocol: expected one that was offered
            Sec-WebSocket-Protocol: a ~ +Sec-WebSocket-Protocol: a | header Sec-WebSocket-Protocol: expected one
            Sec-WebSocket-Extensions: x       | header Sec-WebSocket-Extensions: 'x' was not offered
            Sec-WebSocket-Extensions: x;      | Sec-WebSocket-Extensions: malformed
            """)
    void responsesThatBreakARule(String changes, String message) {
        var e = assertThrows(HandshakeException.class, () -> full.check(response(changes)));
        assertEquals(HandshakeException.class, e.getClass());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Protocol: a", "Sec-WebSocket-Extensions: permessage-deflate"})
    void whatWasNotOfferedCannotBeChosen(String change) throws HandshakeException {
        full.check(response(change));
        assertThrows(HandshakeException.class, () -> plain.check(response(change)));
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 200, 302, 401, 403, 426, 503})
    void aRefusalCarriesWhatTheServerSaid(int status) {
        var e = assertThrows(HandshakeRefusedException.class,
                () -> plain.check(Heads.response("HTTP/1.0 " + status + " Some Words", "Location: http://b/")));
        assertEquals(status, e.status());
        assertEquals(Optional.of("http://b/"), e.headers().first("location"));
        assertEquals("WebSocket handshake refused: '" + status + " Some Words'", e.getMessage());
    }

    @Test
    void ourOwnSidesUnderstandEachOther() throws HandshakeException {
        var client = new ClientHandshake(CHAT, List.of("x", "y"), Optional.of(DeflateParameters.defaults()),
                Headers.none());
        var server = ServerHandshake.check(Heads.requestParser().feed(client.request().encode()));
        var deflate = server.extensions().accept(new DeflateParameters(12, 11, true, true));
        var response = server.accept(Optional.of("y"), deflate, Headers.none());
        assertEquals(new Agreement(Optional.of("y"), deflate.map(ExtensionOffers.Accepted::parameters)),
                client.check(Heads.responseParser().feed(response.encode())));
    }
}
