package dev.asyncio.net.tls;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.buffers.BufferPool;
import dev.asyncio.net.buffers.InputBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadPendingException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// The way in: takes records apart. While it waits, holds a buffer only if something is in it.
final class TlsInput {

    private static final int HEADER_BYTES = 5; // RFC 8446, section 5.1

    /// A record is at least so much longer than what it holds: header, type and tag (RFC 8446, section 5.2).
    private static final int MIN_OVERHEAD_BYTES = HEADER_BYTES + 1 + 16;

    /// How much may come in records without data while answers wait for the peer to read: the longest record, or some 400
    /// key updates. The JDK makes each answer at once, and keeps it with a cipher of its own, 1 to 2 KiB. It also asks, as
    /// a peer, with every record that it reads before the first answer: one must bear hundreds. Not a number of records, since
    /// it takes any number of key updates in one (against RFC 8446, section 5.1).
    private static final int MAX_UNANSWERED_BYTES = 17 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ByteStream below;
    private final SSLEngine engine;
    private final TlsOutput output;
    private final InputBuffer records;

    /// True while a call of the stream's user is under way.
    private final AtomicBoolean busy = new AtomicBoolean();

    /// What was decrypted and is not read yet, from position to limit; null when there is none. Guarded by [#busy].
    private ByteBuffer plain;

    /// Why nothing more is read: a record could not be taken apart, and an engine that has said so once takes the stream for
    /// ended; or what was in one is lost for want of memory, and those behind it may decrypt well. Null if there is none.
    /// Guarded by [#busy].
    private Throwable failure;

    /// The call under way has taken records, and found nothing in them that would have ended it. Guarded by [#busy].
    private boolean isInVain;

    /// How much has come in records without data while answers wait. Guarded by [#busy].
    private int unansweredBytes;

    /// The peer has sent close_notify. Written with [#busy].
    private volatile boolean isEnded;

    /// A close waits for the peer's end, so whoever reads comes too late.
    private volatile boolean isClosing;

    private boolean isEstablished;

    TlsInput(ByteStream below, SSLEngine engine, TlsOutput output) {
        this.below = below;
        this.engine = engine;
        this.output = output;
        this.records = new InputBuffer(below, BufferPool.RECORD);
    }

    boolean isEnded() {
        return isEnded;
    }

    /// Takes in what the peer says next of the handshake.
    void handshake(Deadline deadline) throws IOException {
        if (!step(null)) {
            fill(deadline);
        } else if (isEnded) {
            throw new SSLException("the peer closed within the handshake");
        }
    }

    void onEstablished() {
        isEstablished = true;
    }

    int read(ByteBuffer dst, Deadline deadline) throws IOException {
        if (dst.isReadOnly()) { // the engine would refuse it, which is no fault of the stream's
            throw new IllegalArgumentException("expected a buffer to read into, got a read-only one");
        }
        begin();
        try {
            int count = 0;
            while (count == 0 && dst.hasRemaining()) {
                count = readOnce(dst, deadline);
            }
            return count <= 0 ? count : count + readAtHand(dst);
        } finally {
            end();
        }
    }

    /// @return 0 if it has to be tried again
    private int readOnce(ByteBuffer dst, Deadline deadline) throws IOException {
        if (plain != null) {
            return takePlain(dst);
        }
        if (isEnded) {
            return -1;
        }
        int position = dst.position();
        if (!step(dst)) {
            fill(deadline);
        }
        return dst.position() - position;
    }

    /// Takes the records that are at hand and have room. Who gets more at once sends more at once (TlsBenchmark). What fails
    /// is left to the next call: the caller is to have what it has got.
    ///
    /// @return how many bytes
    private int readAtHand(ByteBuffer dst) {
        int position = dst.position();
        try {
            while (plain == null && failure == null && !isEnded && hasRecordFor(dst.remaining()) && step(dst)) {}
        } catch (SSLException | OutOfMemoryError _) {
            // Kept as the failure, or met again.
        }
        return dst.position() - position;
    }

