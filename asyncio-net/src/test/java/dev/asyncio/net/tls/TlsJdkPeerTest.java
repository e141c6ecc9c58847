package dev.asyncio.net.tls;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.testing.CertificateAuthority;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Against the JDK's own `SSLSocket`, which shares our engine's records, but neither its reading, nor its writing, nor
/// its closing.
@ExtendWith(NothingLeftOver.class)
class TlsJdkPeerTest {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");
    private static final TlsIdentity LOCALHOST = AUTHORITY.issue("localhost");
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(200);
    private static final int[] LENGTHS = {0, 1, 16_383, 16_384, 16_385, 100_000, 1024 * 1024};

    /// What our side is.
    enum Role {
        CLIENT,
        SERVER
    }

    private TlsStream ours;

    /// The TCP connection below [#theirs].
    private Socket theirTcp;

    private SSLSocket theirs;

    static Stream<Arguments> rolesAndProtocols() {
        return Stream.of(Role.values())
                .flatMap(role -> Stream.of("TLSv1.3", "TLSv1.2").map(protocol -> Arguments.of(role, protocol)));
    }

    private static TlsOptions.Builder options(String protocol) {
        return TlsOptions.builder()
                .protocols(protocol)
                .applicationProtocols("x/2", "x/1")
                .closeTimeout(CLOSE_TIMEOUT);
    }

    private void connect(Role role, String protocol) throws Exception {
        if (role == Role.CLIENT) {
            try (var listener = new ServerSocket()) {
                listener.bind(ANY_PORT);
                var tcp = TcpStream.connect("127.0.0.1", listener.getLocalPort());
                var serving = Waiting.start(ThreadKind.VIRTUAL, () -> shakeHands(listener.accept(), role));
                TlsOptions options = options(protocol).authorities(AUTHORITY.certificate()).build();
                ours = TlsStream.client(tcp, "localhost", options, patience());
                serving.value();
            }
        } else {
            try (var listener = TcpListener.bind(ANY_PORT, TcpOptions.defaults())) {
                InetSocketAddress address = listener.localAddress();
                var socket = new Socket(address.getAddress(), address.getPort());
                var connecting = Waiting.start(ThreadKind.VIRTUAL, () -> shakeHands(socket, role));
                TlsOptions options = options(protocol).identity(LOCALHOST).build();
                ours = TlsStream.server(listener.accept(patience()), options, patience());
                connecting.value();
            }
        }
    }

    private void shakeHands(Socket tcp, Role ourRole) throws Exception {
        theirTcp = tcp;
        tcp.setSoTimeout((int) Waiting.PATIENCE.toMillis());
        boolean isClient = ourRole == Role.SERVER;
        var context = isClient ? JdkTls.trusting(AUTHORITY.certificate()) : JdkTls.identifiedBy(LOCALHOST);
        theirs = (SSLSocket) context.getSocketFactory().createSocket(tcp, "localhost", tcp.getPort(), true);
        theirs.setUseClientMode(isClient);
        SSLParameters parameters = theirs.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"x/1"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        theirs.setSSLParameters(parameters);
        theirs.startHandshake();
    }

