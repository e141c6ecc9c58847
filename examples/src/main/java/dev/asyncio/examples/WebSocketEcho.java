package dev.asyncio.examples;

import dev.asyncio.net.TcpListener;
import dev.asyncio.ws.Compression;
import dev.asyncio.ws.MessageView;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketOptions;
import dev.asyncio.ws.WebSocketServer;
import java.io.IOException;

/// Sends every message back, to pages of any origin too: there is nothing here that one could steal.
///
/// Run it: `WebSocketEcho [port [deflate]]`, 0 or nothing for any free port. Talk to it: `Wscat ws://127.0.0.1:PORT/`.
public final class WebSocketEcho {

    private WebSocketEcho() {}

    static void main(String[] args) throws Exception {
        var options = WebSocketOptions.builder().maxMessageBytes(64 * 1024 * 1024).allowAnyOrigin();
        if (args.length > 1 && args[1].equals("deflate")) {
            options.compression(Compression.withContext());
        }
        var listener = TcpListener.bind(args.length > 0 ? Integer.parseInt(args[0]) : 0);
        var builder = WebSocketServer.builder().handler(WebSocketEcho::echo).options(options.build());
        try (var server = builder.start(listener)) {
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
