package dev.asyncio.net.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// Who one says one is in a handshake: a chain of certificates and the first one's private key.
///
/// @param chain the certificate first, then those of the authorities that vouch for it, each for the one before
/// @param key the private key of the first certificate
public record TlsIdentity(List<X509Certificate> chain, PrivateKey key) {

    private static final int DNS_NAME = 2; // RFC 5280, section 4.2.1.6
    private static final byte[] PROBE = {'k', 'e', 'y'};
    private static final PSSParameterSpec PSS_PARAMETERS = new PSSParameterSpec(
            "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

    /// Checks that the key belongs to the first certificate.
    ///
    /// @throws IllegalArgumentException if it does not, or cannot be tried, or the chain is empty
    public TlsIdentity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("TLS identity: expected a certificate, got none");
        }
        requireBelong(chain.getFirst(), key);
    }

    /// Reads two PEM files, as authorities give them out.
    ///
    /// @param chain certificates, the identity's own first
    /// @param key its private key in PKCS#8, not encrypted
    /// @return the identity
    /// @throws IOException if a file cannot be read
    /// @throws IllegalArgumentException if a file has not what it should, or the two do not belong together
    public static TlsIdentity fromPem(Path chain, Path key) throws IOException {
        return fromPem(Files.readString(chain), chain.toString(), Files.readString(key), key.toString());
    }

    /// Reads PEM text.
    ///
    /// @param chain certificates, the identity's own first
    /// @param key its private key in PKCS#8, not encrypted
    /// @return the identity
    /// @throws IllegalArgumentException if a text has not what it should, or the two do not belong together
    public static TlsIdentity fromPem(String chain, String key) {
        return fromPem(chain, "TLS chain", key, "TLS key");
    }

    private static TlsIdentity fromPem(String chainPem, String chainPlace, String keyPem, String keyPlace) {
        List<X509Certificate> chain = Pem.certificates(chainPem, chainPlace);
        String algorithm = chain.getFirst().getPublicKey().getAlgorithm();
        return new TlsIdentity(chain, Pem.privateKey(keyPem, algorithm, keyPlace));
    }

    /// Takes the identities of a key store: every private key in it with its chain, in the order of their aliases.
    ///
    /// @param store a loaded key store
    /// @param password of its keys
    /// @return the identities, at least one
    /// @throws IllegalArgumentException if there is none, or the password is wrong
    public static List<TlsIdentity> fromKeyStore(KeyStore store, char[] password) {
        var identities = new ArrayList<TlsIdentity>();
        try {
            for (String alias : Collections.list(store.aliases()).stream().sorted().toList()) {
                if (store.getKey(alias, password) instanceof PrivateKey key) {
                    Certificate[] chain = store.getCertificateChain(alias);
                    identities.add(
                            new TlsIdentity(Arrays.stream(chain).map(X509Certificate.class::cast).toList(), key));
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("TLS key store: " + e.getMessage(), e);
        }
        if (identities.isEmpty()) {
            throw new IllegalArgumentException("TLS key store: expected a private key, found none");
        }
        return List.copyOf(identities);
    }

    /// The chain as PEM text.
    ///
    /// @return certificates, the identity's own first
    public String chainPem() {
        var pem = new StringBuilder();
        for (X509Certificate certificate : chain) {
            try {
                pem.append(Pem.encode("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate without an encoding: " + certificate, e);
            }
        }
        return pem.toString();
    }

    /// The private key as PEM text, in PKCS#8. It is a secret.
    ///
    /// @return the key
    public String keyPem() {
        return Pem.encode("PRIVATE KEY", key.getEncoded());
    }

    /// Names no secret.
    @Override
    public String toString() {
        return "TlsIdentity[" + chain.getFirst().getSubjectX500Principal() + "]";
    }

    /// Whether a certificate speaks for a host (RFC 9525, section 6.3): by its name, or by a wildcard in place of the
    /// first label.
    boolean isFor(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        String wildcard = "*" + name.substring(Math.max(0, name.indexOf('.')));
        return names().stream().anyMatch(each -> each.equals(name) || each.equals(wildcard));
    }

    /// The host names that the certificate speaks for.
    List<String> names() {
        try {
            Collection<List<?>> names = chain.getFirst().getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> name.getFirst().equals(DNS_NAME))
                            .map(name -> name.get(1).toString().toLowerCase(Locale.ROOT))
                            .toList();
        } catch (CertificateParsingException _) {
            return List.of();
        }
    }

    private static void requireBelong(X509Certificate certificate, PrivateKey key) {
        boolean belong;
        try {
            belong = belong(certificate, key);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "TLS identity: the private key could not be tried with the certificate of "
                            + certificate.getSubjectX500Principal() + ": " + e.getMessage(),
                    e);
        }
        if (!belong) {
            throw new IllegalArgumentException("TLS identity: the private key is not that of the certificate of "
                    + certificate.getSubjectX500Principal());
        }
    }

    private static boolean belong(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm(); // EdDSA and its like are their own signature
        };
        var signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        setParameters(signing, key);
        signing.update(PROBE);
        byte[] signature = signing.sign();
        var verifying = Signature.getInstance(algorithm);
        verifying.initVerify(certificate.getPublicKey());
        setParameters(verifying, key);
        verifying.update(PROBE);
        try {
            return verifying.verify(signature);
        } catch (SignatureException _) { // none of this key's: it is longer, say
            return false;
        }
    }

    /// There is no RSASSA-PSS without parameters, which a key may prescribe (RFC 4055, section 3.1).
    private static void setParameters(Signature signature, PrivateKey key) throws GeneralSecurityException {
        if (key.getAlgorithm().equals("RSASSA-PSS")) {
            AlgorithmParameterSpec prescribed = key instanceof RSAKey rsa ? rsa.getParams() : null;
            signature.setParameter(prescribed == null ? PSS_PARAMETERS : prescribed);
        }
    }
}
