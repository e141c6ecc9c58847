package dev.asyncio.net.testing;

import dev.asyncio.net.tls.TlsIdentity;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/// Makes certificates in memory (X.509 version 3, RFC 5280): for tests, and for an example that has none.
///
/// ```java
/// var authority = CertificateAuthority.create("Test");
/// TlsOptions server = TlsOptions.builder().identity(authority.issue("localhost", "127.0.0.1")).build();
/// TlsOptions client = TlsOptions.builder().authorities(authority.certificate()).build();
/// ```
public final class CertificateAuthority {

    private static final Duration CLOCK_SKEW = Duration.ofDays(1);
    private static final Duration LIFETIME = Duration.ofDays(3650);
    private static final int RSA_BITS = 2048;
    private static final int SERIAL_BITS = 159; // RFC 5280, section 4.1.2.2: at most 20 octets, positive

    /// Keys that certificates are made for.
    public enum KeyType {
        /// The curve P-256, which is fast to make.
        EC,
        /// RSA of 2,048 bits.
        RSA,
        /// The same, for PSS signatures alone (RFC 4055).
        RSASSA_PSS
    }

    private static final SecureRandom RANDOM = new SecureRandom();

    private final X509Certificate certificate;
    private final PrivateKey key;

    /// Its own certificate and those above, but for the root's, which the peer has.
    private final List<X509Certificate> chain;

    private CertificateAuthority(X509Certificate certificate, PrivateKey key, List<X509Certificate> chain) {
        this.certificate = certificate;
        this.key = key;
        this.chain = chain;
    }

    /// Makes an authority that vouches for itself.
    ///
    /// @param name its common name
    /// @return the authority
    public static CertificateAuthority create(String name) {
        KeyPair keys = newKeys(KeyType.EC);
        X500Principal subject = commonName(name);
        X509Certificate certificate = sign(
                subject, keys.getPrivate(), keys.getPublic(), authorityBody(subject, keys.getPublic()));
        return new CertificateAuthority(certificate, keys.getPrivate(), List.of());
    }

    /// Makes an authority that this one vouches for.
    ///
    /// @param name its common name
    /// @return an authority whose identities have its certificate in their chains
    public CertificateAuthority issueAuthority(String name) {
        KeyPair keys = newKeys(KeyType.EC);
        X509Certificate issued = sign(
                certificate.getSubjectX500Principal(), key, certificate.getPublicKey(),
                authorityBody(commonName(name), keys.getPublic()));
        var above = new ArrayList<>(List.of(issued));
        above.addAll(chain);
        return new CertificateAuthority(issued, keys.getPrivate(), above);
    }

    /// What those must trust who are to trust its identities.
    ///
    /// @return the authority's certificate
    public X509Certificate certificate() {
        return certificate;
    }

    /// Makes a certificate that is good for servers and clients, from a day ago for ten years.
    ///
    /// @param hosts names, perhaps with a wildcard, and literal addresses
    /// @return the identity
    public TlsIdentity issue(String... hosts) {
        Instant now = Instant.now();
        return issue(KeyType.EC, now.minus(CLOCK_SKEW), now.plus(LIFETIME), hosts);
    }

    /// Makes a certificate that is good for servers and clients.
    ///
    /// @param type of its key
    /// @param from when it begins to be good
    /// @param until when it ends
    /// @param hosts names, perhaps with a wildcard, and literal addresses
    /// @return the identity
    /// @throws IllegalArgumentException if it would end before it begins, or a host is none
    public TlsIdentity issue(KeyType type, Instant from, Instant until, String... hosts) {
        KeyPair keys = newKeys(type);
        X509Certificate leaf = sign(
                certificate.getSubjectX500Principal(), key, certificate.getPublicKey(),
                leafBody(type, keys.getPublic(), from, until, hosts));
        var whole = new ArrayList<>(List.of(leaf));
        whole.addAll(chain);
        return new TlsIdentity(whole, keys.getPrivate());
    }

    /// Makes a certificate that nobody vouches for.
    ///
    /// @param hosts names, perhaps with a wildcard, and literal addresses
    /// @return the identity
    public static TlsIdentity selfSigned(String... hosts) {
        KeyPair keys = newKeys(KeyType.EC);
        Instant now = Instant.now();
        Body body = leafBody(KeyType.EC, keys.getPublic(), now.minus(CLOCK_SKEW), now.plus(LIFETIME), hosts);
        X509Certificate certificate = sign(body.subject, keys.getPrivate(), keys.getPublic(), body);
        return new TlsIdentity(List.of(certificate), keys.getPrivate());
    }

    /// What is signed, but for the issuer's part.
    private record Body(X500Principal subject, PublicKey key, Instant from, Instant until, List<byte[]> extensions) {}

