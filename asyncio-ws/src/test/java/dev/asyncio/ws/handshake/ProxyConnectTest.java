package dev.asyncio.ws.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.ws.handshake.ProxyConnect.Credentials;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyConnectTest {

    @ParameterizedTest
    @CsvSource({"example.com, 80, example.com:80", "127.0.0.1, 443, 127.0.0.1:443", "::1, 1, [::1]:1"})
    void thePortIsThereAlways(String host, int port, String authority) {
        assertEquals("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n",
                Heads.text(ProxyConnect.request(host, port, Optional.empty()).encode()));
    }

    /// The second is the example of RFC 7617, section 2.1.
    @ParameterizedTest
    @CsvSource({"Aladdin, open sesame, QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "test, 123£, dGVzdDoxMjPCow==", "'', ':', Ojo="})
    void credentialsAreBase64OfUtf8(String user, String password, String encoded) {
        var request = ProxyConnect.request("a", 80, Optional.of(new Credentials(user, password)));
        assertEquals(Optional.of("Basic " + encoded), request.headers().first("Proxy-Authorization"));
    }

    @ParameterizedTest
    @CsvSource({"a:b, c", "'a\r', c", "a, 'c\n'", "'a\u0000', b"})
    void credentialsThatBasicCannotSayAreRefused(String user, String password) {
        var e = assertThrows(IllegalArgumentException.class, () -> new Credentials(user, password));
        assertFalse(e.getMessage().contains(password + "'"), e.getMessage());
    }

    @Test
    void aPasswordIsNotShown() {
        assertEquals("Credentials[user]", new Credentials("user", "secret").toString());
    }

    @ParameterizedTest
    @CsvSource({"'', 80", "a, 0", "a, -1", "a, 65536", "a b, 80", "'a\r\nX: y', 80", "a/b, 80", "u@a, 80", "[::1], 80"})
    void otherHostsAndPortsAreRefused(String host, int port) {
        assertThrows(IllegalArgumentException.class, () -> ProxyConnect.request(host, port, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK", "HTTP/1.0 200 Connection established", "HTTP/1.1 299 "})
    void any2xxIsAWayThrough(String line) throws HandshakeException {
        ProxyConnect.check(Heads.response(line, "Content-Length: 5"));
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 199, 300, 403, 407, 502})
    void aRefusalCarriesWhatTheProxySaid(int status) {
        var e = assertThrows(HandshakeRefusedException.class, () -> ProxyConnect
                .check(Heads.response("HTTP/1.1 " + status + " No", "Proxy-Authenticate: Basic realm=x")));
        assertEquals(status, e.status());
        assertEquals(Optional.of("Basic realm=x"), e.headers().first("Proxy-Authenticate"));
        assertEquals("CONNECT through the proxy refused: '" + status + " No'", e.getMessage());
    }
}
