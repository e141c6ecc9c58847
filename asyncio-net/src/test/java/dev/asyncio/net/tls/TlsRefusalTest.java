package dev.asyncio.net.tls;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.testing.CertificateAuthority.KeyType;
import dev.asyncio.net.testing.FaultyStream;
import dev.asyncio.net.testing.MemoryStream;
import dev.asyncio.net.tls.TlsOptions.ClientAuth;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who refuses says why, and the one who is refused gets to know.
@ExtendWith(NothingLeftOver.class)
class TlsRefusalTest {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");
    private static final CertificateAuthority OTHER_AUTHORITY = CertificateAuthority.create("Other");
    private static final CertificateAuthority FALSE_AUTHORITY = CertificateAuthority.create("Test");
    private static final TlsIdentity LOCALHOST = AUTHORITY.issue("localhost");
    private static final Duration SOON = Duration.ofMillis(100);

    private final MemoryStream.Pair streams = MemoryStream.pair();

    /// What is wrong, and what the client and the server say.
    enum Wrong {
        EXPIRED("expired", "alert: certificate_expired|alert: certificate_unknown") {
            @Override
            void set(TlsOptions.Builder client, TlsOptions.Builder server) {
                Instant now = Instant.now();
                server.identity(
                        AUTHORITY.issue(KeyType.EC, now.minusSeconds(200), now.minusSeconds(100), "localhost"));
            }
        },
        NOT_GOOD_YET("validity check failed: NotBefore: ", "alert: bad_certificate") {
            @Override
            void set(TlsOptions.Builder client, TlsOptions.Builder server) {
                Instant now = Instant.now();
                server.identity(AUTHORITY.issue(KeyType.EC, now.plusSeconds(100), now.plusSeconds(200), "localhost"));
            }
        },
        SELF_SIGNED("unable to find valid certification path", "alert: certificate_unknown") {
            @Override
            void set(TlsOptions.Builder client, TlsOptions.Builder server) {
                server.identity(CertificateAuthority.selfSigned("localhost"));
            }
        },
        UNKNOWN_AUTHORITY("unable to find valid certification path", "alert: certificate_unknown") {
            @Override
            void set(TlsOptions.Builder client, TlsOptions.Builder server) {
                server.identity(OTHER_AUTHORITY.issue("localhost"));
            }
        },
        OTHER_HOST("localhost", "alert: certificate_unknown") {
            @Override
            void set(TlsOptions.Builder client, TlsOptions.Builder server) {
                server.identity(AUTHORITY.issue("example.org"));
            }
        },
        NO_CLIENT_CERTIFICATE("certificate_required|handshake_failure", "Empty client certificate chain") {
            @Override
            void set(TlsOptions.Builder client, TlsOptions.Builder server) {
                server.authorities(AUTHORITY.certificate()).clientAuth(ClientAuth.REQUIRED);
            }
        },
        /// Whose issuer is called as the server expects.
        CLIENT_OF_FALSE_AUTHORITY("alert: certificate_unknown|alert: bad_certificate", "PKIX path") {
            @Override
            void set(TlsOptions.Builder client, TlsOptions.Builder server) {
                client.identity(FALSE_AUTHORITY.issue("someone"));
                server.authorities(AUTHORITY.certificate()).clientAuth(ClientAuth.REQUIRED);
            }
        },
        NO_COMMON_CIPHER("alert: handshake_failure", "no cipher suites in common") {
            @Override
            void set(TlsOptions.Builder client, TlsOptions.Builder server) {
                client.cipherSuites("TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
                server.cipherSuites("TLS_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
            }
        },
        NO_COMMON_APPLICATION_PROTOCOL("alert: no_application_protocol", "No matching application layer protocol") {
            @Override
            void set(TlsOptions.Builder client, TlsOptions.Builder server) {
                client.applicationProtocols("a");
                server.applicationProtocols("b");
            }
        },
        SERVER_TOO_OLD("alert: protocol_version", "not accepted by server preferences") {
            @Override
            void set(TlsOptions.Builder client, TlsOptions.Builder server) {
                client.protocols("TLSv1.3");
                server.protocols("TLSv1.2");
            }
        },
        CLIENT_TOO_OLD("alert: protocol_version", "not accepted by server preferences") {
            @Override
            void set(TlsOptions.Builder client, TlsOptions.Builder server) {
                client.protocols("TLSv1.2");
                server.protocols("TLSv1.3");
            }
        };

        private final String clientWords;
        private final String serverWords;

        Wrong(String clientWords, String serverWords) {
            this.clientWords = clientWords;
            this.serverWords = serverWords;
        }

        abstract void set(TlsOptions.Builder client, TlsOptions.Builder server);
    }

    private static TlsOptions.Builder client() {
        return TlsOptions.builder().closeTimeout(SOON).authorities(AUTHORITY.certificate());
    }

    private static TlsOptions.Builder server() {
        return TlsOptions.builder().closeTimeout(SOON).identity(LOCALHOST);
    }

    static Stream<Arguments> wrongs() {
        return Stream.of("TLSv1.3", "TLSv1.2")
                .flatMap(protocol -> Stream.of(Wrong.values()).map(wrong -> Arguments.of(wrong, protocol)));
    }

    @AfterEach
    void close() {
        streams.close();
    }

    @ParameterizedTest
    @MethodSource("wrongs")
    void bothSidesSayWhatIsWrong(Wrong wrong, String protocol) {
        var clientOptions = client().protocols(protocol);
        var serverOptions = server().protocols(protocol);
        wrong.set(clientOptions, serverOptions);
        var serving = serve(serverOptions);
        assertSays(wrong.clientWords, assertThrows(SSLException.class, () -> {
            var stream = TlsStream.client(streams.left(), "localhost", clientOptions.build(), patience());
            stream.read(ByteBuffer.allocate(1), patience()); // in TLS 1.3 it gets to know of its own certificate here
        }));
        assertSays(wrong.serverWords, serving.failure(SSLException.class));
        assertFalse(streams.left().isOpen() || streams.right().isOpen());
    }

    private Waiting<TlsStream> serve(TlsOptions.Builder options) {
        TlsOptions built = options.build();
        return Waiting.start(ThreadKind.VIRTUAL, () -> TlsStream.server(streams.right(), built, patience()));
    }

    private static void assertSays(String pattern, SSLException refused) {
        assertTrue(Stream.of(pattern.split("\\|")).anyMatch(refused.getMessage()::contains), refused.getMessage());
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "220 mail.example.org ESMTP ready\r\n"})
    void aClientSaysThatAServerDoesNotSpeakTls(String greeting) throws Exception {
        streams.right().write(ascii(greeting));
        var refused = assertThrows(
                SSLException.class,
                () -> TlsStream.client(streams.left(), "localhost", client().build(), patience()));
        assertSays("Unsupported or unrecognized SSL message|plaintext", refused);
        assertFalse(streams.left().isOpen());
    }

