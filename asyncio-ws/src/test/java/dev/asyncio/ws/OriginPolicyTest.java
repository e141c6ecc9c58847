package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.ws.handshake.Headers;
import dev.asyncio.ws.handshake.HttpHead;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 6454, sections 5 and 6.2: origins are the same if scheme, host and port are, and a port that is not there is the
/// scheme's own.
class OriginPolicyTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # allowed              | asked              | is
            https://a              | https://a          | true
            https://a:443          | https://a          | true
            https://a              | https://a:443      | true
            HTTPS://A:443          | https://a          | true
            https://[::1]:443      | https://[::1]      | true
            https://a:80           | https://a:80       | true
            https://a:80           | https://a          | false
            https://a:443          | http://a           | false
            https://a:443          | https://a:444      | false
            https://a:443          | http://a:443       | false
            https://a:4443         | https://a:4        | false
            http://a:80            | http://a           | true
            http://a:80            | https://a          | false
            http://a:443           | http://a           | false
            http://[::80]          | http://[:          | false
            app://a:80             | app://a            | false
            app://a:80             | app://a:80         | true
            null                   | null               | true
            """)
    void anAllowedOriginIsTheSameWithItsSchemesPortAndWithout(String allowed, String asked, boolean isAllowed) {
        OriginPolicy policy = WebSocketOptions.builder().allowOrigin(allowed).build().origins();
        assertEquals(isAllowed, policy.allows(request("server", asked), false));
    }

    /// The port of the Host field goes by the scheme that the request has come by (RFC 6455, section 3).
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # host  | origin             | wss   | ws, perhaps from a proxy that speaks wss
            h       | https://h          | true  | true
            h:443   | https://h          | true  | true
            h       | https://h:443      | true  | true
            H:443   | HTTPS://h          | true  | true
            [::1]:443 | https://[::1]    | true  | true
            h:8443  | https://h:8443     | true  | true
            h       | http://h           | false | true
            h:80    | http://h           | false | true
            h:80    | http://h:80        | false | true
            h:80    | https://h          | false | false
            h:443   | http://h           | false | false
            h:8443  | https://h          | false | false
            h       | https://h:8443     | false | false
            h:443   | http://h:443       | false | true
            h       | https://other      | false | false
            h       | https://h.other    | false | false
            h       | ftp://h            | false | false
            h       | h                  | false | false
            h       | https://u@h        | false | false
            h       | https://h/         | false | false
            h       | null               | false | false
            """)
    void aPageIsTheServersOwnByHostAndPort(String host, String origin, boolean isOwnOverTls, boolean isOwnWithout) {
        OriginPolicy policy = WebSocketOptions.builder().allowSameOrigin().build().origins();
        assertEquals(isOwnOverTls, policy.allows(request(host, origin), true));
        assertEquals(isOwnWithout, policy.allows(request(host, origin), false));
    }

    private static HandshakeRequest request(String host, String origin) {
        return new HandshakeRequest(HttpHead.request("GET", "/", Headers.of("Host", host, "Origin", origin)), null);
    }
}
