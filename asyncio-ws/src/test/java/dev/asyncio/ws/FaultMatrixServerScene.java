package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoop;
import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.FailingLoop;
import dev.asyncio.core.LoopTurn;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.Newcomers;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.tls.TlsHandler;
import dev.asyncio.net.tls.TlsOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/// A server, and a connection of it at one point of its life. They are on event loops of the test's own, which take turns:
/// the listener is on the first, the connection on the second, and nobody on the third.
final class FaultMatrixServerScene implements AutoCloseable {

    static final int LOOP_COUNT = 3;
    static final int LISTENERS_LOOP = 0;
    static final int ITS_LOOP = 1;
    static final int ANOTHER_LOOP = 2;

    /// What goes there and back where there are bytes.
    static final int BYTE = 42;

    /// What a handler fails with that is to fail.
    static final class OnPurpose extends RuntimeException {

        private static final long serialVersionUID = 1;
    }

    /// Whose connection it is.
    final FaultMatrixClient client;

    /// Who comes in a shortage: another client, with a descriptor of its own.
    final FaultMatrixClient newcomer;

    private final FaultMatrixServers.Kind kind;
    private final FaultMatrixPoint point;
    /// Whether a timeout of the server's is to pass.
    private final boolean timesOut;

    private final EventLoopGroup group;
    private final TcpListener listener;
    private final RunningServer server;

    /// The thread of the connection's handler, once that is called.
    private final AtomicReference<Thread> handler = new AtomicReference<>();

    /// What the connection's handler fails with, or nothing if it returns.
    private final CompletableFuture<Optional<Throwable>> handlersFailure = new CompletableFuture<>();

    /// Whether the next handler that is to answer fails instead.
    private final AtomicBoolean isFailureDue = new AtomicBoolean();

    /// When the server's wait for the client can have begun at the earliest that is to time out.
    private long waitStartNanos;

    private FaultMatrixShortage shortage;

    /// A shutdown that has time.
    private Waiting<Boolean> windingDown;

