package dev.asyncio.examples;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpServer;
import java.time.Duration;

/// An echo server that winds down on SIGTERM (or Ctrl-C): it refuses newcomers, lets its connections finish for ten
/// seconds, and cuts off those that have not.
///
/// Run it: `GracefulShutdown [port]`. Connect with `nc 127.0.0.1 PORT`, then send SIGTERM to the process.
public final class GracefulShutdown {

    private static final Duration GRACE = Duration.ofSeconds(10);

    private GracefulShutdown() {}

    static void main(String[] args) throws Exception {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 0;
        var server = TcpServer.start(TcpListener.bind(port), EchoServer::echo);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> windDown(server)));
        System.out.println("listening on port " + server.localAddress().getPort());
        server.awaitClose();
    }

    private static void windDown(TcpServer server) {
        System.out.println("winding down " + server);
        try (server) {
            boolean finished = server.shutdown(Deadline.after(GRACE));
            System.out.println(finished ? "all connections finished" : "cutting off " + server.connectionCount());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // close, next, still cuts the connections off
        }
    }
}
