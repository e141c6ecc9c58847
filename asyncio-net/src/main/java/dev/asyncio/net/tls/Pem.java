package dev.asyncio.net.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads certificates and keys as text (RFC 7468).
final class Pem {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private Pem() {}

    /// @param where for errors: a file, say
    static List<X509Certificate> certificates(String pem, String where) {
        var certificates = new ArrayList<X509Certificate>();
        Matcher block = BLOCK.matcher(pem);
        while (block.find()) {
            if (block.group(1).equals("CERTIFICATE")) {
                certificates.add(certificate(decode(block.group(2), where), where));
            }
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException(where + ": expected BEGIN CERTIFICATE, found none");
        }
        return List.copyOf(certificates);
    }

    private static X509Certificate certificate(byte[] der, String where) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException e) {
            throw new IllegalArgumentException(where + ": certificate: " + e.getMessage(), e);
        }
    }

    /// @param algorithm of the key, which PKCS#8 says as well, but not in the JDK's words
    static PrivateKey privateKey(String pem, String algorithm, String where) {
        Matcher block = BLOCK.matcher(pem);
        String other = "none";
        while (block.find()) {
            String type = block.group(1);
            if (type.equals("PRIVATE KEY")) {
                return privateKey(decode(block.group(2), where), algorithm, where);
            }
            if (type.endsWith("PRIVATE KEY")) {
                other = "BEGIN " + type + ", which `openssl pkcs8 -topk8 -nocrypt` makes one of";
            }
        }
        throw new IllegalArgumentException(where + ": expected BEGIN PRIVATE KEY (PKCS#8), found " + other);
    }

    private static PrivateKey privateKey(byte[] der, String algorithm, String where) {
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    where + ": private key: expected one for " + algorithm + ", as the certificate has: "
                            + e.getMessage(),
                    e);
        }
    }

    private static byte[] decode(String base64, String where) {
        try {
            return Base64.getMimeDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(where + ": not base64: " + e.getMessage(), e);
        }
    }

    static String encode(String type, byte[] der) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + lines + "\n-----END " + type + "-----\n";
    }
}
