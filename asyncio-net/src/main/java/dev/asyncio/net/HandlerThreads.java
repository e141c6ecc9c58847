package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import java.io.IOException;
import java.nio.channels.Channel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The threads of a server, each with the channel that it serves, so that none of either is left behind.
final class HandlerThreads {

    private static final System.Logger LOG = System.getLogger(HandlerThreads.class.getName());

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition threadEnded = lock.newCondition();

    /// Guarded by [#lock]. A thread is in here from before its start until it has closed its channel.
    private final Map<Thread, Channel> channels = new HashMap<>();

    /// Guarded by [#lock]. Threads that wait for the others to end, and so must not wait for each other.
    private final Set<Thread> waiting = new HashSet<>();

    /// Written under [#lock].
    private volatile boolean closed;

    /// Starts a thread that has `task` serve the channel, then closes the channel. After [#close()] it closes the
    /// channel and starts nothing.
    <C extends Channel> void start(ThreadFactory factory, C channel, Consumer<C> task) {
        Thread thread = factory.newThread(() -> {
            try {
                task.accept(channel);
            } finally {
                close(channel);
                remove(Thread.currentThread());
            }
        });
        if (!add(thread, channel)) {
            close(channel);
            return;
        }
        try {
            thread.start();
        } catch (Throwable e) { // no memory for one more thread
            close(channel);
            remove(thread);
            throw e;
        }
    }

    boolean isClosed() {
        return closed;
    }

    /// Waits until no thread is left but those that wait like this; false if the deadline passes first.
    boolean awaitEnd(Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            beginWait();
            while (!onlyWaitersAreLeft()) {
                if (deadline.isExpired()) {
                    return false;
                }
                threadEnded.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            }
            return true;
        } finally {
            waiting.remove(Thread.currentThread());
            lock.unlock();
        }
    }

    /// Interrupts the threads, closes their channels, and waits until all have ended but those that wait like this. An
    /// interrupt does not shorten the wait, and is kept.
    void close() {
        for (Map.Entry<Thread, Channel> entry : closeAndList().entrySet()) {
            if (entry.getKey() != Thread.currentThread()) {
                entry.getKey().interrupt();
            }
            close(entry.getValue());
        }
        lock.lock();
        try {
            beginWait();
            while (!onlyWaitersAreLeft()) {
                threadEnded.awaitUninterruptibly();
            }
        } finally {
            waiting.remove(Thread.currentThread());
            lock.unlock();
        }
    }

    private Map<Thread, Channel> closeAndList() {
        lock.lock();
        try {
            closed = true;
            return Map.copyOf(channels);
        } finally {
            lock.unlock();
        }
    }

    private void beginWait() {
        waiting.add(Thread.currentThread());
        threadEnded.signalAll();
    }

    private boolean onlyWaitersAreLeft() {
        return waiting.containsAll(channels.keySet());
    }

    private boolean add(Thread thread, Channel channel) {
        lock.lock();
        try {
            if (!closed) {
                channels.put(thread, channel);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void remove(Thread thread) {
        lock.lock();
        try {
            channels.remove(thread);
            threadEnded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "closing " + channel + " failed", e);
        }
    }
}
