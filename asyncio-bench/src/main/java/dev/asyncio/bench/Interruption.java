package dev.asyncio.bench;

import java.io.InterruptedIOException;

/// What is thrown where a thread was interrupted that can only tell of I/O.
final class Interruption {

    private Interruption() {}

    /// The thread stays interrupted.
    ///
    /// @param what the thread was doing
    static InterruptedIOException in(String what) {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while " + what);
    }
}
