package dev.asyncio.examples;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.TcpStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/// Passes bytes on in both directions, and each end's half close as well.
///
/// Run it: `TcpProxy PORT TARGET_HOST TARGET_PORT`. Talk through it: `nc 127.0.0.1 PORT`.
public final class TcpProxy {

    private TcpProxy() {}

    static void main(String[] args) throws Exception {
        if (args.length != 3) {
            System.err.println("usage: TcpProxy PORT TARGET_HOST TARGET_PORT");
            System.exit(2);
        }
        var target = InetSocketAddress.createUnresolved(args[1], Integer.parseInt(args[2]));
        var listener = TcpListener.bind(Integer.parseInt(args[0]));
        try (var server = TcpServer.start(listener, client -> relay(client, target))) {
            System.out.println("listening on port " + server.localAddress().getPort());
            server.awaitClose();
        }
    }

    private static void relay(TcpStream client, InetSocketAddress target) throws Exception {
        var connectDeadline = Deadline.after(Duration.ofSeconds(10));
        try (var upstream = TcpStream.connect(target, TcpOptions.defaults(), connectDeadline)) {
            Thread answers = Thread.ofVirtual().start(() -> pump(upstream, client));
            pump(client, upstream);
            answers.join();
        }
    }

    /// Copies until the source ends and passes that end on. If either side breaks, both are aborted, which ends the
    /// other direction too.
    private static void pump(TcpStream source, TcpStream destination) {
        try {
            var buffer = ByteBuffer.allocateDirect(16 * 1024);
            while (source.read(buffer.clear()) != -1) {
                destination.write(buffer.flip());
            }
            destination.shutdownOutput();
        } catch (IOException e) {
            System.err.println("relay of " + source + " to " + destination + " broke off: " + e);
            abort(source);
            abort(destination);
        }
    }

    private static void abort(TcpStream stream) {
        try {
            stream.abort();
        } catch (IOException e) {
            System.err.println("closing " + stream + " failed: " + e);
        }
    }
}
