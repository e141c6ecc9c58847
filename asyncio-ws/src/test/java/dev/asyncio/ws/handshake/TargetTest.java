package dev.asyncio.ws.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # URI                        | TLS   | host       | port  | Host field     | resource
            ws://example.com             | false | example.com | 80   | example.com    | /
            wss://example.com/           | true  | example.com | 443  | example.com    | /
            WS://Example.com/a/b?c=d&e   | false | Example.com | 80   | Example.com    | /a/b?c=d&e
            ws://a:80                    | false | a          | 80    | a              | /
            wss://a:443                  | true  | a          | 443   | a              | /
            ws://a:443                   | false | a          | 443   | a:443          | /
            wss://a:80                   | true  | a          | 80    | a:80           | /
            ws://a:                      | false | a          | 80    | a              | /
            ws://a:65535?q               | false | a          | 65535 | a:65535        | /?q
            ws://a?                      | false | a          | 80    | a              | /?
            ws://127.0.0.1:8080/x        | false | 127.0.0.1  | 8080  | 127.0.0.1:8080 | /x
            ws://[::1]/                  | false | ::1        | 80    | [::1]          | /
            wss://[::1]:8443/            | true  | ::1        | 8443  | [::1]:8443     | /
            ws://[fe80::1%eth0]:81/      | false | fe80::1%eth0 | 81  | [fe80::1]:81   | /
            ws://my_host:81/             | false | my_host    | 81    | my_host:81     | /
            ws://a/%20%2F/ü?€            | false | a          | 80    | a              | /%20%2F/%C3%BC?%E2%82%AC
            ws://a//b                    | false | a          | 80    | a              | //b
            """)
    void urisAreTakenApart(URI uri, boolean isSecure, String host, int port, String hostField, String resourceName) {
        assertEquals(new Target(isSecure, host, port, hostField, resourceName), Target.of(uri));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            http://a         | expected scheme ws or wss, got 'http'
            /a               | expected scheme ws or wss, got ''
            //a/b            | expected scheme ws or wss, got ''
            ws:a             | expected a host
            ws:/a            | expected a host
            ws:///a          | expected a host
            ws://a/#         | expected no fragment
            ws://a/b#c       | expected no fragment
            ws://a:0         | expected a port of 1 to 65535
            ws://a:65536     | expected a host name or address
            ws://a:x         | expected a host name or address
            ws://:80         | expected a host name or address
            ws://bücher.example | expected a host name or address
            """)
    void otherUrisAreRefused(String uri, String message) {
        var e = assertThrows(IllegalArgumentException.class, () -> Target.of(URI.create(uri)));
        assertTrue(e.getMessage().startsWith("URI: " + message), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ws://user:secret@a/", "ws://secret@a/#b", "wss://secret:@[::1]/"})
    void userInformationIsRefusedAndNotShown(String uri) {
        var e = assertThrows(IllegalArgumentException.class, () -> Target.of(URI.create(uri)));
        assertTrue(e.getMessage().contains("user information"), e.getMessage());
        assertFalse(e.getMessage().contains("secret"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a/?secret", "ws:a?secret", "ws:user:secret@a", "ws://a/?secret#b",
        "ws://a/#secret", "ws://a:0/?secret", "ws://a:x/?secret"})
    void noSecretOfAnotherUriIsShown(String uri) {
        var e = assertThrows(IllegalArgumentException.class, () -> Target.of(URI.create(uri)));
        assertFalse(e.getMessage().contains("secret"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"ws://a, ws://a/", "wss://a:443/b/c?secret, wss://a/b/c", "ws://[::1]:81?secret?, ws://[::1]:81/"})
    void aTargetIsShownWithoutItsQuery(URI uri, String shown) {
        assertEquals(shown, Target.of(uri).toString());
    }

    @Test
    void anAddressWithAPortIsWrittenInBrackets() {
        assertEquals("[::1]:80", new Authority("::1", 80).toString());
        assertEquals("a", new Authority("a", Authority.NO_PORT).toString());
    }
}
