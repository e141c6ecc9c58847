package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoopClosedException;
import dev.asyncio.core.Interest;
import dev.asyncio.core.Registration;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;

/// One direction of a non-blocking channel in blocking style: begin, try, wait, try again, end. The one loop behind
/// read, write, accept and connect.
final class BlockingOps {

    private static final VarHandle BUSY;

    static {
        try {
            BUSY = MethodHandles.lookup().findVarHandle(BlockingOps.class, "busy", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /// A power of two: after so many attempts without a wait, the loop has a turn.
    private static final int ATTEMPTS_A_TURN = 256;

    /// The same of connections: each starts a thread that shakes hands, and keeps a carrier for a millisecond if that is
    /// TLS, while those wait who are served already.
    private static final int ACCEPTS_A_TURN = 16;

    private final Channel channel;
    private final Interest interest;

    /// Written between operations.
    private Registration registration;

    /// With whom the channel speaks, for error messages.
    private final InetSocketAddress party;

    /// True from begin to end of the one operation that may be under way in this direction. A field of its own, since
    /// an idle connection counts every byte.
    @SuppressWarnings("unused") // through BUSY
    private volatile boolean busy;

    /// The last wait was a real one, so most likely nothing has come yet when the next operation begins, and trying
    /// before waiting would waste a system call. Guarded by [#busy].
    private boolean waitFirst;

    /// Attempts since the last wait; from 0 again after 256. Guarded by [#busy].
    private byte attemptCount;

    /// True once we have sent our end, or read the peer's. The channel knows of ours, too, but an empty write does not ask
    /// the channel. Here, where an idle connection has room for it.
    private volatile boolean isEnded;

    BlockingOps(Channel channel, Registration registration, Interest interest, InetSocketAddress party) {
        this.channel = channel;
        this.registration = registration;
        this.interest = interest;
        this.party = party;
    }

    /// One try of the operation: what it came to, or 0 for "not now".
    @FunctionalInterface
    interface Attempt {
        long once() throws IOException;
    }

    /// Repeats the attempt until it comes to something, and returns that.
    long run(Attempt attempt, Deadline deadline) throws IOException {
        begin();
        try {
            return untilProgress(attempt, deadline);
        } catch (IOException e) {
            throw translate(e);
        } finally {
            end();
        }
    }

    /// Repeats the attempt, which returns how many bytes it moved, until it has moved `byteCount` in all.
    long runAll(Attempt attempt, long byteCount, Deadline deadline) throws IOException {
        begin();
        long moved = 0;
        try {
            while (moved < byteCount) {
                moved += untilProgress(attempt, deadline);
            }
            return moved;
        } catch (InterruptedIOException e) {
            e.bytesTransferred = (int) Math.min(Integer.MAX_VALUE, moved);
            throw e;
        } catch (IOException e) {
            throw translate(e);
        } finally {
            end();
        }
    }

    /// Waits until the channel is ready, without an attempt.
    void awaitReady(Deadline deadline) throws IOException {
        begin();
        try {
            boolean waited = false;
            while (!waited) { // an event from before may speak of bytes that have been read since
                waited = registration.await(interest, deadline);
            }
            waitFirst = false;
        } catch (IOException e) {
            throw translate(e);
        } finally {
            end();
        }
    }

    /// The channel is on another loop from here on. Not during an operation.
    void moveTo(Registration next) {
        registration = next;
    }

    /// Nothing goes this way any more.
    void markEnded() {
        isEnded = true;
    }

    boolean isEnded() {
        return isEnded;
    }

    private void begin() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
        if (!BUSY.compareAndSet(this, false, true)) {
            throw interest.pendingException();
        }
    }

    /// More is likely at hand: the next operation tries before it waits. Called within an attempt.
    void expectMore() {
        waitFirst = false;
    }

    private void end() {
        BUSY.setRelease(this, false);
    }

    private long untilProgress(Attempt attempt, Deadline deadline) throws IOException {
        int share = interest == Interest.ACCEPT ? ACCEPTS_A_TURN : ATTEMPTS_A_TURN;
        if ((++attemptCount & share - 1) == 0 && Thread.currentThread().isVirtual() && !deadline.isExpired()) {
            // A direction that never waits would keep its carrier, and with as many of these as there are carriers the
            // loops would not run, nor anybody else.
            registration.awaitTurn(deadline);
        }
        long result = waitFirst ? 0 : attempt.once();
        while (result == 0) {
            InterruptedIOException gaveUp = await(deadline);
            result = attempt.once();
            if (result == 0 && gaveUp != null) {
                throw gaveUp;
            }
        }
        return result;
    }

    /// Returns the interrupt or deadline that ended the wait, null for an event. It does not throw them, since what
    /// can go on without waiting goes on, and not every wait comes after an attempt.
    private InterruptedIOException await(Deadline deadline) throws IOException {
        try {
            boolean waited = registration.await(interest, deadline);
            attemptCount = 0;
            waitFirst = waited && interest == Interest.READ;
            return null;
        } catch (SocketTimeoutException _) {
            return new SocketTimeoutException(operation(interest) + party + ": deadline passed");
        } catch (InterruptedIOException _) {
            return new InterruptedIOException(operation(interest) + party + ": interrupted");
        }
    }

    /// Adds who and what to the system's words, and tells a close during the operation from one before it.
    private IOException translate(IOException e) {
        if (e instanceof ClosedChannelException) {
            return channel.isOpen() || e instanceof AsynchronousCloseException ? e : asynchronousClose(e);
        }
        if (e instanceof InterruptedIOException || e instanceof EventLoopClosedException) {
            return e;
        }
        if (e instanceof EOFException || e instanceof FileSystemException) {
            return e; // a file's, not the connection's
        }
        return failure(interest, party, e);
    }

    /// Adds who and what to the system's words.
    static SocketException failure(Interest interest, InetSocketAddress party, IOException e) {
        return failure(operation(interest), party, e);
    }

    /// Adds who and what to the system's words.
    static SocketException failure(String operation, InetSocketAddress party, IOException e) {
        var failure = new SocketException(operation + party + ": " + e.getMessage());
        failure.initCause(e);
        return failure;
    }

    /// What is done once the channel is ready: put together when it is to be told, since an idle connection holds no text.
    /// Not by a switch: that has a class of its own, which could not be loaded where the failure is a lack of descriptors.
    private static String operation(Interest interest) {
        if (interest == Interest.READ) {
            return "read from ";
        }
        if (interest == Interest.WRITE) {
            return "write to ";
        }
        return interest == Interest.ACCEPT ? "accept on " : "connect to ";
    }

    /// Not by Closes, which says the same: a class that is not there yet cannot be loaded where descriptors are short.
    private static AsynchronousCloseException asynchronousClose(IOException cause) {
        var closed = new AsynchronousCloseException();
        closed.initCause(cause);
        return closed;
    }
}
