package dev.asyncio.bench;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.Registration;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.ws.HandshakeRequest;
import dev.asyncio.ws.HttpResponse;
import dev.asyncio.ws.Message;
import dev.asyncio.ws.MessageView;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Two echo servers on an event loop each. At [#COMPUTE] they compute for as many milliseconds as a message says before
/// they echo it; at [#HAND_OVER] they have a platform thread do that, at [#LONG_TURN] the event loop itself. At [#POUR] they
/// send without end, and at [#DEADLINES] they wait for what never comes, one deadline after the other.
///
/// Prints both ports. Of its lines of input, `begin` begins to time those deadlines, and new threads; `figures` has it print
/// what came of it. One that does wrong can be made of it.
public class FairnessServer {

    static final String ECHO = "/";
    static final String NEWCOMERS = "/newcomers";
    static final String DEADLINES = "/deadlines";
    static final String COMPUTE = "/compute";
    static final String HAND_OVER = "/handOver";
    static final String LONG_TURN = "/longTurn";
    static final String POUR = "/pour";

    private static final int POURED_BYTES = 64;

    private static final long DEADLINE_NANOS = 50_000_000;
    private static final long NEW_THREAD_NANOS = 20_000_000;

    private final ExecutorService platformThreads = Executors.newCachedThreadPool();
    private final CountedThreads threads = new CountedThreads();
    private final DueTimes deadlines = new DueTimes(threads);
    private final DueTimes newThreads = new DueTimes(threads);

    FairnessServer() {}

    static void main() throws IOException {
        new FairnessServer().serve();
    }

    final void serve() throws IOException {
        try (platformThreads;
                var oneLoop = EventLoopGroup.builder().loopCount(1).build();
                var otherLoop = EventLoopGroup.builder().loopCount(1).build();
                var one = start(oneLoop);
                var other = start(otherLoop)) {
            System.out.println("one=" + one.localAddress().getPort() + " other=" + other.localAddress().getPort());
            threads.start(Thread.ofPlatform().daemon(), this::startThreads);
            answerRequests();
        }
    }

    private void answerRequests() throws IOException {
        var input = new BufferedReader(new InputStreamReader(System.in));
        String line;
        while ((line = input.readLine()) != null) {
            switch (line) {
                case "begin" -> {
                    deadlines.restart();
                    newThreads.restart();
                    System.out.println("begun");
                }
                case "figures" -> {
                    System.out.println(Values.format(deadlines.figures()));
                    System.out.println(Values.format(newThreads.figures()));
                    System.out.println(Values.format(threads.counts()));
                }
                default -> throw new IllegalArgumentException("expected begin or figures, got " + line);
            }
        }
    }

    private WebSocketServer start(EventLoopGroup eventLoops) throws IOException {
        Registration anyChannel = eventLoops.next().register(SocketChannel.open());
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return WebSocketServer.builder()
                .policy(this::refusal)
                .route(ECHO, FairnessServer::echo)
                .route(NEWCOMERS, FairnessServer::echo)
                .route(DEADLINES, this::waitInVain)
                .route(COMPUTE, FairnessServer::compute)
                .route(HAND_OVER, this::handOver)
                .route(LONG_TURN, socket -> takeLongTurns(socket, anyChannel))
                .route(POUR, FairnessServer::pour)
                .start(TcpListener.bind(anyPort, TcpOptions.builder().eventLoops(eventLoops).build()));
    }

    Optional<HttpResponse> refusal(HandshakeRequest request) {
        return Optional.empty();
    }

    private static void echo(WebSocket socket) throws IOException {
        MessageView message = socket.receiveView();
        while (message.kind() != MessageView.Kind.CLOSE) {
            socket.send(message);
            message = socket.receiveView();
        }
    }

    private void waitInVain(WebSocket socket) throws IOException {
        try (var schedule = deadlines.begin(DEADLINE_NANOS, DEADLINE_NANOS)) {
            while (isSilent(socket, schedule.deadline())) {
                schedule.done();
            }
        }
    }

    private static boolean isSilent(WebSocket socket, Deadline deadline) throws IOException {
        try {
            socket.receiveView(deadline);
            return false; // its close
        } catch (SocketTimeoutException _) {
            return true;
        }
    }

    private void startThreads() throws InterruptedException {
        try (var schedule = newThreads.begin(NEW_THREAD_NANOS, NEW_THREAD_NANOS)) {
            while (schedule.awaitDue()) {
                var running = new CountDownLatch(1);
                Thread.ofVirtual().start(running::countDown);
                running.await();
                schedule.done();
            }
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

    private static void pour(WebSocket socket) {
        var message = ByteBuffer.allocate(POURED_BYTES);
        try {
            while (true) {
                socket.send(message.clear());
            }
        } catch (IOException _) {
            // whoever took it has left
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
