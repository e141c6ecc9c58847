package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoopClosedException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A server's accept loop. Everybody depends on it, so it ends when its listener is closed or no event loop runs, and for
/// no other reason: what goes wrong with one connection ends that one, where none can be accepted, it pauses and tries
/// again, and where the listener's event loop has ended, it goes on with another of the group.
final class Acceptor {

    private static final System.Logger LOG = System.getLogger(TcpServer.class.getName());

    /// Long enough that a lack of descriptors does not become a busy loop, short enough to be over soon after.
    private static final long PAUSE_MILLIS = 100;

    static {
        new AcceptPausedEvent(); // loaded while there are descriptors to read its class file with
    }

    /// What begins with each connection.
    @FunctionalInterface
    interface Service {

        /// Has the connection served by others, and closes it where this throws.
        void begin(SocketChannel accepted) throws IOException;
    }

    private final TcpListener listener;
    private final Service service;
    private final Semaphore vacancies;
    private final CountDownLatch closed = new CountDownLatch(1);

    /// Set once, before it starts.
    private Thread thread;

    /// For as many connections at once as the listener's options say.
    Acceptor(TcpListener listener, Service service) {
        this.listener = listener;
        this.service = service;
        this.vacancies = new Semaphore(listener.options().connectionLimit());
    }

    /// Makes the thread for [#run()].
    Thread newThread(Runnable task) {
        thread = listener.eventLoop().threadFactory().newThread(task);
        thread.setName("asyncio-acceptor-" + listener.localAddress());
        return thread;
    }

    void run() {
        try {
            acceptUntilClosed();
        } finally {
            close(); // also when it ends by itself; and whoever stopped it while it changed loops may not know the new one
        }
    }

    /// A connection has ended.
    void vacate() {
        vacancies.release();
    }

    /// Accepts no more, and does not wait: the thread that accepts goes on until the port is given up.
    void stop() {
        end(TcpListener::closeSoon);
    }

    /// Accepts no more, and waits until the port is given up.
    void close() {
        end(TcpListener::close);
    }

    @FunctionalInterface
    private interface Ending {
        void end(TcpListener listener) throws IOException;
    }

    private void end(Ending ending) {
        try {
            ending.end(listener);
        } catch (IOException e) {
            tell(Level.WARNING, "was not closed in order", e);
        } finally {
            closed.countDown();
            thread.interrupt(); // it may wait for a vacancy, or pause
        }
    }

    /// Waits until no more is accepted, whatever the reason.
    void awaitClose() throws InterruptedException {
        closed.await();
    }

    private void acceptUntilClosed() {
        while (listener.isOpen()) {
            try {
                vacancies.acquire();
                begin(listener.acceptChannel(Deadline.never()));
            } catch (ClosedChannelException | InterruptedException | InterruptedIOException _) {
                return; // closed
            } catch (EventLoopClosedException e) {
                vacancies.release();
                if (!goOnElsewhere(e)) {
                    return;
                }
            } catch (Throwable e) { // no descriptor, no memory: what the whole process lacks
                vacancies.release();
                pause(e);
            }
        }
    }

    /// Whoever closes the listener meanwhile closes the port, and interrupts this thread, which then does not wait at it.
    ///
    /// @return false where that is the end
    private boolean goOnElsewhere(EventLoopClosedException reason) {
        try {
            listener.moveToAnotherLoop();
            tell(Level.INFO, "goes on with another event loop", reason); // the loop has said what is wrong
            return true;
        } catch (ClosedChannelException _) {
            return false;
        } catch (EventLoopClosedException e) {
            tell(Level.ERROR, "accepts no more", e);
            return false;
        } catch (Throwable e) { // no memory, say
            pause(e);
            return true;
        }
    }

    /// An exception is that connection's, and newcomers do not wait for it: a peer that breaks off could bring it about as
    /// often as it likes. An error is everybody's.
    private void begin(SocketChannel accepted) throws EventLoopClosedException {
        try {
            service.begin(accepted);
        } catch (EventLoopClosedException e) {
            throw e;
        } catch (IOException e) {
            vacancies.release();
            tell(Level.INFO, "lost a connection before it was served", e);
        } catch (RuntimeException e) { // an option that this system does not know, say
            vacancies.release();
            tell(Level.ERROR, "cannot serve a connection", e);
        }
    }

    private void pause(Throwable reason) {
        tell(reason instanceof IOException ? Level.WARNING : Level.ERROR, "pauses for " + PAUSE_MILLIS + " ms", reason);
        try {
            var event = new AcceptPausedEvent();
            event.begin();
            awaitPauseEnd();
            event.listener = listener.toString();
            event.reason = reason.toString();
            event.commit();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // closed: the next acquire ends the thread
        } catch (Throwable _) {
            // Not even for a pause is there memory, say: it goes on all the same, and the reason was told.
        }
    }

    /// No timed park, in which the JDK may lose a virtual thread where there is no memory for its timer, so that not even
    /// [#close()] would reach it. This timer is set before the park, and whoever closes interrupts that.
    private static void awaitPauseEnd() throws InterruptedException, ExecutionException {
        new CompletableFuture<Void>()
                .completeOnTimeout(null, PAUSE_MILLIS, TimeUnit.MILLISECONDS)
                .get();
    }

    /// A logger that fails, perhaps for want of memory, must not end the thread: so not even the words are put together
    /// outside.
    private void tell(Level level, String what, Throwable reason) {
        try {
            LOG.log(level, listener + " " + what + ": " + reason, level == Level.ERROR ? reason : null);
        } catch (Throwable _) {
            // There is no other place to tell it.
        }
    }
}
