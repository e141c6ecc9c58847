package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;

/// What comes between a server's handler and the close of its stream where the handler has not read the peer's end: the
/// peer gets ours, and some time to read what was written last and to end as well. Closed with bytes unread, the system
/// would reset the connection, and the peer miss the answer. A server that is closed closes the stream, which ends this,
/// too; one that winds down waits for it as it does for handlers.
final class Partings {

    private static final System.Logger LOG = System.getLogger(TcpServer.class.getName());

    private static final int DROPPED_BYTES = 4 * 1024;

    private final Duration timeout;

    Partings(Duration timeout) {
        this.timeout = timeout;
    }

    /// Waits for the peer's end where that is due, on the handler's thread, which closes the stream afterwards. An interrupt
    /// that the handler has left is forgotten: it was meant for what that did.
    void await(TcpStream stream) {
        if (!stream.isOpen() || stream.isPeersEndRead() || stream.options().resetOnClose()) {
            return;
        }
        Thread.interrupted();
        try {
            Deadline deadline = Deadline.after(timeout);
            stream.shutdownOutput(deadline);
            dropUntilEnd(stream, deadline);
        } catch (IOException | IllegalStateException e) { // closed, time is up, or another thread reads or writes
            LOG.log(Level.DEBUG, stream + ": closed before its peer has ended", e);
        }
    }

    /// Holds no buffer while the stream is silent: many peers may take their time at once.
    private static void dropUntilEnd(TcpStream stream, Deadline deadline) throws IOException {
        boolean isAtEnd = false;
        while (!isAtEnd && !deadline.isExpired()) {
            stream.awaitReadable(deadline);
            isAtEnd = stream.read(ByteBuffer.allocate(DROPPED_BYTES), deadline) == -1;
        }
    }
}
