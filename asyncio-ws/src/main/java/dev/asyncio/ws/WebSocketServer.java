package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.buffers.InputBuffer;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.net.tls.TlsStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

/// Accepts WebSockets and runs a handler for each on a virtual thread of its own.
///
/// ```java
/// try (var server = WebSocketServer.builder().route("/echo", Echo::echo).start(TcpListener.bind(7008))) {
///     server.awaitClose();
/// }
/// ```
///
/// How many connections there are at most is for the listener's options to say.
public final class WebSocketServer implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(WebSocketServer.class.getName());

    private final Map<String, WebSocketHandler> routes;
    private final HandshakePolicy policy;
    private final ServerAcceptor acceptor;
    private final Duration handshakeTimeout;
    private final ThreadFactory closers;

    /// Null for plain TCP.
    private final TlsOptions tls;

    private final Set<WebSocket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean isShuttingDown;

    /// Set once, before the server is handed to anyone; its handlers do not use it.
    private TcpServer server;

    private WebSocketServer(Builder builder) {
        this.routes = new LinkedHashMap<>(builder.routes);
        this.policy = builder.policy;
        this.acceptor = new ServerAcceptor(builder.options, this::refusal, builder.fallback);
        this.handshakeTimeout = builder.options.handshakeTimeout();
        this.closers = builder.closers;
        this.tls = builder.tls;
    }

    /// Starts the description of a server.
    ///
    /// @return a builder
    public static Builder builder() {
        return new Builder();
    }

    /// The address that clients connect to.
    ///
    /// @return the listener's address, also after close
    public InetSocketAddress localAddress() {
        return server.localAddress();
    }

    /// How many WebSockets are being served.
    ///
    /// @return WebSockets whose handler has not returned
    public int connectionCount() {
        return sockets.size();
    }

    /// Winds down: accepts no more, closes every WebSocket with [CloseCode#GOING_AWAY], and waits until the handlers
    /// have returned of their own accord, as they do when a receive returns the peer's close, behind the messages before
    /// it. A peer that does not take our close and answer it within [WebSocketOptions#closeTimeout()] is cut off; the time
    /// in which a message of its waits for a receive does not count, and for one that is read in pieces it begins anew as
    /// long as they come. One that is received whole has to come within it. [#close()] is still due afterwards.
    ///
    /// @param deadline when to give up waiting; the handlers then go on, and no peer is cut off any more
    /// @return true if every handler has returned and its connection is closed, save those that wait for the others
    ///     themselves: in this call, in [#awaitClose()] or in [#close()]
    /// @throws InterruptedException if the calling thread is interrupted; the handlers then go on
    public boolean shutdown(Deadline deadline) throws InterruptedException {
        isShuttingDown = true;
        boolean haveReturned;
        try {
            sockets.forEach(socket -> startGoodbye(socket, deadline));
        } finally {
            haveReturned = server.shutdown(deadline); // for want of memory for a goodbye, too
        }
        return haveReturned;
    }

    /// Stops at once: accepts no more, sends each WebSocket [CloseCode#GOING_AWAY] as far as that goes without waiting,
    /// interrupts the handlers, closes their streams, and waits until all of their threads have ended, save those on
    /// which handlers call it. Closing twice is fine.
    @Override
    public void close() {
        isShuttingDown = true;
        try {
            sockets.forEach(WebSocket::sayGoingAway);
        } finally {
            server.close(); // for want of memory for a goodbye, too
        }
    }

    /// Waits until the server accepts no more, because another thread has called [#close()] or [#shutdown(Deadline)] or
    /// all of its event loops have ended, and its handlers have returned, save those that wait for the others like this,
    /// in [#shutdown(Deadline)] or in [#close()]: for a main thread with nothing else to do.
    ///
    /// @throws InterruptedException if the calling thread is interrupted; the server goes on
    public void awaitClose() throws InterruptedException {
        server.awaitClose();
    }

    @Override
    public String toString() {
        return "WebSocketServer[" + localAddress() + ", " + connectionCount() + " connections]";
    }

    private void serve(TcpStream tcp) throws Exception {
        Deadline deadline = Deadline.after(handshakeTimeout);
        ByteStream stream = tls == null ? tcp : TlsStream.server(tcp, tls, deadline);
        var input = new InputBuffer(stream);
        try {
            input.await(deadline); // the stack is not deep here, and its thread keeps what room it took (IdleCost)
        } catch (Throwable e) {
            stream.close(); // TLS gives its buffers back
            throw e;
        }
        WebSocket socket;
        try {
            socket = acceptor.accept(stream, input, deadline, Deadline.never());
        } catch (WebSocketException.HandshakeRefused e) {
            LOG.log(Level.DEBUG, "a client was told", e);
            return;
        }
        if (socket == null) {
            return;
        }
        sockets.add(socket);
        try {
            if (isShuttingDown) { // has come too late for the goodbyes
                sayClosed(socket, CloseCode.GOING_AWAY);
                return;
            }
            handle(socket);
            socket.close();
        } catch (Throwable e) {
            sayClosed(socket, isShuttingDown ? CloseCode.GOING_AWAY : CloseCode.INTERNAL_ERROR);
            throw e;
        } finally {
            sockets.remove(socket);
        }
    }

    private void handle(WebSocket socket) throws Exception {
        try {
            handlerFor(socket.request()).orElseThrow().handle(socket);
        } finally {
            Thread.interrupted(); // was meant for what the handler did, and is no reason to cut off its close
        }
    }

    /// On a thread of its own, since a close waits for its peer, and here for the handler, too: the deadline is the thread's
    /// bound, or the end of the connection.
    private void startGoodbye(WebSocket socket, Deadline deadline) {
        try {
            closers.newThread(() -> sayGoodbye(socket, deadline)).start();
        } catch (OutOfMemoryError _) {
            socket.sayGoingAway(); // needs no thread; a peer that does not answer is left when the server is closed
        }
    }

    private static void sayGoodbye(WebSocket socket, Deadline deadline) {
        try {
            socket.goAway(deadline);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, socket + ": the peer has not answered the goodbye", e);
        }
    }

    private static void sayClosed(WebSocket socket, CloseCode code) {
        try {
            socket.close(code, "", Deadline.never());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, socket + ": closed without the peer's answer", e);
        }
    }

    private Optional<HttpResponse> refusal(HandshakeRequest request) {
        if (handlerFor(request).isEmpty()) {
            return Optional.of(HttpResponse.text(404, "no WebSocket here\n"));
        }
        return policy.refusal(request);
    }

    private Optional<WebSocketHandler> handlerFor(HandshakeRequest request) {
        WebSocketHandler handler = routes.get(request.path());
        return Optional.ofNullable(handler == null ? routes.get(Builder.ANY_PATH) : handler);
    }

    /// Gathers what a server is to do.
    public static final class Builder {

        private static final String ANY_PATH = "*";

        private final Map<String, WebSocketHandler> routes = new LinkedHashMap<>();
        private WebSocketOptions options = WebSocketOptions.defaults();
        private HandshakePolicy policy = _ -> Optional.empty();
        private HttpFallback fallback;
        private TlsOptions tls;
        private ThreadFactory closers = Thread.ofVirtual().name("asyncio-ws-closer").factory();

        private Builder() {}

        /// Says who serves the WebSockets of a path. Paths without a handler are refused with 404.
        ///
        /// @param path the whole path, such as `/chat`, without the query
        /// @param handler what to do with each WebSocket
        /// @return this
        public Builder route(String path, WebSocketHandler handler) {
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException("route: expected a path that begins with a slash, got " + path);
            }
            if (path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
                throw new IllegalArgumentException("route: expected a path without a query or fragment, got " + path);
            }
            if (routes.putIfAbsent(path, Objects.requireNonNull(handler)) != null) {
                throw new IllegalArgumentException("route: " + path + " has a handler already");
            }
            return this;
        }

        /// Says who serves the WebSockets of all paths that have no handler of their own.
        ///
        /// @param handler what to do with each WebSocket
        /// @return this
        public Builder handler(WebSocketHandler handler) {
            routes.put(ANY_PATH, Objects.requireNonNull(handler));
            return this;
        }

        /// Sets the options of every WebSocket: limits, subprotocols, compression, origins.
        ///
        /// @param webSocketOptions by default [WebSocketOptions#defaults()]
        /// @return this
        public Builder options(WebSocketOptions webSocketOptions) {
            this.options = Objects.requireNonNull(webSocketOptions);
            return this;
        }

        /// Serves `wss` in place of `ws`.
        ///
        /// @param tlsOptions with an identity
        /// @return this
        public Builder tls(TlsOptions tlsOptions) {
            this.tls = Objects.requireNonNull(tlsOptions);
            return this;
        }

        /// Has requests looked at, and perhaps refused.
        ///
        /// @param handshakePolicy by default agrees to all that are in order
        /// @return this
        public Builder policy(HandshakePolicy handshakePolicy) {
            this.policy = Objects.requireNonNull(handshakePolicy);
            return this;
        }

        /// Answers requests that are no handshakes, which by default are refused with 426.
        ///
        /// @param httpFallback what to answer
        /// @return this
        public Builder fallback(HttpFallback httpFallback) {
            this.fallback = Objects.requireNonNull(httpFallback);
            return this;
        }

        /// Makes the threads that say goodbye in a shutdown.
        Builder closers(ThreadFactory factory) {
            this.closers = factory;
            return this;
        }

        /// Starts to serve.
        ///
        /// @param listener where connections come from; the server's from here on
        /// @return a running server, which the caller closes
        /// @throws IllegalStateException if there is no handler; the listener is closed then
        public WebSocketServer start(TcpListener listener) {
            Objects.requireNonNull(listener, "listener");
            if (routes.isEmpty()) {
                var refused = new IllegalStateException("server: expected a handler, got none");
                try {
                    listener.close();
                } catch (IOException e) {
                    refused.addSuppressed(e);
                }
                throw refused;
            }
            var server = new WebSocketServer(this);
            server.server = TcpServer.start(listener, server::serve);
            return server;
        }
    }
}