    FaultMatrixServerScene(FaultMatrixServers.Cell cell) throws IOException {
        this.kind = cell.kind();
        this.point = cell.point();
        this.timesOut = cell.timesOut();
        this.group = FaultMatrixScene.newGroup(LOOP_COUNT, cell.loops());
        this.client = newClient();
        this.newcomer = newClient();
        this.listener = TcpListener.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                TcpOptions.builder().eventLoops(group).sendBufferBytes(FaultMatrixScene.SYSTEM_BUFFER_BYTES).build());
        this.server = start();
    }

    private RunningServer start() {
        Duration handshakeTimeout = timeout(FaultMatrixPoint.HANDSHAKING);
        TlsOptions tls = FaultMatrixTlsPeer.options().handshakeTimeout(handshakeTimeout).build();
        var sockets = WebSocketServer.builder().handler(this::handle)
                .options(WebSocketOptions.builder().handshakeTimeout(handshakeTimeout)
                        .closeTimeout(timeout(FaultMatrixPoint.CLOSING)).build());
        return switch (kind) {
            case TCP -> RunningServer.of(TcpServer.start(listener, this::handle));
            case TLS -> RunningServer.of(TcpServer.start(listener, TlsHandler.over(tls, this::handle)));
            case WEB_SOCKET -> RunningServer.of(sockets.start(listener));
            case SECURE_WEB_SOCKET -> RunningServer.of(sockets.tls(tls).start(listener));
        };
    }

    /// Of what is waited for at that point.
    private Duration timeout(FaultMatrixPoint waiting) {
        return timesOut && point == waiting ? FaultMatrixScene.SOON : FaultMatrixScene.LATE;
    }

    // What handlers do

    private void handle(ByteStream stream) throws Exception {
        note(() -> {
            switch (point) {
                case MID_WRITE -> stream.write(FaultMatrixScene.newBulk());
                case CLOSING -> {
                    stream.shutdownOutput();
                    assertEquals(-1, stream.read(ByteBuffer.allocate(1)));
                }
                default -> {
                    var one = ByteBuffer.allocate(1);
                    stream.readFully(one);
                    failIfDue();
                    stream.write(one.flip());
                }
            }
        });
    }

    private void handle(WebSocket socket) throws Exception {
        note(() -> {
            switch (point) {
                case MID_WRITE -> socket.send(FaultMatrixScene.newBulk());
                case CLOSING -> socket.close(CloseCode.NORMAL, "");
                default -> {
                    if (socket.receive() instanceof Message.Text(String text)) {
                        failIfDue();
                        socket.send(text);
                    }
                }
            }
        });
    }

    private void failIfDue() {
        if (isFailureDue.getAndSet(false)) {
            throw new OnPurpose();
        }
    }

    /// Remembers how the first one ends.
    private void note(Waiting.Action action) throws Exception {
        boolean isFirst = handler.compareAndSet(null, Thread.currentThread());
        Throwable failure = null;
        try {
            action.run();
        } catch (Throwable e) {
            failure = e;
            throw e;
        } finally {
            if (isFirst) {
                handlersFailure.complete(Optional.ofNullable(failure));
            }
        }
    }

    boolean isOpening() {
        return point.isOpening();
    }

    boolean hasHandler() {
        return handler.get() != null;
    }

    /// Waits for the handler's end.
    Optional<Throwable> handlersFailure() throws Exception {
        return handlersFailure.get(Waiting.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private boolean handlerWaits() {
        Thread thread = handler.get();
        return thread != null && switch (thread.getState()) {
            case WAITING, TIMED_WAITING -> true;
            default -> false;
        };
    }

    // The way to a point, and on from there

    FaultMatrixClient newClient() throws IOException {
        return kind.newClient();
    }

    void connect(FaultMatrixClient one) throws IOException {
        one.connect(listener.localAddress());
    }

    /// Goes to where the fault comes. Nobody has connected yet where it is about those who come later.
    void reach() throws Exception {
        if (point == FaultMatrixPoint.CONNECTING) {
            return;
        }
        waitStartNanos = System.nanoTime();
        connect(client);
        if (timesOut && point == FaultMatrixPoint.HANDSHAKING) {
            return; // whoever stalls may say nothing at all
        }
        client.beginHandshake();
        if (point == FaultMatrixPoint.HANDSHAKING) {
            EventLoop loop = group.loops().get(ITS_LOOP);
            Waiting.await("the connection to be accepted", () -> registrationCount(loop) == 1);
            for (int i = 0; i < 4; i++) { // what has come is taken in
                LoopTurn.await(loop);
            }
        } else {
            waitStartNanos = System.nanoTime(); // a handler that closes may begin before the client knows of it
            client.endHandshake();
            if (!timesOut) { // else it may have waited before anyone has seen it
                Waiting.await("the handler to wait", this::handlerWaits);
            }
        }
    }

    /// The client lets the handler go on, to its end.
    void letGoOn() throws Exception {
        switch (point) {
            case HANDSHAKING -> {
                client.endHandshake();
                client.talk();
            }
            case MID_READ -> client.talk();
            case MID_WRITE -> client.readBulk();
            case CLOSING -> {}
            default -> throw new AssertionError("no such connection");
        }
        client.end();
    }

    /// Of a client that has connected: all from there to its end.
    void serve(FaultMatrixClient connected) throws Exception {
        connected.beginHandshake();
        connected.endHandshake();
        connected.talk();
        connected.end();
    }

    /// Asks whether a client that stalls has had its time, whose end has come.
    void checkTime() {
        var spent = Duration.ofNanos(System.nanoTime() - waitStartNanos);
        assertTrue(spent.compareTo(FaultMatrixScene.SOON) >= 0, () -> "before its time, after " + spent);
    }

    void awaitRefusal() {
        Newcomers.awaitRefusal(listener.localAddress());
    }

    void awaitServersEnd() throws Exception {
        Waiting.start(ThreadKind.VIRTUAL, server.awaitClose()).value();
    }

    // Faults

    void failLoop(int index) {
        FailingLoop.end(group.loops().get(index));
    }

    void closeLoops() {
        group.close();
    }

    void closeServer() throws Exception {
        Waiting.start(ThreadKind.VIRTUAL, server.close()::run).value();
    }

    /// With somebody at the door, whom the server cannot accept.
    void runOutOfDescriptors() throws IOException {
        var log = new LibraryLog();
        log.start();
        shortage = new FaultMatrixShortage(FaultMatrixShortage.Kind.DESCRIPTORS, 0);
        connect(newcomer);
        Waiting.await("the server to pause", () -> log.entries().stream()
                .anyMatch(entry -> entry.getMessage().contains("pauses for")));
    }

    void runOutOfMemory() {
        shortage = new FaultMatrixShortage(FaultMatrixShortage.Kind.DIRECT_MEMORY, 0);
    }

    /// TLS has its buffers there.
    void runOutOfHeap() {
        int leftBytes = kind.isSecure ? FaultMatrixShortage.FEW_BYTES : FaultMatrixShortage.SMALL_THINGS_BYTES;
        shortage = new FaultMatrixShortage(FaultMatrixShortage.Kind.HEAP, leftBytes);
    }

    /// Of the client, which connects only now where it is about those who come later; and waits for that.
    void failHandler() throws Exception {
        if (point == FaultMatrixPoint.CONNECTING) {
            connect(client);
            client.beginHandshake();
            client.endHandshake();
        }
        isFailureDue.set(true);
        client.say();
        handlersFailure();
    }

    /// Within its handshake, where it is about those who come later; elsewhere it does nothing anyway.
    void stallClient() throws Exception {
        if (point == FaultMatrixPoint.CONNECTING) {
            connect(client);
            client.beginHandshake();
        }
    }

    void sendGarbage() throws IOException {
        if (point == FaultMatrixPoint.CONNECTING) {
            connect(client);
        }
        client.sendGarbage();
    }

    void endShortage() throws IOException {
        if (shortage != null) {
            shortage.close();
        }
    }

    void windDown() {
        windingDown = Waiting.start(ThreadKind.VIRTUAL, () -> server.shutdown().until(Waiting.patience()));
        Waiting.await("the listener to be closed", () -> !listener.isOpen());
    }

    /// Handlers go on when time is up; where there is nobody, it sees that in whatever time it takes.
    void windDownInVain() throws InterruptedException {
        boolean isAlone = point == FaultMatrixPoint.CONNECTING;
        boolean isOver = server.shutdown().until(isAlone ? Waiting.patience() : Deadline.after(FaultMatrixScene.SOON));
        assertEquals(isAlone, isOver, "whether all have returned");
    }

    // The end

    private static int registrationCount(EventLoop loop) {
        return loop.statistics().registrationCount();
    }

    /// The clients first, so that nobody waits for them; the loops last, since their end ends whatever registration was
    /// forgotten.
    @Override
    public void close() throws Exception {
        try {
            endShortage();
            client.close();
            newcomer.close();
            if (windingDown != null) {
                assertTrue(windingDown.value(), "all have returned");
            }
            closeServer();
            awaitServersEnd();
            assertEquals(0, server.connectionCount().getAsInt());
            Waiting.await("the registrations to end", () -> group.loops().stream()
                    .allMatch(loop -> registrationCount(loop) == 0));
        } finally {
            group.close();
        }
    }
}