    /// A record that promises too much, one of no type, a handshake that begins with its end, and an alert.
    @ParameterizedTest
    @ValueSource(strings = {"160301FFFF01", "FF0303000100", "16030300041400000000", "15030300020228"})
    void aServerRefusesWhatIsNoClientHello(String digits) throws Exception {
        var serving = serve(server());
        streams.left().write(ByteBuffer.wrap(HexFormat.of().parseHex(digits)));
        assertTrue(serving.failure(SSLException.class).getMessage().startsWith("TLS handshake as server over "));
        assertFalse(streams.right().isOpen());
    }

    /// What has come is looked at even then, so it is refused; and the client does not end.
    @Test
    void whoRefusesWaitsForNoEndBeyondTheDeadline() throws Exception {
        streams.left().write(ascii("GET / HTTP/1.1\r\n\r\n"));
        TlsOptions options = server().closeTimeout(Duration.ofHours(1)).build();
        Deadline now = Deadline.after(Duration.ZERO);
        Waiting.start(ThreadKind.VIRTUAL, () -> TlsStream.server(streams.right(), options, now))
                .failure(SSLHandshakeException.class);
    }

    /// After so many bytes of what the peer says.
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 5, 100, 200, 700})
    void aClientGivesUpOnAServerThatStalls(long byteCount) throws Exception {
        var serving = serve(server());
        var below = FaultyStream.around(streams.left()).stallsWhenRead(byteCount);
        TlsOptions options = client().handshakeTimeout(SOON).build();
        assertThrows(SocketTimeoutException.class, () -> TlsStream.client(below, "localhost", options));
        serving.failure(IOException.class);
        assertFalse(streams.left().isOpen() || streams.right().isOpen());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 5, 100, 300, 450})
    void aServerGivesUpOnAClientThatStalls(long byteCount) throws Exception {
        TlsOptions options = server().handshakeTimeout(SOON).build();
        var below = FaultyStream.around(streams.right()).stallsWhenRead(byteCount);
        var serving = Waiting.start(ThreadKind.VIRTUAL, () -> TlsStream.server(below, options));
        assertThrows(IOException.class, () -> {
            var stream = TlsStream.client(streams.left(), "localhost", client().build(), patience());
            stream.read(ByteBuffer.allocate(1), patience());
        });
        serving.failure(SocketTimeoutException.class);
        assertFalse(streams.right().isOpen());
    }

    /// Nobody reads what the handshake has to say.
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 5, 100})
    void aClientGivesUpOnAServerThatDoesNotRead(long byteCount) throws Exception {
        var below = FaultyStream.around(streams.left()).stallsWhenWritten(byteCount);
        TlsOptions options = client().handshakeTimeout(SOON).build();
        assertThrows(SocketTimeoutException.class, () -> TlsStream.client(below, "localhost", options));
        assertFalse(streams.left().isOpen());
    }
}
