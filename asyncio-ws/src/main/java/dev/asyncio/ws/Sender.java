package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.buffers.BufferPool;
import dev.asyncio.ws.frame.FrameHeader;
import dev.asyncio.ws.frame.Masking;
import dev.asyncio.ws.frame.MessageDeflater;
import dev.asyncio.ws.frame.Opcode;
import dev.asyncio.ws.frame.Overflow;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.ReentrantLock;

/// Writes frames. Any number of threads send; one after the other, a message never within another.
///
/// Small frames are gathered in a pooled buffer and go out by one write: at once, or, where the sender says that more
/// will follow, with the next flush, when a large buffer is full, or at the event loop's next turn.
///
/// The thread that receives must never wait for a peer that does not read, or two such peers would wait for each other
/// for ever. So what it has to send (pongs, the answer to a close, what was held back) it only tries to write; what the
/// system does not take then is left to a thread of its own.
final class Sender implements KeepAlive.Pinger {

    private static final System.Logger LOG = System.getLogger(Sender.class.getName());

    /// A payload from this length on is not copied into the buffer, unless it is masked on its way there.
    private static final int LARGE_PAYLOAD_BYTES = 8 * 1024;

    /// So much of a payload is one write, so that it shows whether a peer that is slow still takes something.
    private static final int PIECE_BYTES = 64 * 1024;

    /// Large buffers that may hold batches at once, in this process. A peer that does not read keeps one.
    private static final Semaphore LARGE_BATCHES = new Semaphore(64);

    /// Shorter messages are not worth compressing.
    private static final int MIN_DEFLATED_BYTES = 64;

    private static final int RANDOM_BYTES = 256;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Deadline NOW = Deadline.after(Duration.ZERO);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final AtomicReferenceFieldUpdater<Sender, byte[]> DUE_PONG =
            AtomicReferenceFieldUpdater.newUpdater(Sender.class, byte[].class, "duePong");

    private final ByteStream stream;
    private final boolean masks;

    /// Null where no compression was agreed on. Guarded by [#lock].
    private final MessageDeflater deflater;

    /// Held while frames are put together and written, so also while their sender waits for a slow peer.
    private final ReentrantLock lock = new ReentrantLock();

    /// Lets go those who wait for the end of the message in pieces, who wait without the lock; null while nobody does.
    /// Not a [java.util.concurrent.locks.Condition]: that takes the lock again, for however long, before it says that time
    /// is up, and gives it back without a look at what has become due. Guarded by [#lock].
    private CountDownLatch messageEnd;

    /// Who sends a message in pieces, while other messages wait; null if nobody does. Guarded by [#lock].
    private Thread pieceSender;

    /// A message went out without its end; nothing but a close can follow. Written by who sends the message.
    private volatile boolean isCutOff;

    /// A close frame was sent; nothing may follow it. Written with [#lock].
    private volatile boolean isEnded;

    /// A write failed, or half a frame went out and the rest is lost; nothing can follow. Written with [#lock].
    private volatile boolean isBroken;

    /// Whole frames, and perhaps the rest of one, that have not gone out; written to at its position. Null when there
    /// are none. Guarded by [#lock].
    private ByteBuffer pending;

    /// Asked the event loop for a flush that has not come yet. Guarded by [#lock].
    private boolean isFlushDue;

    /// A thread waits to write what is pending. Guarded by [#lock].
    private boolean isDraining;

    /// Counts the beginnings and the ends of writes, so it is odd while one is under way. Written with [#lock].
    private volatile int writeSteps;

    /// Keys for masks, made in advance. Guarded by [#lock].
    private ByteBuffer random;

    /// The newest ping's answer, where it could not be sent at once (5.5.3: older ones need none).
    private volatile byte[] duePong;

    /// A ping that nobody waits for could not be sent at once.
    private volatile boolean isPingDue;

    /// The answer to the peer's close, behind which a server ends the stream; null until the peer has closed.
    private volatile ByteBuffer closeAnswer;

    /// Set by those who could not have the lock: its holder has something to do for them when it lets go.
    private volatile boolean isAttentionDue;

    Sender(ByteStream stream, boolean masks, MessageDeflater deflater) {
        this.stream = stream;
        this.masks = masks;
        this.deflater = deflater;
    }

    /// Whether a close frame was sent.
    boolean isEnded() {
        return isEnded;
    }

    /// Whether a send failed, or was cut off where no message can follow.
    boolean isBroken() {
        return isBroken || isCutOff;
    }

