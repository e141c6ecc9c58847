package dev.asyncio.bench;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.TcpListener;
import dev.asyncio.ws.Compression;
import dev.asyncio.ws.MessageView;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketOptions;
import dev.asyncio.ws.WebSocketServer;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/// asyncio as the Javadoc of [MessageView] has it.
final class AsyncioWebSocketEcho implements WebSocketContender {

    private static final Duration GOODBYE_TIMEOUT = Duration.ofSeconds(1);

    private final WebSocketServer server;

    private AsyncioWebSocketEcho(WebSocketServer server) {
        this.server = server;
    }

    static AsyncioWebSocketEcho start(InetSocketAddress address, Deflate deflate) throws IOException {
        var options = WebSocketOptions.builder().maxMessageBytes(MAX_MESSAGE_BYTES);
        if (deflate == Deflate.ON) {
            options.compression(Compression.withContext());
        }
        var listener = TcpListener.bind(address, NoDelay.tcpOptions());
        NoDelay.require(listener);
        return new AsyncioWebSocketEcho(WebSocketServer.builder()
                .options(options.build())
                .handler(AsyncioWebSocketEcho::echo)
                .start(listener));
    }

    static void echo(WebSocket socket) throws IOException {
        try {
            MessageView message = socket.receiveView();
            while (message.kind() != MessageView.Kind.CLOSE) {
                socket.send(message);
                message = socket.receiveView();
            }
        } catch (EOFException _) {
            // A client need not waste time on good-byes.
        }
    }

    @Override
    public InetSocketAddress address() {
        return server.localAddress();
    }

    @Override
    public void close() throws IOException {
        try (server) {
            server.shutdown(Deadline.after(GOODBYE_TIMEOUT));
        } catch (InterruptedException _) {
            throw Interruption.in("closing " + server);
        }
    }
}
