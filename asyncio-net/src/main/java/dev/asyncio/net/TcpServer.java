package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoopClosedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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

    /// Long enough that a lack of descriptors does not become a busy loop, short enough to be over soon after.
    private static final long ACCEPT_PAUSE_MILLIS = 100;

    static {
        new AcceptPausedEvent(); // loaded while there are descriptors to read its class file with
    }

    private final TcpListener listener;
    private final StreamHandler handler;
    private final Consumer<TcpStream> serving = this::serve;
    private final Semaphore vacancies;
    private final AtomicInteger connectionCount = new AtomicInteger();
    private final CountDownLatch listenerClosed = new CountDownLatch(1);

    /// Those of the handlers, and the one that accepts.
    private final HandlerThreads threads = new HandlerThreads();

    /// Set once, before it starts.
    private Thread acceptor;

    private TcpServer(TcpListener listener, StreamHandler handler) {
        this.listener = listener;
        this.handler = Objects.requireNonNull(handler);
        this.vacancies = new Semaphore(listener.options().connectionLimit());
    }

    /// Starts to serve. The listener belongs to the server from here on; its options hold for the connections, and
    /// for how many of them are served at once.
    ///
    /// @param listener where connections come from
    /// @param handler what to do with each
    /// @return a running server, which the caller closes
    public static TcpServer start(TcpListener listener, StreamHandler handler) {
        var server = new TcpServer(listener, handler);
        server.threads.start(server::acceptorThread, listener, _ -> server.accept());
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

    /// Winds down: accepts no more and waits until the handlers have returned of their own accord. Newcomers are
    /// refused from here on. [#close()] is still due afterwards.
    ///
    /// @param deadline when to give up waiting; the handlers then go on
    /// @return true if every handler has returned, the calling thread's own excepted
    /// @throws InterruptedException if the calling thread is interrupted; the handlers then go on
    public boolean shutdown(Deadline deadline) throws InterruptedException {
        closeListener();
        return threads.awaitEnd(deadline);
    }

    /// Stops at once: accepts no more, interrupts the handlers, closes their streams, and waits until all of their
    /// threads have ended, so none outlives this call, save the one that a handler calls it on. A handler that ignores
    /// both keeps this waiting; an interrupt does not shorten the wait, and is kept. Closing twice is fine.
    @Override
    public void close() {
        closeListener();
        threads.close();
    }

    /// Waits until the server accepts no more, because another thread has called [#close()] or [#shutdown(Deadline)] or
    /// its event loop has ended, and its handlers have returned: for a main thread with nothing else to do.
    ///
    /// @throws InterruptedException if the calling thread is interrupted; the server goes on
    public void awaitClose() throws InterruptedException {
        listenerClosed.await();
        threads.awaitEnd(Deadline.never());
    }

    @Override
    public String toString() {
        return "TcpServer[" + listener.localAddress() + ", " + connectionCount() + " connections]";
    }

    private void closeListener() {
        try {
            listener.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "closing " + listener + " failed", e);
        }
        listenerClosed.countDown();
        acceptor.interrupt(); // it may wait for a vacancy
    }

    private Thread acceptorThread(Runnable task) {
        Thread thread = listener.eventLoop().threadFactory().newThread(task);
        thread.setName("asyncio-acceptor-" + listener.localAddress());
        acceptor = thread;
        return thread;
    }

    private void accept() {
        try {
            acceptUntilClosed();
        } finally {
            listenerClosed.countDown(); // also when it ends by itself
        }
    }

    private void acceptUntilClosed() {
        while (listener.isOpen()) {
            try {
                vacancies.acquire();
                acceptOne();
            } catch (ClosedChannelException | InterruptedException | InterruptedIOException _) {
                return; // closed
            } catch (EventLoopClosedException e) {
                LOG.log(Level.ERROR, listener + " accepts no more", e);
                return;
            } catch (IOException | OutOfMemoryError e) {
                vacancies.release();
                pause(e);
            }
        }
    }

    private void acceptOne() throws IOException {
        TcpStream stream = listener.accept();
        threads.start(stream.eventLoop().threadFactory(), stream, serving);
    }

    private void serve(TcpStream stream) {
        connectionCount.incrementAndGet();
        try {
            handler.handle(stream);
        } catch (IOException e) {
            Level level = threads.isClosed() ? Level.DEBUG : Level.INFO; // peers break off every day
            LOG.log(level, "handler of " + stream + " ended: " + e);
        } catch (Throwable e) { // a handler ends its own connection, not the server
            LOG.log(threads.isClosed() ? Level.DEBUG : Level.ERROR, "handler of " + stream + " failed", e);
        } finally {
            connectionCount.decrementAndGet();
            vacancies.release();
        }
    }

    private void pause(Throwable reason) {
        try {
            pauseAndTell(reason);
        } catch (OutOfMemoryError _) {
            // Not even for the words is there memory: the acceptor goes on all the same.
        }
    }

    private void pauseAndTell(Throwable reason) {
        LOG.log(Level.WARNING, listener + " pauses for " + ACCEPT_PAUSE_MILLIS + " ms: " + reason.getMessage());
        var event = new AcceptPausedEvent();
        event.begin();
        try {
            listenerClosed.await(ACCEPT_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // closed: the next acquire ends the thread
        }
        event.listener = listener.toString();
        event.reason = reason.toString();
        event.commit();
    }
}
