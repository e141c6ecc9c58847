package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A client that never reads must get stuck: else the server keeps, or throws away, what it should not take.
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
            var addresses =
                    Map.of(SoakPort.TCP, tcp.localAddress(), SoakPort.SECURE_WEBSOCKET, webSocket.localAddress());
            var trusting = TlsOptions.builder().authorities(AUTHORITY.certificate()).build();
            var target = new SoakTarget(addresses, trusting, TlsContexts.trusting(AUTHORITY.certificate()));
            visit.to(new SoakClients(target, new int[0], 0));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NEVER_READS", "SECURE_NEVER_READS"})
    void aServerThatTakesWithoutEndIsFound(SoakHostility act) throws Exception {
        visit(stream -> {
            var buffer = ByteBuffer.allocate(16 * 1024);
            while (stream.read(buffer.clear()) != -1) {}
        }, socket -> {
            while (socket.receiveView().kind() != MessageView.Kind.CLOSE) {}
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
}