    private static Body authorityBody(X500Principal subject, PublicKey key) {
        Instant now = Instant.now();
        return new Body(subject, key, now.minus(CLOCK_SKEW), now.plus(LIFETIME), List.of(
                extension("2.5.29.19", true, Der.sequence(Der.isTrue())), // 4.2.1.9: may issue
                extension("2.5.29.15", true, Der.bits(1, (byte) 0b0000_0110)), // 4.2.1.3: certificates, revocations
                extension("2.5.29.14", false, Der.octets(keyId(key))))); // 4.2.1.2
    }

    private static Body leafBody(KeyType type, PublicKey key, Instant from, Instant until, String... hosts) {
        if (!from.isBefore(until)) {
            throw new IllegalArgumentException("certificate: expected an end after " + from + ", got " + until);
        }
        if (hosts.length == 0) {
            throw new IllegalArgumentException("certificate: expected at least one host, got none");
        }
        byte[][] names = new byte[hosts.length][];
        for (int i = 0; i < hosts.length; i++) {
            names[i] = generalName(hosts[i]);
        }
        byte[] usage = type == KeyType.RSA
                ? Der.bits(5, (byte) 0b1010_0000) // signatures, and keys of the older key exchange
                : Der.bits(7, (byte) 0b1000_0000);
        return new Body(commonName(hosts[0]), key, from, until, List.of(
                extension("2.5.29.15", true, usage), // 4.2.1.3
                extension("2.5.29.37", false, Der.sequence( // 4.2.1.12: servers and clients
                        Der.objectId("1.3.6.1.5.5.7.3.1"), Der.objectId("1.3.6.1.5.5.7.3.2"))),
                extension("2.5.29.17", false, Der.sequence(names)))); // 4.2.1.6
    }

    /// 4.2.1.6: a name, or an address.
    private static byte[] generalName(String host) {
        if (host.indexOf(':') >= 0 || host.matches("[0-9.]+")) {
            try {
                return Der.implicit(7, InetAddress.ofLiteral(host).getAddress());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("certificate: expected a host or an address, got " + host, e);
            }
        }
        if (!host.matches("[A-Za-z0-9*._-]+")) {
            throw new IllegalArgumentException("certificate: expected a host or an address, got \"" + host + "\"");
        }
        return Der.implicit(2, host.getBytes(StandardCharsets.US_ASCII));
    }

    /// 4.1: the whole certificate.
    private static X509Certificate sign(X500Principal issuer, PrivateKey issuerKey, PublicKey issuerPublic, Body body) {
        boolean isRsa = issuerKey.getAlgorithm().equals("RSA");
        byte[] algorithm = isRsa
                ? Der.sequence(Der.objectId("1.2.840.113549.1.1.11"), Der.isNull())
                : Der.sequence(Der.objectId("1.2.840.10045.4.3.2"));
        var extensions = new ArrayList<>(body.extensions);
        extensions.add(extension("2.5.29.35", false, Der.sequence(Der.implicit(0, keyId(issuerPublic))))); // 4.2.1.1
        byte[] toBeSigned = Der.sequence(
                Der.explicit(0, Der.integer(BigInteger.TWO)), // version 3
                Der.integer(new BigInteger(SERIAL_BITS, RANDOM).add(BigInteger.ONE)),
                algorithm,
                issuer.getEncoded(),
                Der.sequence(Der.time(body.from), Der.time(body.until)),
                body.subject.getEncoded(),
                body.key.getEncoded(),
                Der.explicit(3, Der.sequence(extensions.toArray(byte[][]::new))));
        try {
            var signing = Signature.getInstance(isRsa ? "SHA256withRSA" : "SHA256withECDSA");
            signing.initSign(issuerKey);
            signing.update(toBeSigned);
            byte[] signed = Der.sequence(toBeSigned, algorithm, Der.bits(0, signing.sign()));
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(signed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("certificate for " + body.subject, e);
        }
    }

    private static byte[] extension(String id, boolean isCritical, byte[] value) {
        return isCritical
                ? Der.sequence(Der.objectId(id), Der.isTrue(), Der.octets(value))
                : Der.sequence(Der.objectId(id), Der.octets(value));
    }

    /// 4.2.1.2: any value will do that is the key's own.
    private static byte[] keyId(PublicKey key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static X500Principal commonName(String name) {
        return new X500Principal("CN=\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
    }

    private static KeyPair newKeys(KeyType type) {
        try {
            var generator = KeyPairGenerator.getInstance(type.name().replace('_', '-'));
            if (type == KeyType.EC) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else {
                generator.initialize(RSA_BITS);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + type, e);
        }
    }
}
