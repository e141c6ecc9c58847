package dev.asyncio.net.tls;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.buffers.BufferPool;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritePendingException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// The way out: makes records of what is written.
///
/// A record that has been made must go out whole, or the peer can decrypt nothing that comes behind it. So what a
/// deadline or an interrupt cuts off is left to a thread of its own, and the next write waits for that.
///
/// The thread that reads must never wait for a peer that does not read, or two such peers would wait for each other
/// for ever. What it has to send (a key update, an alert) it only tries to write.
final class TlsOutput {

    private static final System.Logger LOG = System.getLogger(TlsOutput.class.getName());
    private static final Deadline NOW = Deadline.after(Duration.ZERO);
    private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

    private final ByteStream below;
    private final SSLEngine engine;

    /// True while a call of the stream's user is under way.
    private final AtomicBoolean busy = new AtomicBoolean();

    /// Held while records are made and written, so also while their writer waits for a slow peer.
    private final ReentrantLock lock = new ReentrantLock();

    /// Records that have not gone out; written to at its position. Null when there are none. Guarded by [#lock].
    private ByteBuffer pending;

    /// Where [#pending] goes back to. Guarded by [#lock].
    private BufferPool pool;

    /// A thread waits to write what is pending. Guarded by [#lock].
    private boolean isDraining;

    /// Records were lost with a write that failed, and the peer could decrypt nothing behind them. Guarded by [#lock].
    private boolean isBroken;

    /// Nothing may be written any more: close_notify was sent, or is due.
    private volatile boolean isEnded;

    /// Set by a reader, or a close, that could not have the lock: its holder has something to send when it lets go.
    private volatile boolean isAttentionDue;

    TlsOutput(ByteStream below, SSLEngine engine) {
        this.below = below;
        this.engine = engine;
    }

    boolean isEnded() {
        return isEnded;
    }

    /// Writes all of the buffers, in records as large as may be.
    long write(ByteBuffer[] srcs, int offset, int length, Deadline deadline) throws IOException {
        long before = remaining(srcs, offset, length); // first, since it fails where a buffer is null
        begin();
        try {
            requireOpen();
            if (before == 0) {
                return 0;
            }
            lock(deadline);
            try {
                if (isEnded) {
                    throw new AsynchronousCloseException(); // by a close, while this waited
                }
                while (remaining(srcs, offset, length) > 0) {
                    wrap(srcs, offset, length, deadline);
                }
                flush(deadline);
            } finally {
                unlock();
            }
            return before;
        } catch (InterruptedIOException e) {
            e.bytesTransferred = (int) Math.min(Integer.MAX_VALUE, before - remaining(srcs, offset, length));
            throw e;
        } finally {
            busy.setRelease(false);
        }
    }

    /// Sends what the handshake has to say next.
    void handshake(Deadline deadline) throws IOException {
        lock(deadline);
        try {
            wrapHandshake(deadline);
            flush(deadline);
        } finally {
            unlock();
        }
    }

    /// Sends what the engine wants to, now or with what goes out next; never waits.
    void attend() {
        isAttentionDue = true;
        if (lock.tryLock()) {
            unlock();
        }
    }

    /// Sends close_notify (RFC 8446, section 6.1), if not before the deadline then as soon as the peer reads; twice is
    /// fine.
    void end(Deadline deadline) throws IOException {
        begin();
        try {
            isEnded = true;
            isAttentionDue = true; // for whoever holds the lock beyond the deadline
            sendEnd(deadline);
        } finally {
            busy.setRelease(false);
        }
    }

    /// Sends close_notify unless somebody is writing; behind what a deadline has cut off of a write, as soon as the peer
    /// reads. Does not wait for that: our caller is about to read, and the peer may wait for it to.
    void endIfFree() {
        if (!busy.get()) {
            isEnded = true;
            attend();
        }
    }

    /// Waits until the end has gone out, if it is due.
    void awaitEnd(Deadline deadline) throws IOException {
        if (isEnded) {
            sendEnd(deadline);
        }
    }

    /// Gives back buffers. After the close of the stream below, so that nobody is writing for long.
    void release() {
        lock.lock();
        try {
            isEnded = true;
            giveBack();
        } finally {
            lock.unlock();
        }
    }

    private void sendEnd(Deadline deadline) throws IOException {
        lock(deadline);
        try {
            engine.closeOutbound();
            wrapHandshake(deadline);
            flush(deadline);
        } finally {
            unlock();
        }
    }

