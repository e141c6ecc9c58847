package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import java.io.IOException;
import java.nio.channels.Channel;
import java.util.HashMap;
import java.util.Map;
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

    /// Waits until no thread is left but the calling one; false if the deadline passes first.
    boolean awaitEnd(Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!onlyCallerIsLeft()) {
                if (deadline.isExpired()) {
                    return false;
                }
                threadEnded.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Interrupts the threads, closes their channels, and waits until all but the calling one have ended. An interrupt
    /// does not shorten the wait, and is kept.
    void close() {
        for (Map.Entry<Thread, Channel> entry : closeAndList().entrySet()) {
            if (entry.getKey() != Thread.currentThread()) {
                entry.getKey().interrupt();
            }
            close(entry.getValue());
        }
        lock.lock();
        try {
            while (!onlyCallerIsLeft()) {
                threadEnded.awaitUninterruptibly();
            }
        } finally {
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

    private boolean onlyCallerIsLeft() {
        return channels.isEmpty() || (channels.size() == 1 && channels.containsKey(Thread.currentThread()));
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
