package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/// Threads that wait for something that another thread reads. Mostly there are none, and to wake them costs nothing.
final class Watchers {

    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    void enter() {
        threads.add(Thread.currentThread());
    }

    /// Wakes the others, one of whom may have to go on with what the caller did.
    void leave() {
        threads.remove(Thread.currentThread());
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
