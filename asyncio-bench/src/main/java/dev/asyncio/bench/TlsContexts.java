package dev.asyncio.bench;

import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.TlsIdentity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Keys and trust, the same for all contenders, by the JDK's own managers.
final class TlsContexts {

    /// A host that the servers prove to be.
    static final String HOST = "localhost";

    /// All hosts of this domain are the servers', too.
    static final String DOMAIN = ".tls.test";

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("asyncio bench");

    private TlsContexts() {}

    static SSLContext newServerContext() {
        TlsIdentity identity = AUTHORITY.issue(HOST, "*" + DOMAIN);
        try {
            KeyStore store = emptyStore();
            store.setKeyEntry("server", identity.key(), new char[0], identity.chain().toArray(Certificate[]::new));
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            var context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("no TLS context", e);
        }
    }

    static SSLContext newClientContext() {
        return trusting(AUTHORITY.certificate());
    }

    /// For a client.
    static SSLContext trusting(X509Certificate authority) {
        try {
            KeyStore store = emptyStore();
            store.setCertificateEntry("authority", authority);
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("no TLS context", e);
        }
    }

    /// A word of a line by which one process tells another whom to trust.
    static String toWord(X509Certificate authority) {
        try {
            return Base64.getEncoder().encodeToString(authority.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("no certificate", e);
        }
    }

    static X509Certificate ofWord(String word) throws CertificateException {
        var encoded = new ByteArrayInputStream(Base64.getDecoder().decode(word));
        return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(encoded);
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }
}
