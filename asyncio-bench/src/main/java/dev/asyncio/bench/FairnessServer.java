package dev.asyncio.bench;

import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.Registration;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.ws.Message;
import dev.asyncio.ws.MessageView;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Two echo servers on an event loop each. At [#COMPUTE] they compute for as many milliseconds as a message says before
/// they echo it; at [#HAND_OVER] they have a platform thread do that, at [#LONG_TURN] the event loop itself. Prints both
/// ports; ends with its input.
public final class FairnessServer {

    static final String COMPUTE = "/compute";
    static final String HAND_OVER = "/handOver";
    static final String LONG_TURN = "/longTurn";

    private final ExecutorService platformThreads = Executors.newCachedThreadPool();

    private FairnessServer() {}

    static void main() throws IOException {
        new FairnessServer().serve();
    }

    private void serve() throws IOException {
        try (platformThreads;
                var oneLoop = EventLoopGroup.builder().loopCount(1).build();
                var otherLoop = EventLoopGroup.builder().loopCount(1).build();
                var one = start(oneLoop);
                var other = start(otherLoop)) {
            System.out.println("one=" + one.localAddress().getPort() + " other=" + other.localAddress().getPort());
            System.in.read();
        }
    }

    private WebSocketServer start(EventLoopGroup eventLoops) throws IOException {
        Registration anyChannel = eventLoops.next().register(SocketChannel.open());
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return WebSocketServer.builder()
                .handler(FairnessServer::echo)
                .route(COMPUTE, FairnessServer::compute)
                .route(HAND_OVER, this::handOver)
                .route(LONG_TURN, socket -> takeLongTurns(socket, anyChannel))
                .start(TcpListener.bind(anyPort, TcpOptions.builder().eventLoops(eventLoops).build()));
    }

    private static void echo(WebSocket socket) throws IOException {
        MessageView message = socket.receiveView();
        while (message.kind() != MessageView.Kind.CLOSE) {
            socket.send(message);
            message = socket.receiveView();
        }
    }

    private static void compute(WebSocket socket) throws IOException {
        while (socket.receive() instanceof Message.Text(String millis)) {
            computeFor(millis);
            socket.send(millis);
        }
    }

    private void handOver(WebSocket socket) throws IOException, InterruptedException, ExecutionException {
        while (socket.receive() instanceof Message.Text(String millis)) {
            platformThreads.submit(() -> computeFor(millis)).get();
            socket.send(millis);
        }
    }

    /// What no task may do.
    private static void takeLongTurns(WebSocket socket, Registration anyChannel)
            throws IOException, InterruptedException {
        while (socket.receive() instanceof Message.Text(String millis)) {
            var turn = new CountDownLatch(1);
            anyChannel.runSoon(() -> {
                computeFor(millis);
                turn.countDown();
            });
            turn.await();
            socket.send(millis);
        }
    }

    private static void computeFor(String millis) {
        long startNanos = System.nanoTime();
        long nanos = Long.parseLong(millis) * 1_000_000;
        while (System.nanoTime() - startNanos < nanos) {
            Thread.onSpinWait();
        }
    }
}
