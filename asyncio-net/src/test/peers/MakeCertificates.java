import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.testing.CertificateAuthority.KeyType;
import dev.asyncio.net.tls.TlsIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/// `java MakeCertificates.java DIR`: writes an authority's certificate, as `ca.pem` and as a trust store `ca.p12`, and
/// what it issues to `localhost`, as `chain.pem` and `key.pem`. Prints the hash of the public key, as Chromium wants it.
final class MakeCertificates {

    static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        var authority = CertificateAuthority.create("Peers");
        Instant now = Instant.now();
        TlsIdentity identity = authority.issue(
                KeyType.EC, now.minus(Duration.ofHours(1)), now.plus(Duration.ofDays(30)), "localhost", "127.0.0.1");
        Files.writeString(folder.resolve("chain.pem"), identity.chainPem());
        Files.writeString(folder.resolve("key.pem"), identity.keyPem());
        Files.writeString(folder.resolve("ca.pem"), pem(authority.certificate().getEncoded()));
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", authority.certificate());
        try (var file = Files.newOutputStream(folder.resolve("ca.p12"))) {
            store.store(file, "secret".toCharArray());
        }
        byte[] publicKey = identity.chain().getFirst().getPublicKey().getEncoded();
        System.out.println(
                Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(publicKey)));
    }

    private static String pem(byte[] encoded) {
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder(64, "\n".getBytes()).encodeToString(encoded)
                + "\n-----END CERTIFICATE-----\n";
    }
}
