package dev.asyncio.examples;

import dev.asyncio.net.TcpListener;
import dev.asyncio.ws.Message;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketServer;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;

/// Tells everyone the time, once a second. One thread sends while the handler receives: that is what answers a client's
/// pings and sees it leave.
///
/// Run it: `FeedServer [port]`, 0 or nothing for any free port. Follow it: `FeedFollower ws://localhost:PORT/time`.
public final class FeedServer {

    private static final Duration PERIOD = Duration.ofSeconds(1);

    private FeedServer() {}

    static void main(String[] args) throws Exception {
        var listener = TcpListener.bind(args.length > 0 ? Integer.parseInt(args[0]) : 0);
        try (var server =
                WebSocketServer.builder().route("/time", FeedServer::feed).start(listener)) {
            System.out.println("listening on port " + server.localAddress().getPort());
            server.awaitClose();
        }
    }

    private static void feed(WebSocket socket) throws IOException {
        Thread sender = Thread.ofVirtual().start(() -> sendTimes(socket));
        try {
            while (!(socket.receive() instanceof Message.Close)) {
                // whatever a follower says, nobody has asked
            }
        } finally {
            sender.interrupt();
        }
    }

    private static void sendTimes(WebSocket socket) {
        try {
            while (true) {
                socket.send(LocalTime.now().truncatedTo(ChronoUnit.SECONDS).toString());
                Thread.sleep(PERIOD);
            }
        } catch (IOException | InterruptedException _) {
            // the follower has left; the handler cleans up
        }
    }
}
