package dev.asyncio.examples;

import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.TcpStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Sends back whatever comes.
///
/// Run it: `EchoServer [port]`, 0 or nothing for any free port. Talk to it: `nc 127.0.0.1 PORT`.
public final class EchoServer {

    private EchoServer() {}

    static void main(String[] args) throws Exception {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 0;
        try (var server = TcpServer.start(TcpListener.bind(port), EchoServer::echo)) {
            System.out.println("listening on port " + server.localAddress().getPort());
            server.awaitClose();
        }
    }

    static void echo(TcpStream stream) throws IOException {
        var buffer = ByteBuffer.allocateDirect(16 * 1024);
        while (stream.read(buffer.clear()) != -1) {
            stream.write(buffer.flip());
        }
    }
}