    /// Sends a message.
    ///
    /// @param opcode text or binary
    /// @param payload its position moves to its limit
    /// @param moreFollows whether the frame may be held back for a moment, since the sender has more to do at once
    void sendMessage(Opcode opcode, ByteBuffer payload, boolean moreFollows, Deadline deadline) throws IOException {
        lockForMessage(deadline);
        try {
            if (moreFollows) {
                enlargePendingFor(payload);
            }
            if (deflater != null && payload.remaining() >= MIN_DEFLATED_BYTES) {
                putDeflated(opcode, true, payload, true, deadline);
            } else {
                putFrame(opcode, true, false, payload, deadline);
            }
            if (moreFollows) {
                flushSoon();
            } else {
                flush(deadline);
            }
        } finally {
            unlock();
        }
    }

    /// Claims the right to send a message in pieces, until [#endMessage].
    void beginMessage(Deadline deadline) throws IOException {
        lockForMessage(deadline);
        try {
            pieceSender = Thread.currentThread();
        } finally {
            unlock();
        }
    }

    /// Sends a piece of the message that has begun.
    ///
    /// @param opcode the message's for the first piece, then [Opcode#CONTINUATION]
    void sendPiece(Opcode opcode, ByteBuffer payload, Deadline deadline) throws IOException {
        lock(deadline);
        try {
            pieceSender = Thread.currentThread();
            putPiece(opcode, payload, false, deadline);
            flush(deadline);
        } finally {
            unlock();
        }
    }

    /// Ends the message that has begun. An interrupt does not keep this from its turn, or other messages would wait for
    /// ever; what it keeps from going out at once follows.
    void endMessage(Opcode opcode) throws IOException {
        lock.lock();
        boolean isPut = false;
        try {
            putEnd(opcode);
            isPut = true;
            flush(Deadline.never());
        } finally {
            isCutOff |= !isPut;
            releaseMessage();
            isAttentionDue = true; // what has not gone out follows
            unlock();
        }
    }

