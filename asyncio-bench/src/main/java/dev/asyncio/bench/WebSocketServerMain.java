package dev.asyncio.bench;

import java.net.InetSocketAddress;

/// One contender's WebSocket server in a process of its own: `WebSocketServerMain CONTENDER [PORT]`. Prints its port,
/// and ends with the process.
public final class WebSocketServerMain {

    private WebSocketServerMain() {}

    static void main(String[] args) throws Exception {
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 0;
        var address = new InetSocketAddress("127.0.0.1", port);
        try (var server = WebSocketContender.Kind.of(args[0]).start(address, WebSocketContender.Deflate.OFF)) {
            System.out.println("listening on port " + server.address().getPort());
            Thread.currentThread().join();
        }
    }
}
