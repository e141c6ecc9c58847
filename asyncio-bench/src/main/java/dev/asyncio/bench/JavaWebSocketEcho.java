package dev.asyncio.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

/// Java-WebSocket in its own idiom, but for a guard: where its selector's thread ends a write while a worker asks for the
/// next, it may take back the worker's interest, and the reply would stay behind for ever. While no reply is under way, the
/// guard sleeps: what an idle process costs is Java-WebSocket's alone.
final class JavaWebSocketEcho implements WebSocketContender {

    private static final Duration GOODBYE_TIMEOUT = Duration.ofSeconds(1);

    private static final long GUARD_PERIOD_MILLIS = 10;

    /// Says how much a server or a client in this process reads at once, and how much a connection's socket takes in;
    /// Java-WebSocket's own choice if it is not set.
    static final String RECEIVE_BYTES_PROPERTY = "dev.asyncio.bench.javaWebSocketReceiveBytes";

    /// Of the guard's thread, which starts when it first has something to do.
    static final String GUARD = "java-websocket-guard";

    private final Server server;

    private JavaWebSocketEcho(Server server) {
        this.server = server;
    }

    static JavaWebSocketEcho start(InetSocketAddress address, Deflate deflate) throws IOException {
        var server = new Server(address, draft(deflate));
        server.start();
        try {
            server.started.get();
        } catch (ExecutionException e) {
            throw new IOException("Java-WebSocket does not start on " + address, e.getCause());
        } catch (InterruptedException _) {
            throw Interruption.in("binding " + address);
        }
        return new JavaWebSocketEcho(server);
    }

    static Draft_6455 draft(Deflate deflate) {
        return deflate == Deflate.ON
                ? new Draft_6455(List.of(new PerMessageDeflateExtension()))
                : new Draft_6455();
    }

    private static final class Server extends WebSocketServer {

        private final CompletableFuture<Void> started = new CompletableFuture<>();

        /// Those with something to send when they were last looked at.
        private final Set<WebSocket> owing = ConcurrentHashMap.newKeySet();

        private final AtomicBoolean isRoundDue = new AtomicBoolean();

        /// A server that is closed asks nobody again, and need not say so.
        private final ScheduledExecutorService guard = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name(GUARD).factory(), new ThreadPoolExecutor.DiscardPolicy());

        Server(InetSocketAddress address, Draft_6455 draft) {
            super(address, Runtime.getRuntime().availableProcessors(), List.of(draft));
            setReuseAddr(true);
            setTcpNoDelay(NoDelay.isWanted());
            setReceiveBufferSize(Integer.getInteger(RECEIVE_BYTES_PROPERTY, getReceiveBufferSize()));
            setConnectionLostTimeout(0); // no pings among the replies
        }

        /// To be called after all that a socket is given to send.
        private void watch(WebSocket socket) {
            if (socket.hasBufferedData() && owing.add(socket) && isRoundDue.compareAndSet(false, true)) {
                guard.schedule(this::askAgain, GUARD_PERIOD_MILLIS, TimeUnit.MILLISECONDS);
            }
        }

        /// A socket is taken out before it is looked at: a worker that gives it more meanwhile puts it in again.
        private void askAgain() {
            isRoundDue.set(false);
            for (WebSocket socket : List.copyOf(owing)) {
                owing.remove(socket);
                if (socket.hasBufferedData()) {
                    onWriteDemand(socket);
                }
                watch(socket);
            }
        }

        @Override
        public void onStart() {
            started.complete(null);
        }

        /// What this threw would only be told to [#onError], and the connection served all the same.
        @Override
        public void onOpen(WebSocket socket, ClientHandshake request) {
            var channel = (SocketChannel) ((WebSocketImpl) socket).getSelectionKey().channel();
            try {
                NoDelay.require(channel.getOption(StandardSocketOptions.TCP_NODELAY));
            } catch (IOException | IllegalStateException e) {
                System.err.println("Java-WebSocket echo: " + e);
                socket.closeConnection(CloseFrame.ABNORMAL_CLOSE, e.getMessage());
            }
        }

        @Override
        public void onMessage(WebSocket socket, String text) {
            socket.send(text);
            watch(socket);
        }

        @Override
        public void onMessage(WebSocket socket, ByteBuffer bytes) {
            socket.send(bytes);
            watch(socket);
        }

        /// Its close frame is on the way by now.
        @Override
        public void onClosing(WebSocket socket, int code, String reason, boolean byPeer) {
            watch(socket);
        }

        @Override
        public void onClose(WebSocket socket, int code, String reason, boolean byPeer) {}

        @Override
        public void onError(WebSocket socket, Exception cause) {
            if (!started.completeExceptionally(cause)) {
                System.err.println("Java-WebSocket echo: " + cause);
            }
        }
    }

    @Override
    public InetSocketAddress address() {
        return new InetSocketAddress(server.getAddress().getAddress(), server.getPort());
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop((int) GOODBYE_TIMEOUT.toMillis());
        } catch (InterruptedException _) {
            throw Interruption.in("closing " + server);
        } finally {
            server.guard.shutdownNow();
        }
    }
}
