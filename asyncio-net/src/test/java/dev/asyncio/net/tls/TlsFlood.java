package dev.asyncio.net.tls;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.testing.MemoryStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/// A client of the JDK's TLS 1.3, as the stream below ours: it shakes hands, and then has a record for whoever reads,
/// always, whatever the deadline. So no reader ever waits for it.
public final class TlsFlood implements ByteStream {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final byte[] LETTER = {'d'};
    private static final int UNREAD_BYTES = 1024;

    /// RFC 8446, section 6.1: a record with the warning user_canceled, after which a handshake may go on.
    private static final byte[] WARNING_RECORD = {21, 3, 3, 0, 2, 1, 90};

    /// What comes without end.
    enum Kind {
        /// New keys, and the demand for such (RFC 8446, section 4.6.3).
        KEYS,
        /// A letter d each, or what else was asked for.
        DATA
    }

    /// Null if it never gets to TLS.
    private final SSLEngine engine;

    private final Supplier<byte[]> data;
    private final ByteBuffer received = ByteBuffer.allocate(64 * 1024).flip();
    private final ByteBuffer dropped = ByteBuffer.allocate(64 * 1024);
    private final ByteBuffer sent = ByteBuffer.allocate(64 * 1024).flip();

    /// Takes what is written while nobody reads here, until it is full.
    private final MemoryStream.Pair unread = MemoryStream.pair(UNREAD_BYTES);

    private volatile boolean isReading = true;
    private volatile Kind kind;
    private volatile long recordCount;
    private volatile boolean isOpen = true;

    TlsFlood(SSLContext context, Kind kind) throws SSLException {
        this(context, kind, () -> LETTER);
    }

    private TlsFlood(SSLContext context, Kind kind, Supplier<byte[]> data) throws SSLException {
        this.engine = context.createSSLEngine("localhost", 443);
        this.kind = kind;
        this.data = data;
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {"TLSv1.3"});
        engine.beginHandshake();
    }

    private TlsFlood() {
        this.engine = null;
        this.data = null;
    }

    /// Sends such data without end, a record for each piece: which must have room for it.
    public static TlsFlood of(SSLContext context, Supplier<byte[]> pieces) throws SSLException {
        return new TlsFlood(context, Kind.DATA, pieces);
    }

    /// Never begins the handshake, but warns and warns.
    static TlsFlood ofWarnings() {
        return new TlsFlood();
    }

    /// How many have come behind the handshake.
    public long recordCount() {
        return recordCount;
    }

    /// While nobody reads.
    void turnTo(Kind next) {
        kind = next;
    }

    /// Takes nothing more but by [#readUnread], so that who writes to it waits.
    void stopReading() {
        isReading = false;
    }

    /// Waits for so much of what was written since it has stopped reading.
    void readUnread(int byteCount) throws IOException {
        unread.right().readFully(ByteBuffer.allocate(byteCount), Waiting.patience());
    }

    /// Has these for the next read, in one piece. While nobody reads.
    void sendTogether(Kind... kinds) throws IOException {
        sent.compact();
        for (Kind each : kinds) {
            wrapOne(each);
        }
        sent.flip();
    }

    private void wrapOne(Kind each) throws IOException {
        if (each == Kind.KEYS) {
            engine.beginHandshake();
        }
        ByteBuffer plain = each == Kind.DATA ? ByteBuffer.wrap(data.get()) : NOTHING;
        engine.wrap(plain, sent);
        if (plain.hasRemaining()) {
            throw new IOException("a piece of data longer than a record by " + plain.remaining() + " bytes");
        }
        recordCount++;
    }

    @Override
    public int read(ByteBuffer dst, Deadline deadline) throws IOException {
        while (!sent.hasRemaining()) {
            requireOpen();
            sent.clear();
            if (engine == null) {
                sent.put(WARNING_RECORD);
            } else {
                speak();
            }
            sent.flip();
        }
        int count = Math.min(dst.remaining(), sent.remaining());
        dst.put(sent.slice(sent.position(), count));
        sent.position(sent.position() + count);
        return count;
    }

    private void speak() throws IOException {
        switch (engine.getHandshakeStatus()) {
            case NEED_WRAP -> engine.wrap(NOTHING, sent);
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NEED_TASK -> {
                if (!listen()) {
                    throw new IOException("both sides wait for the other");
                }
            }
            case NOT_HANDSHAKING, FINISHED -> wrapOne(kind);
        }
    }

    /// @return false if there was nothing that could be taken in
    private boolean listen() throws SSLException {
        boolean hasHeard = false;
        while (true) {
            Tasks.run(engine);
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
                    || engine.unwrap(received, dropped.clear()).bytesConsumed() == 0) {
                return hasHeard;
            }
            hasHeard = true;
        }
    }

    @Override
    public int write(ByteBuffer src, Deadline deadline) throws IOException {
        requireOpen();
        if (!isReading) {
            return unread.left().write(src, deadline);
        }
        int count = src.remaining();
        if (isShakingHands()) {
            received.compact().put(src).flip();
            listen();
        } else {
            src.position(src.limit()); // does not care
        }
        return count;
    }

    private boolean isShakingHands() {
        return engine != null && engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length, Deadline deadline) throws IOException {
        long count = 0;
        for (int i = offset; i < offset + length; i++) {
            count += write(srcs[i], deadline);
        }
        return count;
    }

    @Override
    public void awaitReadable(Deadline deadline) throws IOException {
        requireOpen();
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public void shutdownOutput(Deadline deadline) {}

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    @Override
    public void close() {
        isOpen = false;
        unread.close();
    }

    @Override
    public void abort() {
        close();
    }
}