    /// Waits for room, whatever interrupts it, as it has waited for the lock.
    private void putEnd(Opcode opcode) throws IOException {
        boolean isInterrupted = false;
        try {
            while (true) {
                try {
                    putPiece(opcode, NOTHING, true, Deadline.never());
                    return;
                } catch (InterruptedIOException e) { // before any of it was put
                    if (!Thread.interrupted()) {
                        throw e;
                    }
                    isInterrupted = true;
                }
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Ends the message that has begun. Where the deadline passes before the end had its turn, the message goes on; else
    /// the end goes out now or as soon as the peer reads.
    void endMessage(Opcode opcode, Deadline deadline) throws IOException {
        lock(deadline);
        try {
            putPiece(opcode, NOTHING, true, deadline);
            releaseMessage();
            isAttentionDue = true; // what has not gone out follows
        } finally {
            unlock();
        }
    }

    /// Gives up the message that has begun, and with it all that could follow; never waits.
    void cutOffMessage() {
        isCutOff = true;
        requestAttention();
    }

    private void releaseMessage() {
        pieceSender = null;
        letMessagesGoOn();
    }

    private void putPiece(Opcode opcode, ByteBuffer payload, boolean isLast, Deadline deadline) throws IOException {
        requireOpen();
        if (deflater != null) {
            putDeflated(opcode, opcode != Opcode.CONTINUATION, payload, isLast, deadline);
        } else {
            putFrame(opcode, isLast, false, payload, deadline);
        }
    }

    /// Sends a ping, which gets its number when its turn has come.
    void sendPing(Ping ping, Deadline deadline) throws IOException {
        lock(deadline);
        try {
            requireOpen();
            putFrame(Opcode.PING, true, false, ping.numberedPayload(), deadline);
            flush(deadline);
        } finally {
            unlock();
        }
    }

    /// Sends the close frame, after which nothing is sent, unless one was sent before.
    void sendClose(ByteBuffer payload, Deadline deadline) throws IOException {
        lock(deadline);
        try {
            if (!isEnded) {
                requireOpen();
                putClose(payload, deadline);
                flush(deadline);
            }
        } finally {
            isAttentionDue = true; // what has not gone out follows
            unlock();
        }
    }

    private void putClose(ByteBuffer payload, Deadline deadline) throws IOException {
        putFrame(Opcode.CLOSE, true, false, payload, deadline);
        isEnded = true;
        letMessagesGoOn();
    }

    private void letMessagesGoOn() {
        if (messageEnd != null) {
            messageEnd.countDown();
            messageEnd = null;
        }
    }

    /// Answers the peer's close, unless a close frame was sent before, now or as soon as the peer reads. Behind that a
    /// server ends the stream (7.1.1). Never waits.
    void answerClose(ByteBuffer payload) {
        closeAnswer = payload;
        requestAttention();
    }

    /// Waits until all that was put has gone out.
    void awaitSent(Deadline deadline) throws IOException {
        lock(deadline);
        try {
            if (!isBroken) {
                flush(deadline);
            }
        } finally {
            unlock();
        }
    }

    /// Ends the stream behind what was put, in its turn: a drain may be writing. Waits until all of it has gone out.
    void shutdownOutput(Deadline deadline) throws IOException {
        lock(deadline);
        try {
            if (!isBroken) {
                flush(deadline);
            }
            stream.shutdownOutput(deadline);
        } finally {
            unlock();
        }
    }

    /// Answers a ping, now or as soon as the peer reads; never waits.
    void sendPong(byte[] payload) {
        duePong = payload;
        requestAttention();
    }

    /// Sends a ping without content, now or as soon as the peer reads, unless we have closed; never waits.
    @Override
    public void sendPingSoon() {
        isPingDue = !isEnded;
        requestAttention();
    }

    /// Whoever has closed expects no answer: how long to wait for the peer's close is for the caller to say. And a ping
    /// that cannot be sent any more, since the connection is broken, has had its turn.
    @Override
    public int obstacle() {
        if (isEnded) {
            return OURSELVES;
        }
        int write = writeSteps;
        if ((write & 1) == 1) {
            return write;
        }
        return isPingDue && !isBroken ? OURSELVES : NONE;
    }

    /// Writes what was held back, as far as that goes without waiting; the rest follows when the peer reads.
    void flushHeldBack() {
        if (pending != null) { // a stale look may miss only what other threads have put, and they flush
            requestAttention();
        }
    }

    /// Gives back buffers and native memory. After the stream's close, so that nobody is writing.
    void close() {
        lock.lock();
        try {
            isEnded = true;
            letMessagesGoOn();
            if (deflater != null) {
                deflater.close();
            }
            if (pending != null) {
                dropPending();
            }
        } finally {
            unlock();
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
                throw deadlinePassed();
            }
        } catch (InterruptedException _) {
            throw interrupted();
        }
        if (!stream.isOpen()) { // closed while this waited
            unlock();
            throw new AsynchronousCloseException();
        }
    }

    private void lockForMessage(Deadline deadline) throws IOException {
        lock(deadline);
        while (pieceSender != null && !isEnded && !isBroken && !isCutOff) {
            awaitMessageEnd(deadline);
        }
        boolean isItsTurn = false;
        try {
            requireOpen();
            if (isCutOff) {
                throw new IOException("send on " + stream + ": an earlier message was cut off");
            }
            isItsTurn = true;
        } finally {
            if (!isItsTurn) {
                unlock();
            }
        }
    }

    /// Lets go of the lock meanwhile. Where this throws, it has not taken the lock again.
    private void awaitMessageEnd(Deadline deadline) throws IOException {
        CountDownLatch end;
        try {
            end = endOfOthersMessage();
        } finally {
            unlock();
        }
        try {
            if (deadline.isNever()) {
                end.await(); // a timed park would cost a timer
            } else if (!end.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw deadlinePassed();
            }
        } catch (InterruptedException _) {
            throw interrupted();
        }
        lock(deadline);
    }

    private CountDownLatch endOfOthersMessage() {
        if (pieceSender == Thread.currentThread()) {
            throw new IllegalStateException("send on " + stream
                    + ": this thread has not ended the message that it sends in pieces; close its writer first");
        }
        if (messageEnd == null) {
            messageEnd = new CountDownLatch(1);
        }
        return messageEnd;
    }

    private SocketTimeoutException deadlinePassed() {
        return new SocketTimeoutException("send on " + stream + ": deadline passed before its turn came");
    }

    private InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("send on " + stream + ": interrupted before its turn came");
    }

    private void requireOpen() throws IOException {
        if (isEnded) {
            throw new ClosedChannelException();
        }
        if (isBroken) {
            throw new IOException("send on " + stream + ": an earlier send failed, or was cut off within a frame");
        }
    }

    /// Lets go of the lock, and does what others could not have done meanwhile.
    private void unlock() {
        lock.unlock();
        while (isAttentionDue && lock.tryLock()) {
            try {
                attend();
            } finally {
                lock.unlock();
            }
        }
    }

    private void requestAttention() {
        isAttentionDue = true;
        if (lock.tryLock()) {
            try {
                attend();
            } finally {
                unlock();
            }
        }
    }

    /// Writes what is due and what is pending, as far as that goes without waiting.
    private void attend() {
        isAttentionDue = false;
        isFlushDue = false;
        if (isCutOff) {
            releaseMessage();
        }
        if (isDraining) {
            return; // the drain attends when it is through
        }
        boolean isDone = false;
        try {
            sendWhatIsDue();
            isDone = true;
        } finally {
            if (!isDone) {
                isAttentionDue = true; // for want of memory: the next to let go of the lock tries again
            }
        }
    }

    private void sendWhatIsDue() {
        try {
            if (!isBroken) {
                putDueFrames();
                flush(NOW);
            }
            if (closeAnswer != null && (isEnded || isBroken) && !masks) {
                endStream();
            }
        } catch (InterruptedIOException _) { // a deadline is one, too
            drainLater();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "what was pending on " + stream + " is lost", e);
        }
    }

