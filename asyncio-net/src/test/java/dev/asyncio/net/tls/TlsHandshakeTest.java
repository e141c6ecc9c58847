package dev.asyncio.net.tls;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.testing.CertificateAuthority.KeyType;
import dev.asyncio.net.testing.MemoryStream;
import dev.asyncio.net.tls.TlsOptions.ClientAuth;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What both sides agree to, and what they refuse.
@ExtendWith(NothingLeftOver.class)
class TlsHandshakeTest {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");
    private static final TlsIdentity LOCALHOST = AUTHORITY.issue("localhost");
    private static final Duration SOON = Duration.ofMillis(100);

    private final MemoryStream.Pair streams = MemoryStream.pair();
    private TlsOptions.Builder client = options().authorities(AUTHORITY.certificate());
    private TlsOptions.Builder server = options().identity(LOCALHOST);

    private TlsStream ours;
    private TlsStream theirs;

    private static TlsOptions.Builder options() {
        return TlsOptions.builder().closeTimeout(SOON);
    }

    @AfterEach
    void close() {
        streams.close();
    }

    private void shakeHands(String host) throws Exception {
        TlsOptions options = server.build();
        var serving = Waiting.start(ThreadKind.VIRTUAL, () -> TlsStream.server(streams.right(), options));
        ours = TlsStream.client(streams.left(), host, client.build(), patience());
        theirs = serving.value();
    }

    /// Whoever is refused gets to know why, or that it was the other's doing.
    private SSLException refusal(String host) {
        TlsOptions options = server.build();
        var serving = Waiting.start(ThreadKind.VIRTUAL, () -> TlsStream.server(streams.right(), options));
        var refused = assertThrows(
                SSLException.class, () -> TlsStream.client(streams.left(), host, client.build(), patience()));
        serving.failure(IOException.class);
        assertFalse(streams.left().isOpen() || streams.right().isOpen());
        assertTrue(refused.getMessage().startsWith("TLS handshake as client for " + host), refused.getMessage());
        return refused;
    }