    @AfterEach
    void close() throws IOException {
        ours.abort();
        theirTcp.close();
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private byte[] readOurs(int length) throws IOException {
        var received = ByteBuffer.allocate(length);
        ours.readFully(received, patience());
        return received.array();
    }

    private void assertPassesToUs(int length) throws Exception {
        byte[] sent = bytes(length);
        var sending = Waiting.start(ThreadKind.VIRTUAL, () -> theirs.getOutputStream().write(sent));
        assertArrayEquals(sent, readOurs(length));
        sending.value();
    }

    private void assertPassesToThem(int length) throws Exception {
        byte[] sent = bytes(length);
        var sending = Waiting.start(ThreadKind.VIRTUAL, () -> ours.write(ByteBuffer.wrap(sent), patience()));
        assertArrayEquals(sent, theirs.getInputStream().readNBytes(length));
        sending.value();
    }

    private void assertPassesBothWays() throws Exception {
        for (int length : LENGTHS) {
            assertPassesToUs(length);
            assertPassesToThem(length);
        }
    }

    private void assertOurEnd() throws IOException {
        assertEquals(-1, ours.read(ByteBuffer.allocate(1), patience()));
    }

    private void assertTheirEnd() throws IOException {
        assertEquals(-1, theirs.getInputStream().read());
    }

    @ParameterizedTest
    @MethodSource("rolesAndProtocols")
    void bytesPassBothWays(Role role, String protocol) throws Exception {
        connect(role, protocol);
        assertEquals(protocol, theirs.getSession().getProtocol());
        assertEquals(theirs.getSession().getCipherSuite(), ours.cipherSuite());
        assertEquals("x/1", theirs.getApplicationProtocol());
        assertEquals(Optional.of("x/1"), ours.applicationProtocol());
        assertPassesBothWays();
    }

    @ParameterizedTest
    @MethodSource("rolesAndProtocols")
    void ourCloseIsTheirEndAndTheirsAnswersIt(Role role, String protocol) throws Exception {
        connect(role, protocol);
        assertPassesBothWays();
        var closing = Waiting.start(ThreadKind.VIRTUAL, ours::close);
        assertTheirEnd();
        theirs.close();
        closing.value();
        assertFalse(ours.isOpen());
    }

    @ParameterizedTest
    @MethodSource("rolesAndProtocols")
    void theirCloseIsOurEnd(Role role, String protocol) throws Exception {
        connect(role, protocol);
        assertPassesBothWays();
        var closing = Waiting.start(ThreadKind.VIRTUAL, theirs::close);
        assertOurEnd();
        assertOurEnd();
        ours.close();
        closing.value();
    }

    @ParameterizedTest
    @EnumSource
    void theyGoOnBehindOurEnd(Role role) throws Exception {
        connect(role, "TLSv1.3");
        ours.shutdownOutput(patience());
        assertTheirEnd();
        for (int length : LENGTHS) {
            assertPassesToUs(length);
        }
        theirs.shutdownOutput();
        assertOurEnd();
    }

    @ParameterizedTest
    @EnumSource
    void weGoOnBehindTheirEnd(Role role) throws Exception {
        connect(role, "TLSv1.3");
        theirs.shutdownOutput();
        assertOurEnd();
        for (int length : LENGTHS) {
            assertPassesToThem(length);
        }
        ours.shutdownOutput(patience());
        assertTheirEnd();
    }

    @ParameterizedTest
    @MethodSource("rolesAndProtocols")
    void theirEndWithoutCloseNotifyIsNoEnd(Role role, String protocol) throws Exception {
        connect(role, protocol);
        assertPassesBothWays();
        theirTcp.shutdownOutput();
        var cut = assertThrows(EOFException.class, this::assertOurEnd);
        assertTrue(cut.getMessage().contains("close_notify"), cut.getMessage());
    }

    @ParameterizedTest
    @MethodSource("rolesAndProtocols")
    void ourAbortIsNoEnd(Role role, String protocol) throws Exception {
        connect(role, protocol);
        ours.abort();
        assertThrows(IOException.class, this::assertTheirEnd);
    }

    /// A second `startHandshake` of theirs sends new keys and asks for ours (RFC 8446, section 4.6.3).
    @ParameterizedTest
    @EnumSource
    void keysAreUpdatedOnTheWay(Role role) throws Exception {
        connect(role, "TLSv1.3");
        for (int i = 0; i < 5; i++) {
            theirs.startHandshake();
            assertPassesBothWays();
        }
        theirs.shutdownOutput();
        assertOurEnd();
    }

    /// Asked for new keys while it waits in a read, whose thread then answers.
    @ParameterizedTest
    @EnumSource
    void keysAreUpdatedWhileAReadWaits(Role role) throws Exception {
        connect(role, "TLSv1.3");
        var reading = Waiting.parked(ThreadKind.VIRTUAL, () -> readOurs(100));
        theirs.startHandshake();
        assertPassesToThem(100);
        assertTrue(reading.isAlive());
        theirs.getOutputStream().write(bytes(100));
        assertArrayEquals(bytes(100), reading.value());
        assertPassesBothWays();
    }

    /// In TLS 1.2 the same call of theirs asks for a renegotiation (RFC 5246, section 7.4.1).
    @ParameterizedTest
    @EnumSource
    void aRenegotiationIsRefused(Role role) throws Exception {
        connect(role, "TLSv1.2");
        assertPassesBothWays();
        var renegotiating = Waiting.start(ThreadKind.VIRTUAL, () -> {
            theirs.startHandshake();
            return theirs.getInputStream().read(); // a server's call returns before it is answered
        });
        var refused = assertThrows(SSLException.class, () -> readOurs(1));
        assertTrue(refused.getMessage().contains("renegotiation"), refused.getMessage());
        assertFalse(ours.isOpen());
        renegotiating.failure(IOException.class);
    }

    @ParameterizedTest
    @MethodSource("rolesAndProtocols")
    void aPeerThatNeverAnswersACloseDelaysItForABoundedTimeOnly(Role role, String protocol) throws Exception {
        connect(role, protocol);
        long startNanos = System.nanoTime();
        ours.close();
        assertTrue(System.nanoTime() - startNanos >= CLOSE_TIMEOUT.toNanos(), "closed without waiting");
        assertFalse(ours.isOpen());
    }
}
