package dev.asyncio.net;

import dev.asyncio.core.Deadline;
import java.nio.channels.Channel;
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

    /// The one that was started last, with the others behind it. Guarded by [#lock].
    private Handler<?> first;

    /// Written under [#lock].
    private volatile boolean closed;

    /// How a thread waits for the others to end. Those who wait must not all wait for each other, so each passes over
    /// whoever waits as it does, or more firmly. A close waits for the less firm ones, which pass over it, and which it has
    /// interrupted.
    private enum Wait {

        NOT_AT_ALL,

        /// In [#awaitEnd(Deadline)].
        UNTIL_INTERRUPTED,

        /// In [#close()].
        IN_SPITE_OF_INTERRUPTS
    }

    /// Starts a thread that has `task` serve the channel, then closes the channel. After [#close()], and where no thread
    /// can be had, it closes the channel and starts nothing.
    <C extends Channel> void start(ThreadFactory factory, C channel, Consumer<C> task) {
        boolean isStarted = false;
        try {
            isStarted = startUnlessClosed(factory, channel, task);
        } finally {
            if (!isStarted) {
                close(channel);
            }
        }
    }

    private <C extends Channel> boolean startUnlessClosed(ThreadFactory factory, C channel, Consumer<C> task) {
        var handler = new Handler<>(channel, task);
        handler.thread = factory.newThread(handler);
        if (!add(handler)) {
            return false;
        }
        try {
            handler.thread.start();
            return true;
        } catch (Throwable e) { // no memory for one more thread
            handler.end();
            throw e;
        }
    }

    /// One thread and its channel, from before the start until the channel is closed. Is itself a link of the list: a
    /// map's entry would cost each idle connection as much again (IdleCost).
    private final class Handler<C extends Channel> implements Runnable {

        private final C channel;
        private final Consumer<C> task;

        /// Set once, before it is started.
        private Thread thread;

        /// Guarded by [#lock].
        private Handler<?> previous;
        private Handler<?> next;

        /// Guarded by [#lock].
        private Wait wait = Wait.NOT_AT_ALL;

        Handler(C channel, Consumer<C> task) {
            this.channel = channel;
            this.task = task;
        }

        @Override
        public void run() {
            try {
                task.accept(channel);
            } finally {
                end();
            }
        }

        void end() {
            close(channel);
            remove(this);
        }
    }

    boolean isClosed() {
        return closed;
    }

    /// Waits until no thread is left but those that wait like this, or close; false if the deadline passes first.
    boolean awaitEnd(Deadline deadline) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            beginWait(Wait.UNTIL_INTERRUPTED);
            while (!onlyWaitersAreLeft(Wait.UNTIL_INTERRUPTED)) {
                if (deadline.isExpired()) {
                    return false;
                }
                threadEnded.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            }
            return true;
        } finally {
            mark(Wait.NOT_AT_ALL);
            lock.unlock();
        }
    }

    /// Interrupts the threads, closes their channels, and waits until all have ended but those that close, too. An
    /// interrupt does not shorten the wait, and is kept.
    void close() {
        Handler<?> handler = closeAndFirst();
        while (handler != null) {
            if (handler.thread != Thread.currentThread()) {
                handler.thread.interrupt();
            }
            close(handler.channel);
            handler = behind(handler);
        }
        lock.lock();
        try {
            beginWait(Wait.IN_SPITE_OF_INTERRUPTS);
            while (!onlyWaitersAreLeft(Wait.IN_SPITE_OF_INTERRUPTS)) {
                threadEnded.awaitUninterruptibly();
            }
        } finally {
            mark(Wait.NOT_AT_ALL);
            lock.unlock();
        }
    }

    private Handler<?> closeAndFirst() {
        lock.lock();
        try {
            closed = true;
            return first;
        } finally {
            lock.unlock();
        }
    }

    /// One that has been removed leads to those behind it still, and none is added any more. So no copy of the list is
    /// needed, for which there may be no memory.
    private Handler<?> behind(Handler<?> handler) {
        lock.lock();
        try {
            return handler.next;
        } finally {
            lock.unlock();
        }
    }

    private void beginWait(Wait wait) {
        mark(wait);
        threadEnded.signalAll();
    }

    /// Marks the calling thread, if it is one of them. Makes no object, for which there may be no memory.
    private void mark(Wait wait) {
        Handler<?> handler = first;
        while (handler != null && handler.thread != Thread.currentThread()) {
            handler = handler.next;
        }
        if (handler != null) {
            handler.wait = wait;
        }
    }

    /// Whether all that are left wait so, or more firmly.
    private boolean onlyWaitersAreLeft(Wait wait) {
        Handler<?> handler = first;
        while (handler != null && handler.wait.compareTo(wait) >= 0) {
            handler = handler.next;
        }
        return handler == null;
    }

    private boolean add(Handler<?> handler) {
        lock.lock();
        try {
            if (!closed) {
                handler.next = first;
                if (first != null) {
                    first.previous = handler;
                }
                first = handler;
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void remove(Handler<?> handler) {
        lock.lock();
        try {
            if (handler.previous == null) {
                first = handler.next;
            } else {
                handler.previous.next = handler.next;
            }
            if (handler.next != null) {
                handler.next.previous = handler.previous;
            }
            threadEnded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Whatever goes wrong with one, the others have their turn.
    private static void close(Channel channel) {
        try {
            channel.close();
        } catch (Throwable e) {
            tell(channel, e);
        }
    }

    /// Not even a logger that fails, perhaps for want of memory, keeps them from it: so the words are put together inside.
    private static void tell(Channel channel, Throwable reason) {
        try {
            LOG.log(System.Logger.Level.WARNING, "closing " + channel + " failed", reason);
        } catch (Throwable _) {
            // There is no other place to tell it.
        }
    }
}