    private void endStream() throws IOException {
        try {
            stream.shutdownOutput(NOW);
        } catch (InterruptedIOException _) {
            // The end is under way, and follows as soon as the peer reads.
        }
    }

    private void drainLater() {
        if (!isDraining) {
            Thread.ofVirtual().name("asyncio-ws-drain").start(this::drain); // waits for the lock, which we hold
            isDraining = true; // not if there was no memory for the thread: nobody would try again
        }
    }

    private void putDueFrames() throws IOException {
        byte[] pong = duePong;
        if (pong != null && !isEnded) { // against 5.5.2, as WebSocket.shutdownOutput says
            putFrame(Opcode.PONG, true, false, ByteBuffer.wrap(pong), NOW);
        }
        DUE_PONG.compareAndSet(this, pong, null); // unless a newer one has come
        if (isPingDue && !isEnded) {
            putFrame(Opcode.PING, true, false, NOTHING, NOW);
        }
        isPingDue = false;
        ByteBuffer answer = closeAnswer;
        if (answer != null && !isEnded) {
            putClose(answer, NOW);
        }
    }

    /// Waits until the peer reads. Ends when all is written or the stream is closed.
    private void drain() {
        lock.lock();
        try {
            flush(Deadline.never());
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "what was pending on " + stream + " is lost", e);
        } finally {
            isDraining = false;
            isAttentionDue = true; // a pong may have become due
            unlock();
        }
    }

    private void flushSoon() {
        if (!isFlushDue) {
            stream.runSoon(this::requestAttention); // has its turn when we let go of the lock
            isFlushDue = true; // not if there was no memory for the task: nobody would ask again
        }
    }

    /// Part of a frame is never left for others to write behind: if not all of it is put, nothing can follow.
    private void putFrame(Opcode opcode, boolean isFinal, boolean isCompressed, ByteBuffer payload, Deadline deadline)
            throws IOException {
        int payloadBytes = payload.remaining();
        boolean isLarge = payloadBytes >= LARGE_PAYLOAD_BYTES;
        flushBeforeLarge(payloadBytes, deadline);
        makeRoom(isLarge && !masks ? 0 : payloadBytes, deadline);
        int key = masks ? newMaskKey() : 0;
        boolean isWhole = false;
        try {
            if (masks) {
                FrameHeader.writeMasked(pending, opcode, isFinal, isCompressed, payloadBytes, key);
                putMasked(payload, key, deadline);
            } else {
                FrameHeader.write(pending, opcode, isFinal, isCompressed, payloadBytes);
                if (isLarge) {
                    writeThrough(payload, deadline);
                } else {
                    pending.put(payload);
                }
            }
            isWhole = true;
        } finally {
            if (!isWhole) {
                markBroken();
            }
        }
    }

    /// Where more is to follow, what has gathered goes on in a large buffer when the small one is full, if there is one: 30
    /// messages of 4 KiB then share a write in place of 3 (suite.sh websocket-stream).
    private void enlargePendingFor(ByteBuffer payload) {
        if (pending == null || isPendingLarge() || payload.remaining() >= LARGE_PAYLOAD_BYTES
                || pending.remaining() >= FrameHeader.MAX_BYTES + payload.remaining()
                || !LARGE_BATCHES.tryAcquire()) {
            return;
        }
        ByteBuffer large;
        try {
            large = BufferPool.LARGE.acquire();
        } catch (OutOfMemoryError _) {
            LARGE_BATCHES.release();
            return;
        }
        large.put(pending.flip());
        dropPending();
        pending = large;
    }

    private boolean isPendingLarge() {
        return pending != null && pending.capacity() > BufferPool.SMALL.bufferBytes();
    }

    /// A large payload goes out with what is pending, which together must not be more than shows that a slow peer lives.
    private void flushBeforeLarge(int payloadBytes, Deadline deadline) throws IOException {
        if (payloadBytes >= LARGE_PAYLOAD_BYTES && isPendingLarge()) {
            flush(deadline);
        }
    }

    /// Sees to it that a frame with so long a payload fits, or, where it is too long, that as much of it as may be does.
    private void makeRoom(int payloadBytes, Deadline deadline) throws IOException {
        long byteCount = Math.min((long) FrameHeader.MAX_BYTES + payloadBytes, BufferPool.SMALL.bufferBytes());
        if (pending != null && pending.remaining() < byteCount) {
            flush(deadline);
        }
        if (pending == null) {
            pending = BufferPool.SMALL.acquire();
        }
    }

    private void putMasked(ByteBuffer payload, int firstKey, Deadline deadline) throws IOException {
        int key = firstKey;
        while (true) {
            int count = Math.min(payload.remaining(), pending.remaining());
            Masking.copy(payload, pending, count, key);
            key = Masking.rotate(key, count);
            if (!payload.hasRemaining()) {
                return;
            }
            writeThrough(NOTHING, deadline);
            pending = BufferPool.SMALL.acquire();
        }
    }

    /// Writes what is pending, which ends within a frame, and more of its payload behind it.
    private void writeThrough(ByteBuffer payload, Deadline deadline) throws IOException {
        int limit = payload.limit();
        try {
            var parts = new ByteBuffer[] {pending.flip(), payload};
            int end = payload.position();
            do {
                end += Math.min(limit - end, PIECE_BYTES);
                payload.limit(end);
                write(parts, deadline);
            } while (end < limit);
        } finally {
            payload.limit(limit);
            dropPending(); // no frame could follow half of this one
        }
    }

    private void write(ByteBuffer[] parts, Deadline deadline) throws IOException {
        writeSteps++;
        try {
            stream.write(parts, 0, parts.length, deadline);
        } finally {
            writeSteps++;
        }
    }

    private void markBroken() {
        isBroken = true;
        if (pending != null) {
            dropPending(); // it may end within a frame
        }
        letMessagesGoOn(); // they learn of it: the message that they wait for may never be ended
    }

    /// Writes what is pending. What a deadline or an interrupt cuts off is pending still, and follows as soon as may be.
    private void flush(Deadline deadline) throws IOException {
        if (pending == null) {
            return;
        }
        pending.flip();
        try {
            writePending(deadline);
            dropPending();
        } catch (InterruptedIOException e) {
            pending.compact();
            drainLater(); // the peer must not wait for half a frame until somebody sends again
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            markBroken();
            throw e;
        }
    }

    /// So much at a time that it shows whether a slow peer still takes something.
    private void writePending(Deadline deadline) throws IOException {
        int end = pending.limit();
        try {
            do {
                pending.limit(Math.min(pending.position() + PIECE_BYTES, end));
                writeSteps++;
                try {
                    stream.write(pending, deadline);
                } finally {
                    writeSteps++;
                }
            } while (pending.position() < end);
        } finally {
            pending.limit(end);
        }
    }

    private void dropPending() {
        if (isPendingLarge()) {
            LARGE_BATCHES.release();
        }
        BufferPool.SMALL.release(pending);
        pending = null;
    }

    private void putDeflated(
            Opcode opcode, boolean isFirst, ByteBuffer payload, boolean isLast, Deadline deadline) throws IOException {
        var room = ByteBuffer.allocate(deflater.maxBytes(payload.remaining()));
        // What is deflated is part of the stream that the peer inflates: lost, it cannot be made up for. So the deadline
        // may pass before that.
        flushBeforeLarge(room.capacity(), deadline);
        makeRoom(room.capacity(), deadline);
        boolean isPut = false;
        try {
            ByteBuffer deflated = deflater.deflate(payload, isLast, room, Overflow::grow);
            putFrame(opcode, isLast, isFirst, deflated.flip(), deadline);
            isPut = true;
        } finally {
            if (!isPut) {
                markBroken();
            }
        }
    }

    private int newMaskKey() {
        if (random == null || !random.hasRemaining()) {
            byte[] bytes = new byte[RANDOM_BYTES];
            RANDOM.nextBytes(bytes);
            random = ByteBuffer.wrap(bytes);
        }
        return random.getInt();
    }
}
