package dev.asyncio.net.tls;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.testing.MemoryStream;
import dev.asyncio.net.tls.TlsOptions.ClientAuth;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sessions are resumed. In one that is, the server does not prove once more who it is, so its client has nothing to
/// verify.
@ExtendWith(NothingLeftOver.class)
class TlsResumptionTest {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");
    private static final TlsIdentity SERVER = AUTHORITY.issue("localhost", "127.0.0.1");
    private static final TlsIdentity SOMEONE = AUTHORITY.issue("someone");

    private List<TlsIdentity> clientIdentities = List.of();
    private final VerificationCounter verifications = new VerificationCounter(trust());

    private static TlsOptions.Builder server(String protocol) {
        return TlsOptions.builder()
                .protocols(protocol)
                .closeTimeout(Duration.ofMillis(100))
                .identity(SERVER);
    }

    private TlsOptions.Builder client(String protocol) throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        var keys = new IdentityKeyManager(() -> clientIdentities);
        context.init(new KeyManager[] {keys}, new TrustManager[] {verifications}, null);
        return TlsOptions.builder()
                .protocols(protocol)
                .closeTimeout(Duration.ofMillis(100))
                .context(context);
    }

    private static X509ExtendedTrustManager trust() {
        try {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("authority", AUTHORITY.certificate());
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Counts the servers that a client has looked at.
    private static final class VerificationCounter extends X509ExtendedTrustManager {

        private final X509ExtendedTrustManager verifier;
        private int count;

        VerificationCounter(X509ExtendedTrustManager verifier) {
            this.verifier = verifier;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String keyType, SSLEngine engine)
                throws CertificateException {
            count++;
            verifier.checkServerTrusted(chain, keyType, engine);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return verifier.getAcceptedIssuers();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String keyType, SSLEngine engine) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String keyType, Socket socket) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String keyType, Socket socket) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String keyType) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String keyType) {
            throw new UnsupportedOperationException();
        }
    }

    /// Says a byte each way, since tickets come with what is read (RFC 8446, section 4.6.1).
    ///
    /// @return whether the session was resumed
    private boolean isResumed(TlsOptions client, TlsOptions server, String host) throws Exception {
        int countBefore = verifications.count;
        try (var streams = MemoryStream.pair()) {
            var serving = Waiting.start(ThreadKind.VIRTUAL, () -> {
                try (var stream = TlsStream.server(streams.right(), server, patience())) {
                    var received = ByteBuffer.allocate(1);
                    stream.readFully(received, patience());
                    stream.write(received.flip(), patience());
                    assertEquals(-1, stream.read(received.clear(), patience()));
                    return stream.peerCertificates();
                }
            });
            try (var stream = TlsStream.client(streams.left(), host, client, patience())) {
                stream.write(ByteBuffer.allocate(1), patience());
                stream.readFully(ByteBuffer.allocate(1), patience());
                assertEquals(SERVER.chain(), stream.peerCertificates());
            }
            assertEquals(clientIdentities.isEmpty() ? List.of() : SOMEONE.chain(), serving.value());
        }
        return verifications.count == countBefore;
    }

    private void assertResumed(boolean expected, TlsOptions client, TlsOptions server, String host) throws Exception {
        assertEquals(expected, isResumed(client, server, host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void streamsOfTheSameOptionsResumeTheirSession(String protocol) throws Exception {
        TlsOptions client = client(protocol).build();
        TlsOptions server = server(protocol).build();
        assertResumed(false, client, server, "localhost");
        for (int i = 0; i < 3; i++) {
            assertResumed(true, client, server, "localhost");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void othersDoNot(String protocol) throws Exception {
        TlsOptions client = client(protocol).build();
        TlsOptions server = server(protocol).build();
        assertResumed(false, client, server, "localhost");
        assertResumed(false, client(protocol).build(), server, "localhost");
        assertResumed(false, client, server(protocol).build(), "localhost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aSessionIsResumedForItsHostAlone(String protocol) throws Exception {
        TlsOptions client = client(protocol).build();
        TlsOptions server = server(protocol).build();
        assertResumed(false, client, server, "localhost");
        assertResumed(false, client, server, "127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aResumedClientIsWhoItWas(String protocol) throws Exception {
        clientIdentities = List.of(SOMEONE);
        TlsOptions client = client(protocol).build();
        TlsOptions server = server(protocol)
                .authorities(AUTHORITY.certificate())
                .clientAuth(ClientAuth.REQUIRED)
                .build();
        assertResumed(false, client, server, "localhost");
        assertResumed(true, client, server, "localhost");
    }

    /// The session is none that another name could be verified by.
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void anotherNameIsStillRefused(String protocol) throws Exception {
        TlsOptions client = client(protocol).build();
        TlsOptions server = server(protocol).build();
        assertResumed(false, client, server, "localhost");
        try (var streams = MemoryStream.pair()) {
            var serving = Waiting.start(ThreadKind.VIRTUAL, () -> TlsStream.server(streams.right(), server));
            assertThrows(
                    SSLException.class,
                    () -> TlsStream.client(streams.left(), "example.org", client, patience()));
            serving.failure(IOException.class);
        }
    }
}
