package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Accepts connections and runs a handler for each on a virtual thread of its own.
///
/// ```java
/// StreamHandler echo = stream -> stream.inputStream().transferTo(stream.outputStream());
/// try (var server = TcpServer.start(TcpListener.bind(7007), echo)) {
///     server.awaitClose();
/// }
/// ```
///
/// [dev.asyncio.net.tls.TlsHandler] makes it a server of TLS.
public final class TcpServer implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(TcpServer.class.getName());

    /// As long as TLS waits for a peer, unless it is told otherwise.
    private static final Duration PARTING_TIMEOUT = Duration.ofSeconds(1);

    private final TcpListener listener;
    private final StreamHandler handler;
    private final Consumer<TcpStream> serving = this::serve;
    private final Acceptor acceptor;
    private final Partings partings;
    private final AtomicInteger connectionCount = new AtomicInteger();

    /// Those of the handlers, and the one that accepts.
    private final HandlerThreads threads = new HandlerThreads();

    private TcpServer(TcpListener listener, StreamHandler handler, Partings partings) {
        this.listener = listener;
        this.handler = Objects.requireNonNull(handler);
        this.acceptor = new Acceptor(listener, this::begin);
        this.partings = partings;
    }

    /// Starts to serve. The listener belongs to the server from here on; its options hold for the connections, and
    /// for how many of them are served at once.
    ///
    /// @param listener where connections come from
    /// @param handler what to do with each
    /// @return a running server, which the caller closes
    public static TcpServer start(TcpListener listener, StreamHandler handler) {
        return start(listener, handler, new Partings(PARTING_TIMEOUT));
    }

    static TcpServer start(TcpListener listener, StreamHandler handler, Partings partings) {
        var server = new TcpServer(listener, handler, partings);
        server.threads.start(server.acceptor::newThread, listener, _ -> server.acceptor.run());
        return server;
    }

    /// The address that clients connect to.
    ///
    /// @return the listener's address, also after close
    public InetSocketAddress localAddress() {
        return listener.localAddress();
    }

    /// How many connections are being served.
    ///
    /// @return connections whose handler has not returned
    public int connectionCount() {
        return connectionCount.get();
    }

    /// Winds down: accepts no more and waits until the handlers have returned of their own accord, and their peers have
    /// ended or had a second to, as [StreamHandler] says. Newcomers are refused as soon as the listener's event loop has
    /// had a turn, for which this waits, too. [#close()] is still due afterwards.
    ///
    /// @param deadline when to give up waiting; handlers and peers then go on, and that turn may be still to come
    /// @return true if the port is given up, every handler has returned and its connection is closed, save those that
    ///     wait for the others themselves: in this call, in [#awaitClose()] or in [#close()]
    /// @throws InterruptedException if the calling thread is interrupted; the handlers then go on
    public boolean shutdown(Deadline deadline) throws InterruptedException {
        acceptor.stop();
        return threads.awaitEnd(deadline);
    }

    /// Stops at once: accepts no more, interrupts the handlers, closes their streams, and waits until all of their
    /// threads have ended, so none outlives this call, save those on which handlers call it. A handler that ignores both
    /// keeps this waiting; an interrupt does not shorten the wait, and is kept. Closing twice is fine.
    @Override
    public void close() {
        try {
            acceptor.stop(); // the loop's next turn may have to wait for handlers that compute until they are interrupted
        } finally {
            threads.close();
        }
    }

    /// Waits until the server accepts no more, because another thread has called [#close()] or [#shutdown(Deadline)] or
    /// all of its event loops have ended, and its handlers have returned, save those that wait for the others like this,
    /// in [#shutdown(Deadline)] or in [#close()]: for a main thread with nothing else to do.
    ///
    /// @throws InterruptedException if the calling thread is interrupted; the server goes on
    public void awaitClose() throws InterruptedException {
        acceptor.awaitClose();
        threads.awaitEnd(Deadline.never());
    }

    @Override
    public String toString() {
        return "TcpServer[" + listener.localAddress() + ", " + connectionCount() + " connections]";
    }

    private void begin(SocketChannel accepted) throws IOException {
        TcpStream stream = listener.wrap(accepted);
        threads.start(stream.eventLoop().threadFactory(), stream, serving);
    }

    private void serve(TcpStream stream) {
        boolean hasReturned = false;
        connectionCount.incrementAndGet();
        try {
            handler.handle(stream);
            hasReturned = true;
        } catch (IOException e) {
            Level level = threads.isClosed() ? Level.DEBUG : Level.INFO; // peers break off every day
            LOG.log(level, "handler of " + stream + " ended: " + e);
        } catch (Throwable e) { // a handler ends its own connection, not the server
            LOG.log(threads.isClosed() ? Level.DEBUG : Level.ERROR, "handler of " + stream + " failed", e);
        } finally {
            connectionCount.decrementAndGet();
            letGo(stream, hasReturned);
        }
    }

    private void letGo(TcpStream stream, boolean hasReturned) {
        try {
            if (hasReturned) {
                partings.await(stream);
            }
        } finally {
            acceptor.vacate();
        }
    }
}