    private boolean hasRecordFor(int plainBytes) {
        int byteCount = recordBytes();
        return byteCount > 0 && records.bytes().remaining() >= byteCount
                && byteCount - MIN_OVERHEAD_BYTES <= plainBytes;
    }

    private int takePlain(ByteBuffer dst) {
        int count = Math.min(plain.remaining(), dst.remaining());
        dst.put(dst.position(), plain, plain.position(), count);
        dst.position(dst.position() + count);
        plain.position(plain.position() + count);
        if (!plain.hasRemaining()) {
            dropPlain();
        }
        return count;
    }

    void awaitReadable(Deadline deadline) throws IOException {
        begin();
        try {
            while (plain == null && failure == null && !isEnded) {
                if (!step(null)) {
                    fill(deadline);
                }
            }
        } finally {
            end();
        }
    }

    /// Throws away what comes until the peer's end, unless somebody reads.
    void awaitEnd(Deadline deadline) throws IOException {
        isClosing = true;
        if (!busy.compareAndSet(false, true)) {
            return;
        }
        isInVain = false;
        try {
            while (!isEnded) {
                dropPlain();
                if (!step(null)) {
                    fill(deadline);
                }
            }
        } finally {
            end();
        }
    }

    /// Gives back buffers, unless somebody reads, who will.
    void releaseIfClosed() {
        if (!below.isOpen() && busy.compareAndSet(false, true)) {
            try {
                dropPlain();
                records.discard();
            } finally {
                busy.setRelease(false);
            }
        }
    }

    private void begin() throws ClosedChannelException {
        if (!below.isOpen()) {
            throw new ClosedChannelException();
        }
        if (!busy.compareAndSet(false, true)) {
            if (isClosing || !below.isOpen()) { // a close reads, or gives back, and that is no fault of the caller's
                throw new ClosedChannelException();
            }
            throw new ReadPendingException();
        }
        isInVain = false;
    }

    /// A close that comes meanwhile either finds nobody reading, or is seen here: so the flag is written before it is looked
    /// at, for which a release alone is not enough.
    private void end() {
        busy.set(false);
        releaseIfClosed();
    }

    /// Takes the next record that is at hand, into `dst` if it has room for it, else into [#plain].
    ///
    /// @param dst null if there is none
    /// @return false if there is no whole record
    private boolean step(ByteBuffer dst) throws SSLException {
        if (failure != null) {
            throw failure instanceof SSLException e ? e : new SSLException("an earlier read failed", failure);
        }
        if (!records.bytes().hasRemaining()) {
            return false;
        }
        try {
            SSLEngineResult.Status status = dst == null ? SSLEngineResult.Status.BUFFER_OVERFLOW : unwrap(dst);
            return switch (status == SSLEngineResult.Status.BUFFER_OVERFLOW ? unwrapToPlain() : status) {
                case OK -> {
                    isInVain = true; // unless there was data in it, with which the call ends
                    yield true;
                }
                case CLOSED -> {
                    isEnded = true;
                    yield true;
                }
                case BUFFER_UNDERFLOW -> {
                    expectRecord();
                    yield false;
                }
                case BUFFER_OVERFLOW -> throw new SSLException("a record longer than the session allows");
            };
        } catch (SSLException e) {
            output.attend(); // tells the peer
            throw e;
        }
    }

    private SSLEngineResult.Status unwrap(ByteBuffer dst) throws SSLException {
        if (unansweredBytes > 0 && !isAnswerDue()) {
            unansweredBytes = 0;
        }
        try {
            SSLEngineResult result = engine.unwrap(records.bytes(), dst);
            if (result.getStatus() == SSLEngineResult.Status.OK) {
                heed(result);
            }
            return result.getStatus();
        } catch (Throwable e) {
            failure = e;
            throw e;
        }
    }

