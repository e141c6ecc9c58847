package dev.asyncio.core;

import java.nio.channels.AcceptPendingException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.ReadPendingException;
import java.nio.channels.SelectionKey;
import java.nio.channels.WritePendingException;
import java.util.function.Supplier;

/// What a thread can wait for on a channel. [#READ] and [#ACCEPT] share the inbound direction, [#WRITE] and
/// [#CONNECT] the outbound one; each direction has at most one waiting thread.
public enum Interest {
    /// Bytes, the peer's end or an error can be read.
    READ(SelectionKey.OP_READ, ReadPendingException::new),
    /// There is room for bytes, or an error to report.
    WRITE(SelectionKey.OP_WRITE, WritePendingException::new),
    /// A connection waits to be accepted.
    ACCEPT(SelectionKey.OP_ACCEPT, AcceptPendingException::new),
    /// A connect has finished or failed.
    CONNECT(SelectionKey.OP_CONNECT, ConnectionPendingException::new);

    final int operation;
    private final Supplier<IllegalStateException> pendingException;

    Interest(int operation, Supplier<IllegalStateException> pendingException) {
        this.operation = operation;
        this.pendingException = pendingException;
    }

    /// What the second of two threads gets that want the same direction at once.
    ///
    /// @return a new exception: [ReadPendingException] and so on
    public IllegalStateException pendingException() {
        return pendingException.get();
    }
}
