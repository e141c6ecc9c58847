package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Threads that wait for something that another thread reads. Mostly there are none: then to wake them costs nothing, and
/// they take no memory (IdleCost).
final class Watchers {

    /// Replaced, never changed.
    private volatile List<Thread> threads = List.of();

    synchronized void enter() {
        threads = Stream.concat(threads.stream(), Stream.of(Thread.currentThread())).toList();
    }

    /// Wakes the others, one of whom may have to go on with what the caller did.
    synchronized void leave() {
        threads = threads.stream().filter(thread -> thread != Thread.currentThread()).toList();
        wake();
    }

    /// Waits until [#wake()], perhaps less long.
    void park(Deadline deadline, Object party) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("wait on " + party + ": interrupted");
        }
        if (deadline.isExpired()) {
            throw new SocketTimeoutException("wait on " + party + ": deadline passed");
        }
        LockSupport.parkNanos(party, deadline.remainingNanos());
    }

    void wake() {
        threads.forEach(LockSupport::unpark);
    }
}
