package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.net.StreamHandler;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.ws.MessageView;
import dev.asyncio.ws.WebSocketHandler;
import dev.asyncio.ws.WebSocketServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A client that never reads must get stuck: else the server keeps, or throws away, what it should not take. One that says
/// nothing must be sent away when its time is over, neither before nor long after.
class SoakHostilityTest {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");

    private static TcpListener listen() throws IOException {
        return TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), TcpOptions.defaults());
    }

    private interface Visit {
        void to(SoakClients clients) throws Exception;
    }

    private static void visit(StreamHandler handler, WebSocketHandler webSocketHandler, Visit visit) throws Exception {
        var tls = TlsOptions.builder().identity(AUTHORITY.issue(TlsContexts.HOST, "127.0.0.1")).build();
        try (var tcp = TcpServer.start(listen(), handler);
                var webSocket = WebSocketServer.builder().tls(tls).handler(webSocketHandler).start(listen())) {
            var addresses = Map.of(
                    SoakPort.TCP, tcp.localAddress(),
                    SoakPort.IMPATIENT_TLS, tcp.localAddress(),
                    SoakPort.SECURE_WEBSOCKET, webSocket.localAddress());
            var trusting = TlsOptions.builder().authorities(AUTHORITY.certificate()).build();
            var target = new SoakTarget(addresses, trusting, TlsContexts.trusting(AUTHORITY.certificate()));
            visit.to(new SoakClients(target, new int[0], 0));
        }
    }

    /// Takes what comes, and pauses now and then.
    private static final class Taker {

        private static final int BYTES_BETWEEN_PAUSES = 32 << 20;
        private static final long PAUSE_NANOS = 600_000_000;

        private int byteCount;

        void take(int moreBytes) {
            byteCount += moreBytes;
            if (byteCount > BYTES_BETWEEN_PAUSES) {
                byteCount = 0;
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NEVER_READS", "SECURE_NEVER_READS"})
    void aServerThatTakesWithoutEndIsFound(SoakHostility act) throws Exception {
        visit(stream -> {
            var taker = new Taker();
            var buffer = ByteBuffer.allocate(16 * 1024);
            while (stream.read(buffer.clear()) != -1) {
                taker.take(buffer.position());
            }
        }, socket -> {
            var taker = new Taker();
            for (MessageView message = socket.receiveView(); message.kind() != MessageView.Kind.CLOSE; message =
                    socket.receiveView()) {
                taker.take(message.bytes().remaining());
            }
        }, clients -> {
            var found = assertThrows(SoakClients.Failure.class, () -> act.live(clients));
            assertEquals(act + ": expected stuck, got endless", found.getMessage());
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"NEVER_READS", "SECURE_NEVER_READS"})
    void aServerThatWaitsPasses(SoakHostility act) throws Exception {
        visit(stream -> {
            var buffer = ByteBuffer.allocate(16 * 1024);
            while (stream.read(buffer.clear()) != -1) {
                stream.write(buffer.flip());
            }
        }, socket -> {
            for (MessageView message = socket.receiveView(); message.kind() != MessageView.Kind.CLOSE; message =
                    socket.receiveView()) {
                socket.send(message);
            }
        }, clients -> {
            act.live(clients);
            assertEquals(Map.of("expected:" + act + ":stuck", 1.0), clients.counts().toFigures());
        });
    }

    private static void goAwayAfter(long nanos, Visit visit) throws Exception {
        visit(_ -> LockSupport.parkNanos(nanos), _ -> {}, visit);
    }

    @Test
    void whoSendsASilentPeerAwayBeforeItsTimeIsFound() throws Exception {
        goAwayAfter(0, clients -> {
            var found = assertThrows(SoakClients.Failure.class, () -> SoakHostility.SILENT_IN_HELLO.live(clients));
            String expected = "SILENT_IN_HELLO: expected end after 1000 ms, got it after ";
            assertTrue(found.getMessage().startsWith(expected), found.getMessage());
        });
    }

    @Test
    void whoKeepsASilentPeerForLongIsFound() throws Exception {
        goAwayAfter(5_500_000_000L, clients -> assertThrows(
                SocketTimeoutException.class, () -> SoakHostility.SILENT_IN_HELLO.live(clients)));
    }

    @Test
    void whoSendsASilentPeerAwayInTimePasses() throws Exception {
        goAwayAfter(1_500_000_000L, clients -> {
            SoakHostility.SILENT_IN_HELLO.live(clients);
            assertEquals(Map.of("expected:SILENT_IN_HELLO:end", 1.0), clients.counts().toFigures());
        });
    }
}
