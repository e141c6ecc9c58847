import dev.asyncio.net.TcpListener;
import dev.asyncio.net.tls.TlsIdentity;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.ws.MessageView;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketOptions;
import dev.asyncio.ws.WebSocketServer;
import java.io.IOException;
import java.nio.file.Path;

/// `java WssEcho.java CHAIN KEY`: an echo server of ours that speaks `wss`.
final class WssEcho {

    static void main(String[] args) throws Exception {
        TlsIdentity identity = TlsIdentity.fromPem(Path.of(args[0]), Path.of(args[1]));
        var builder = WebSocketServer.builder()
                .tls(TlsOptions.builder().identity(identity).build())
                .options(WebSocketOptions.builder().maxMessageBytes(64 << 20).allowAnyOrigin().build())
                .handler(WssEcho::echo);
        try (var server = builder.start(TcpListener.bind(0))) {
            System.out.println("listening on port " + server.localAddress().getPort());
            server.awaitClose();
        }
    }

    private static void echo(WebSocket socket) throws IOException {
        MessageView message = socket.receiveView();
        while (message.kind() != MessageView.Kind.CLOSE) {
            socket.send(message);
            message = socket.receiveView();
        }
    }
}
