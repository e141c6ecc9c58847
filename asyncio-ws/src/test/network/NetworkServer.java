import dev.asyncio.net.ByteStream;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.TlsHandler;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.ws.MessageView;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/// `NetworkServer ADDRESS CA_FILE`: echoes by TCP, TLS, `ws` and `wss` on the ports from 7001 on, and ticks at
/// `ws://ADDRESS:7003/ticks`. Leaves its authority's certificate in the file.
final class NetworkServer {

    private static final int TICK_MILLIS = 50;

    private NetworkServer() {}

    static void main(String[] args) throws Exception {
        var authority = CertificateAuthority.create("Network");
        String encoded = Base64.getMimeEncoder().encodeToString(authority.certificate().getEncoded());
        Files.writeString(Path.of(args[1]),
                "-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n");
        TlsOptions tls = TlsOptions.builder().identity(authority.issue(args[0])).build();
        var sockets = WebSocketServer.builder().route("/echo", NetworkServer::echo)
                .route("/ticks", NetworkServer::tick);
        try (var _ = TcpServer.start(TcpListener.bind(7001), NetworkServer::echo);
                var _ = TcpServer.start(TcpListener.bind(7002), TlsHandler.over(tls, NetworkServer::echo));
                var _ = sockets.start(TcpListener.bind(7003));
                var last = sockets.tls(tls).start(TcpListener.bind(7004))) {
            System.out.println("listening on port 7001");
            last.awaitClose();
        }
    }

    private static void echo(ByteStream stream) throws IOException {
        var buffer = ByteBuffer.allocate(16 * 1024);
        while (stream.read(buffer.clear()) != -1) {
            stream.write(buffer.flip());
        }
    }

    private static void echo(WebSocket socket) throws IOException {
        MessageView message = socket.receiveView();
        while (message.kind() != MessageView.Kind.CLOSE) {
            socket.send(message);
            message = socket.receiveView();
        }
    }

    private static void tick(WebSocket socket) throws Exception {
        for (int count = 1;; count++) {
            socket.send("tick " + count);
            Thread.sleep(TICK_MILLIS);
        }
    }
}
