package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// Whose turn it is to read, and who waits: for the turn, or for something that another thread reads. Any thread.
///
/// Mostly nobody waits. Then to wake them costs nothing, and all this takes half as much memory as a lock (IdleCost).
/// Those who wait are linked to each other, so that to leave wants no memory: for want of it, whoever has just got the
/// turn would fail, and never give it back.
final class ReadingTurn {

    private static final AtomicReferenceFieldUpdater<ReadingTurn, Thread> READER =
            AtomicReferenceFieldUpdater.newUpdater(ReadingTurn.class, Thread.class, "reader");

    /// Held for the few steps in which those who wait for any turn are linked, or not any more. Of a turn's own it
    /// would take twice as much memory as the turn (IdleCost), and a monitor may keep a virtual thread for ever
    /// (JDK-8373120).
    private static final ReentrantLock LINKS = new ReentrantLock();

    /// Null while nobody reads.
    private volatile Thread reader;

    /// The first of those who wait; null if nobody does. Written with [#LINKS].
    private volatile Watcher watchers;

    boolean tryTake() {
        return READER.compareAndSet(this, null, Thread.currentThread());
    }

    /// Where another has the turn, the watcher, who has entered, is woken as soon as that one gives it back.
    boolean tryTake(Watcher watcher) {
        watcher.wantsTurn = true; // first: so either the other, having given back, sees this, or we see nobody reads
        boolean isTaken = tryTake();
        watcher.wantsTurn = !isTaken;
        return isTaken;
    }

    /// Waits for the turn.
    ///
    /// @param party what is to be read from, for error messages
    void take(Deadline deadline, Object party) throws IOException {
        if (tryTake()) {
            return;
        }
        var watcher = new Watcher();
        enter(watcher);
        try {
            while (!tryTake(watcher)) {
                park(deadline, party);
            }
        } finally {
            leave(watcher);
        }
    }

    boolean isMine() {
        return reader == Thread.currentThread();
    }

    /// Ends the caller's turn.
    ///
    /// @param hasRead whether there may be news for those, too, who do not want the turn
    void giveBack(boolean hasRead) {
        reader = null;
        for (Watcher watcher = watchers; watcher != null; watcher = watcher.next) {
            if (hasRead || watcher.wantsTurn) {
                LockSupport.unpark(watcher.thread);
            }
        }
    }

    /// Tells those who wait, before the turn is given back, that a piece of a message has come.
    void tellPiece() {
        for (Watcher watcher = watchers; watcher != null; watcher = watcher.next) {
            watcher.hasSeenPiece = true;
        }
    }

    /// The first of those who wait, the calling thread perhaps among them; null if nobody does.
    Watcher watchers() {
        return watchers;
    }

    /// Has the watcher, a new one, woken from here on, which then looks for what it waits for.
    void enter(Watcher watcher) {
        LINKS.lock();
        try {
            watcher.next = watchers;
            watchers = watcher;
        } finally {
            LINKS.unlock();
        }
    }

    /// Wakes the others, one of whom may have to go on with what the caller did.
    void leave(Watcher watcher) {
        LINKS.lock();
        try {
            unlink(watcher);
        } finally {
            LINKS.unlock();
        }
        wake();
    }

    /// Leaves the watcher's own link as it is: whoever goes through them just now, and is at this one, finds the others.
    private void unlink(Watcher watcher) {
        if (watchers == watcher) {
            watchers = watcher.next;
            return;
        }
        Watcher before = watchers;
        while (before.next != watcher) {
            before = before.next;
        }
        before.next = watcher.next;
    }

    /// Waits until the caller's watcher is woken, perhaps less long.
    ///
    /// @param party what it waits for, for error messages
    void park(Deadline deadline, Object party) throws IOException {
        requireTime(deadline, party);
        if (deadline.isNever()) {
            LockSupport.park(party); // a timed park would cost a timer
        } else {
            LockSupport.parkNanos(party, deadline.remainingNanos());
        }
    }

    /// For those who wait, and for those whom a peer that sends without end never lets wait.
    ///
    /// @param party what is waited for, for error messages
    static void requireTime(Deadline deadline, Object party) throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("wait on " + party + ": interrupted");
        }
        if (deadline.isExpired()) {
            throw new SocketTimeoutException("wait on " + party + ": deadline passed");
        }
    }

    /// Wakes all who wait: what one of them waits for has come.
    void wake() {
        for (Watcher watcher = watchers; watcher != null; watcher = watcher.next) {
            LockSupport.unpark(watcher.thread);
        }
    }
}