    private void assertPasses(String text) throws IOException {
        ours.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        var received = ByteBuffer.allocate(text.length());
        theirs.readFully(received, patience());
        assertEquals(text, StandardCharsets.US_ASCII.decode(received.flip()).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void whatWasAgreedToCanBeRead(String protocol) throws Exception {
        client.protocols(protocol).applicationProtocols("x/2", "x/1");
        server.applicationProtocols("x/1");
        shakeHands("localhost");
        for (TlsStream stream : List.of(ours, theirs)) {
            assertEquals(protocol, stream.protocol());
            assertEquals(Optional.of("x/1"), stream.applicationProtocol());
            assertTrue(stream.cipherSuite().startsWith("TLS_"), stream.cipherSuite());
        }
        assertEquals(LOCALHOST.chain(), ours.peerCertificates());
        assertEquals(List.of(), theirs.peerCertificates());
        assertPasses("hello");
    }

    @Test
    void aCloseBetweenTwoReadsOrWritesOfAHandshakeIsToldFromOneBeforeIt() throws Exception {
        TlsOptions closing = options().identities(() -> {
            streams.close();
            return List.of(LOCALHOST);
        }).build();
        var dialing = Waiting.start(
                ThreadKind.VIRTUAL, () -> TlsStream.client(streams.left(), "localhost", client.build(), patience()));
        assertThrows(AsynchronousCloseException.class, () -> TlsStream.server(streams.right(), closing));
        dialing.failure(IOException.class);
        var before = assertThrows(ClosedChannelException.class, () -> TlsStream.server(streams.right(), closing));
        assertSame(ClosedChannelException.class, before.getClass());
    }

    @Test
    void aChainMayHaveAuthoritiesInBetween() throws Exception {
        server.identity(AUTHORITY.issueAuthority("Below").issue("localhost"));
        shakeHands("localhost");
        assertEquals(2, ours.peerCertificates().size());
    }

    @Test
    void aServerChoosesItsCertificateByName() throws Exception {
        TlsIdentity wild = AUTHORITY.issue(KeyType.RSA, Instant.now().minusSeconds(60),
                Instant.now().plusSeconds(600), "*.example.org");
        server.identity(LOCALHOST, wild);
        shakeHands("www.example.org");
        assertEquals(wild.chain(), ours.peerCertificates());
        assertPasses("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void aServersKeyMayBeForPssSignaturesAlone(String protocol) throws Exception {
        client.protocols(protocol);
        TlsIdentity identity = issueFor(KeyType.RSASSA_PSS);
        server.identity(TlsIdentity.fromPem(identity.chainPem(), identity.keyPem()));
        shakeHands("localhost");
        assertEquals(identity.chain(), ours.peerCertificates());
    }

    private static TlsIdentity issueFor(KeyType type) {
        return AUTHORITY.issue(type, Instant.now().minusSeconds(60), Instant.now().plusSeconds(600), "localhost");
    }

    /// RFC 6066, section 3: what the server is told is the name without its dot.
    @Test
    void aNameMayEndWithADot() throws Exception {
        TlsIdentity named = AUTHORITY.issue("example.org");
        server.identity(LOCALHOST, named);
        shakeHands("example.org.");
        assertEquals(named.chain(), ours.peerCertificates());
        assertPasses("hello");
    }

    @Test
    void aCertificateIsReplacedWhileConnectionsLast() throws Exception {
        var identity = new AtomicReference<>(LOCALHOST);
        server = options().identities(() -> List.of(identity.get()));
        shakeHands("localhost");
        TlsIdentity next = AUTHORITY.issue("localhost");
        identity.set(next);
        assertPasses("still there");
        var others = MemoryStream.pair();
        var options = server.build();
        var serving = Waiting.start(ThreadKind.VIRTUAL, () -> TlsStream.server(others.right(), options));
        TlsStream other = TlsStream.client(others.left(), "localhost", client.build(), patience());
        serving.value();
        assertEquals(next.chain(), other.peerCertificates());
        others.close();
    }

    @Test
    void clientsProveWhoTheyAre() throws Exception {
        TlsIdentity someone = AUTHORITY.issue("someone");
        client.identity(someone);
        server.authorities(AUTHORITY.certificate()).clientAuth(ClientAuth.REQUIRED);
        shakeHands("localhost");
        assertEquals(someone.chain(), theirs.peerCertificates());
        assertPasses("hello");
    }

    /// In TLS 1.3 the client is through before the server has looked.
    @Test
    void aClientWithoutACertificateIsToldSo() throws Exception {
        server.authorities(AUTHORITY.certificate()).clientAuth(ClientAuth.REQUIRED);
        TlsOptions options = server.build();
        var serving = Waiting.start(ThreadKind.VIRTUAL, () -> TlsStream.server(streams.right(), options));
        ours = TlsStream.client(streams.left(), "localhost", client.build(), patience());
        var told = assertThrows(SSLException.class, () -> ours.read(ByteBuffer.allocate(1), patience()));
        assertTrue(told.getMessage().contains("certificate_required"), told.getMessage());
        serving.failure(SSLException.class);
    }

    @Test
    void aServerOfAnotherNameIsRefused() {
        refusal("example.org");
    }

    @Test
    void aHostThatIsNoNameIsRefusedLikeAnother() {
        refusal("my_host");
    }

    @Test
    void noHostClosesTheStream() {
        assertThrows(NullPointerException.class, () -> TlsStream.client(streams.left(), null, client.build()));
        assertFalse(streams.left().isOpen());
    }

    @Test
    void aServerThatNobodyVouchesForIsRefused() {
        server.identity(CertificateAuthority.selfSigned("localhost"));
        refusal("localhost");
    }

    @Test
    void aServerOfAnotherAuthorityIsRefused() {
        server.identity(CertificateAuthority.create("Other").issue("localhost"));
        refusal("localhost");
    }

    @Test
    void anExpiredCertificateIsRefused() {
        Instant now = Instant.now();
        server.identity(AUTHORITY.issue(KeyType.EC, now.minusSeconds(200), now.minusSeconds(100), "localhost"));
        assertTrue(refusal("localhost").getMessage().contains("expired"));
    }

    @Test
    void withoutACommonProtocolThereIsNoHandshake() {
        client.protocols("TLSv1.3");
        server.protocols("TLSv1.2");
        refusal("localhost");
    }

    @Test
    void withoutACommonCipherThereIsNoHandshake() {
        client.cipherSuites("TLS_AES_128_GCM_SHA256");
        server.cipherSuites("TLS_AES_256_GCM_SHA384");
        refusal("localhost");
    }

    /// Those that it has for servers are others, as they are with the JDK's property `jdk.tls.client.cipherSuites`.
    @Test
    void aClientOffersTheCiphersThatItsContextHasForClients() throws Exception {
        var context = SSLContext.getInstance("TLSv1.2");
        context.init(null, null, null);
        SSLEngine expected = context.createSSLEngine();
        expected.setUseClientMode(true);
        SSLEngine engine = options().context(context).build().newClientEngine("localhost", 0);
        assertArrayEquals(expected.getEnabledCipherSuites(), engine.getEnabledCipherSuites());
    }

    @Test
    void withoutACommonApplicationProtocolThereIsNoHandshake() {
        client.applicationProtocols("a");
        server.applicationProtocols("b");
        refusal("localhost");
    }

    @Test
    void plainTextIsRefused() throws Exception {
        TlsOptions options = server.build();
        var serving = Waiting.start(ThreadKind.VIRTUAL, () -> TlsStream.server(streams.right(), options));
        streams.left().write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        var refused = serving.failure(SSLException.class);
        assertTrue(refused.getMessage().startsWith("TLS handshake as server over "), refused.getMessage());
        assertFalse(streams.right().isOpen());
    }

    @Test
    void silenceEndsWithTheTimeout() {
        TlsOptions options = server.handshakeTimeout(SOON).build();
        assertThrows(SocketTimeoutException.class, () -> TlsStream.server(streams.right(), options));
        assertFalse(streams.right().isOpen());
    }

    @Test
    void anEndWithinTheHandshakeSaysSo() throws Exception {
        streams.left().shutdownOutput();
        TlsOptions options = server.build();
        assertThrows(EOFException.class, () -> TlsStream.server(streams.right(), options));
    }

    @Test
    void anEndWithoutCloseNotifyIsNoEnd() throws Exception {
        shakeHands("localhost");
        streams.left().shutdownOutput();
        var cut = assertThrows(EOFException.class, () -> theirs.read(ByteBuffer.allocate(1), patience()));
        assertTrue(cut.getMessage().contains("close_notify"), cut.getMessage());
    }

    /// A whole record that nobody encrypted, a header of no record, and one that promises too much.
    @ParameterizedTest
    @ValueSource(strings = {"17 03 03 00 20 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00"
            + " 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00",
        "FF FF FF FF FF FF", "17 03 03 FF FF 00"})
    void garbageEndsTheStreamAndThePeerIsTold(String digits) throws Exception {
        shakeHands("localhost");
        String[] parts = digits.split(" ");
        var garbage = ByteBuffer.allocate(parts.length);
        for (String part : parts) {
            garbage.put((byte) Integer.parseInt(part, 16));
        }
        streams.left().write(garbage.flip());
        assertThrows(SSLException.class, () -> theirs.read(ByteBuffer.allocate(1), patience()));
        assertFalse(theirs.isOpen());
        assertThrows(IOException.class, () -> ours.readFully(ByteBuffer.allocate(100_000), patience()));
    }

    @Test
    void whatADeadlineHasCutOffStillGoesOut() throws Exception {
        shakeHands("localhost");
        var sent = ByteBuffer.allocate(1024 * 1024);
        var cut = assertThrows(SocketTimeoutException.class, () -> ours.write(sent, Deadline.after(SOON)));
        assertEquals(sent.position(), cut.bytesTransferred);
        theirs.readFully(ByteBuffer.allocate(sent.position()), patience());
        assertPasses("and on");
    }

    @Test
    void manyMebibytesPassBothWaysAtOnce() throws Exception {
        shakeHands("localhost");
        int byteCount = 32 * 1024 * 1024;
        var writing = List.of(ours, theirs).stream()
                .map(stream -> Waiting.start(ThreadKind.VIRTUAL, () -> stream.write(ByteBuffer.allocate(byteCount))))
                .toList();
        var reading = List.of(ours, theirs).stream()
                .map(stream -> Waiting.start(ThreadKind.VIRTUAL,
                        () -> stream.readFully(ByteBuffer.allocate(byteCount), patience())))
                .toList();
        for (int i = 0; i < 2; i++) {
            assertEquals(byteCount, writing.get(i).value());
            reading.get(i).value();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aKeyOfTheSameKindThatIsNotTheCertificatesIsRefused(KeyType type) {
        TlsIdentity identity = issueFor(type);
        TlsIdentity other = issueFor(type);
        var refused = assertThrows(
                IllegalArgumentException.class, () -> new TlsIdentity(identity.chain(), other.key()));
        assertTrue(refused.getMessage().contains("not that of the certificate"), refused.getMessage());
    }

    @Test
    void aKeyThatCannotBeTriedIsRefusedWithTheReason() {
        TlsIdentity other = issueFor(KeyType.RSA);
        var refused = assertThrows(
                IllegalArgumentException.class, () -> new TlsIdentity(LOCALHOST.chain(), other.key()));
        assertTrue(refused.getMessage().contains("could not be tried"), refused.getMessage());
        assertInstanceOf(InvalidKeyException.class, refused.getCause());
    }

    @Test
    void aKeyThatIsNotTheCertificatesIsRefused() {
        String chain = LOCALHOST.chainPem();
        String key = AUTHORITY.issue("localhost").keyPem();
        var refused = assertThrows(IllegalArgumentException.class, () -> TlsIdentity.fromPem(chain, key));
        assertTrue(refused.getMessage().contains("not that of the certificate"), refused.getMessage());
        assertEquals(LOCALHOST, TlsIdentity.fromPem(chain, LOCALHOST.keyPem()));
        assertThrows(IllegalArgumentException.class, () -> TlsIdentity.fromPem(key, key));
        assertThrows(IllegalArgumentException.class, () -> TlsIdentity.fromPem(chain, chain));
    }
}