    private SSLEngineResult.Status unwrapToPlain() throws SSLException {
        BufferPool pool = plainPool();
        ByteBuffer room = pool.acquire();
        try {
            return unwrap(room);
        } finally {
            if (room.flip().hasRemaining()) {
                plain = room;
            } else {
                pool.release(room);
            }
        }
    }

    private BufferPool plainPool() {
        return engine.getSession().getApplicationBufferSize() <= BufferPool.RECORD.bufferBytes()
                ? BufferPool.RECORD
                : BufferPool.RECORDS;
    }

    private void dropPlain() {
        if (plain != null) {
            BufferPool.RECORD.release(plain);
            plain = null;
        }
    }

    /// What the engine wants done about a record that was no data. Within the handshake, its loop does it.
    private void heed(SSLEngineResult result) throws SSLException {
        HandshakeStatus status = result.getHandshakeStatus();
        if (!isEstablished || status == HandshakeStatus.NOT_HANDSHAKING || status == HandshakeStatus.FINISHED) {
            return;
        }
        if (!engine.getSession().getProtocol().equals("TLSv1.3")) {
            if (status != HandshakeStatus.NEED_WRAP || !output.isEnded()) {
                throw new SSLException("the peer asks for a renegotiation, which is refused (RFC 9325, section 3.5)");
            }
            output.attend(); // our own close_notify has not gone out yet
            return;
        }
        if (status == HandshakeStatus.NEED_TASK) {
            refuseHandshake();
        }
        output.attend();
        if (result.bytesProduced() == 0 && isAnswerDue()) {
            countUnanswered(result.bytesConsumed());
        }
    }

    /// Behind the handshake of TLS 1.3 the JDK has tasks for nothing but what has no place there: another handshake
    /// (RFC 8446, section 4.1.2), or the demand for a certificate (4.6.2). What the task finds is thrown once, by the
    /// next call of the engine, which has ended by then: from a wrap it would not get here, and that end be taken for
    /// the peer's.
    private void refuseHandshake() throws SSLException {
        Tasks.run(engine);
        engine.unwrap(NOTHING, NOTHING);
        throw new SSLException("the peer begins another handshake, against RFC 8446, section 4.1.2");
    }

    private boolean isAnswerDue() {
        return engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
    }

    private void countUnanswered(int byteCount) throws SSLException {
        unansweredBytes += byteCount;
        if (unansweredBytes > MAX_UNANSWERED_BYTES) {
            throw new SSLException("the peer asks for new keys, and takes no answer: expected at most "
                    + MAX_UNANSWERED_BYTES + " bytes of that, got " + unansweredBytes);
        }
    }

    /// Whole records have room where they are read to.
    private void expectRecord() {
        int byteCount = recordBytes();
        if (byteCount > 0) {
            records.expect(byteCount);
        }
    }

    /// How long the record is that begins at hand, its header included; 0 if that is not known.
    private int recordBytes() {
        ByteBuffer bytes = records.bytes();
        return bytes.remaining() < HEADER_BYTES
                ? 0
                : HEADER_BYTES
                        + Short.toUnsignedInt(bytes.getShort(bytes.position() + HEADER_BYTES - Short.BYTES));
    }

    /// Waits for more than is at hand. Takes what has come even beyond the deadline, but no more than makes one record.
    private void fill(Deadline deadline) throws IOException {
        if (isInVain) {
            requireTime(deadline);
        }
        records.await(deadline);
        if (!records.read(deadline)) {
            throw new EOFException(
                    "the peer ended the stream without close_notify (RFC 8446, section 6.1): what it sent"
                            + " may be cut short");
        }
    }

    /// A peer whose records come without end, and never bring what a call waits for, must not hold it beyond its deadline.
    private void requireTime(Deadline deadline) throws InterruptedIOException {
        if (deadline.isExpired()) {
            throw new SocketTimeoutException("read from TLS over " + below + ": deadline passed");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("read from TLS over " + below + ": interrupted");
        }
    }
}
