package dev.asyncio.net.tls;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.testing.CertificateAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A server of TLS.
@ExtendWith(NothingLeftOver.class)
class TlsHandlerTest {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");
    private static final TlsOptions SERVER =
            TlsOptions.builder().identity(AUTHORITY.issue("localhost")).closeTimeout(Waiting.PATIENCE).build();
    private static final TlsOptions CLIENT =
            TlsOptions.builder().authorities(AUTHORITY.certificate()).build();

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    private TcpServer server;

    private void start(TlsHandler handler) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = TcpServer.start(
                TcpListener.bind(address, TcpOptions.defaults()), TlsHandler.over(SERVER, handler));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private TcpStream connectTcp() throws IOException {
        return TcpStream.connect(server.localAddress(), TcpOptions.defaults(), patience());
    }

    private TlsStream connect() throws IOException {
        return TlsStream.client(connectTcp(), "localhost", CLIENT, patience());
    }

    private static void echo(TlsStream stream) throws IOException {
        var buffer = ByteBuffer.allocate(1024);
        while (stream.read(buffer.clear()) != -1) {
            stream.write(buffer.flip());
        }
    }

    private static void assertEchoes(TlsStream client) throws IOException {
        client.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), patience());
        var received = ByteBuffer.allocate(3);
        client.readFully(received, patience());
        assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3}), received.flip());
    }

    private static int read(TlsStream client) throws IOException {
        return client.read(ByteBuffer.allocate(1), patience());
    }

    @Test
    void eachConnectionIsServed() throws Exception {
        start(TlsHandlerTest::echo);
        try (var one = connect();
                var other = connect()) {
            assertEchoes(one);
            assertEchoes(other);
            assertEchoes(one);
        }
        Waiting.await("the handlers to return", () -> server.connectionCount() == 0);
    }

    @Test
    void theEndOfAHandlerIsAnEndForThePeer() throws Exception {
        start(stream -> stream.write(ByteBuffer.wrap(new byte[] {1})));
        try (var client = connect()) {
            assertEquals(1, read(client));
            assertEquals(-1, read(client));
        }
    }

    /// As one has that was cancelled, and has said so to its peer.
    @Test
    void soItIsWhereTheHandlerReturnsWithItsInterruptStatusSet() throws Exception {
        start(_ -> Thread.currentThread().interrupt());
        try (var client = connect()) {
            assertEquals(-1, read(client));
            for (int i = 0; i < 200; i++) { // so many that one waits for some of them
                client.write(ByteBuffer.allocate(16 * 1024), patience()); // dropped, until the client ends as well
            }
            assertEquals(1, server.connectionCount());
        }
    }

    /// What it was to say may be missing.
    @Test
    void theFailureOfAHandlerIsNone() throws Exception {
        start(stream -> {
            read(stream);
            throw new IllegalStateException("out of order");
        });
        try (var client = connect()) {
            client.write(ByteBuffer.allocate(1), patience());
            assertThrows(IOException.class, () -> read(client));
        }
        Waiting.await("the failure to be logged", () -> !log.entries().isEmpty());
        assertEquals("out of order", log.entries().getFirst().getThrown().getMessage());
    }

    @Test
    void whoIsRefusedIsLoggedAndOthersAreServed() throws Exception {
        start(TlsHandlerTest::echo);
        assertThrows(SSLException.class, () -> TlsStream.client(connectTcp(), "example.org", CLIENT, patience()));
        Waiting.await("the refusal to be logged", () -> !log.entries().isEmpty());
        String entry = log.entries().getFirst().getMessage();
        assertTrue(entry.contains("TLS handshake as server"), entry);
        try (var client = connect()) {
            assertEchoes(client);
        }
    }

    @Test
    void aCloseDoesNotWaitForAHandshake() throws Exception {
        start(TlsHandlerTest::echo);
        try (var silent = connectTcp()) {
            Waiting.await("the connection to be served", () -> server.connectionCount() == 1);
            server.close();
            assertEquals(0, server.connectionCount());
        }
    }
}