    private void begin() throws ClosedChannelException {
        if (!below.isOpen()) {
            throw new ClosedChannelException();
        }
        if (!busy.compareAndSet(false, true)) {
            throw new WritePendingException();
        }
    }

    private void requireOpen() throws IOException {
        if (isEnded) {
            throw new ClosedChannelException();
        }
    }

    private void lock(Deadline deadline) throws IOException {
        if (lock.tryLock()) {
            return;
        }
        try {
            if (deadline.isNever()) {
                lock.lockInterruptibly(); // a timed park would cost a timer
            } else if (!lock.tryLock(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw new SocketTimeoutException("write to TLS over " + below + ": deadline passed");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("write to TLS over " + below + ": interrupted");
        }
    }

    /// Lets go of the lock, and does what others could not have done meanwhile.
    private void unlock() {
        lock.unlock();
        while (isAttentionDue && lock.tryLock()) {
            try {
                isAttentionDue = false;
                sendDue();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "an answer was not sent over " + below, e);
            } finally {
                lock.unlock();
            }
        }
    }

    private void sendDue() throws IOException {
        if (!below.isOpen()) {
            return; // a buffer that was taken now would not be given back
        }
        if (isEnded) {
            engine.closeOutbound();
        }
        wrapHandshake(NOW);
        flush(NOW);
    }

    private void wrapHandshake(Deadline deadline) throws IOException {
        while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            if (wrap(NOTHING, 0, 1, deadline) == SSLEngineResult.Status.CLOSED) {
                return;
            }
        }
    }

    /// Makes a record behind those that are pending.
    private SSLEngineResult.Status wrap(ByteBuffer[] srcs, int offset, int length, Deadline deadline)
            throws IOException {
        if (isBroken) {
            throw new IOException("write to TLS over " + below + ": an earlier write failed");
        }
        makeRoom(remaining(srcs, offset, length), deadline);
        SSLEngineResult result = makeRecord(srcs, offset, length);
        if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
            Tasks.run(engine);
        }
        boolean isInVain = result.getStatus() == SSLEngineResult.Status.CLOSED && result.bytesProduced() == 0;
        if (isInVain && (srcs != NOTHING || !isEnded)) {
            throw new SSLException(
                    "the peer has closed, which ends both directions before TLS 1.3, or the connection was found broken");
        }
        return result.getStatus();
    }

    private SSLEngineResult makeRecord(ByteBuffer[] srcs, int offset, int length) throws SSLException {
        try {
            return engine.wrap(srcs, offset, length, pending);
        } catch (RuntimeException | Error e) { // for want of memory, half a record may be there
            losePending();
            throw e;
        }
    }

    private void makeRoom(long byteCount, Deadline deadline) throws IOException {
        int recordBytes = engine.getSession().getPacketBufferSize();
        if (pending != null && pending.remaining() < recordBytes) {
            flush(deadline);
        }
        if (pending == null) {
            pool = byteCount > BufferPool.RECORD.bufferBytes() || recordBytes > BufferPool.RECORD.bufferBytes()
                    ? BufferPool.RECORDS
                    : BufferPool.RECORD;
            pending = pool.acquire();
        }
    }

    private void flush(Deadline deadline) throws IOException {
        if (pending == null) {
            return;
        }
        pending.flip();
        try {
            below.write(pending, deadline);
            giveBack();
        } catch (InterruptedIOException e) {
            pending.compact();
            drainLater();
            throw e;
        } catch (IOException | RuntimeException | Error e) { // also for want of memory, half a record may have gone out
            losePending();
            throw e;
        }
    }

    private void losePending() {
        isBroken = true;
        giveBack();
    }

    private void drainLater() {
        if (!isDraining && below.isOpen()) {
            Thread.ofVirtual().name("asyncio-tls-drain").start(this::drain); // waits for the lock, which we hold
            isDraining = true; // not if there was no memory for the thread: nobody would try again
        }
    }

    /// Waits until the peer reads. Ends when all is written or the stream is closed.
    private void drain() {
        lock.lock();
        try {
            flush(Deadline.never());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "what was pending on " + below + " is lost", e);
        } finally {
            isDraining = false;
            isAttentionDue = true; // a close_notify, say, for which there was no room behind what was pending
            unlock();
        }
    }

    private void giveBack() {
        if (pending != null) {
            pool.release(pending);
            pending = null;
        }
    }

    private static long remaining(ByteBuffer[] srcs, int offset, int length) {
        long byteCount = 0;
        for (int i = offset; i < offset + length; i++) {
            byteCount += srcs[i].remaining();
        }
        return byteCount;
    }
}
