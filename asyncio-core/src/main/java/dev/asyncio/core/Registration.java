package dev.asyncio.core;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;

/// One channel on one [EventLoop]: the only place that waits for readiness, arms interest and closes the channel.
///
/// The channel belongs to the registration from here on: close it through [#close()], never directly.
public final class Registration implements Closeable {

    private static final AtomicReferenceFieldUpdater<Registration, ReadinessSlot> OUTBOUND =
            AtomicReferenceFieldUpdater.newUpdater(Registration.class, ReadinessSlot.class, "outbound");

    private final EventLoop loop;
    private final SelectableChannel channel;
    private final ReadinessSlot inbound = new ReadinessSlot(this);

    /// Null until somebody waits for it: most connections' peers always take what they are sent (IdleCost).
    private volatile ReadinessSlot outbound;

    /// Set once, before the registration is handed to anyone.
    private SelectionKey key;

    Registration(EventLoop loop, SelectableChannel channel) {
        this.loop = loop;
        this.channel = channel;
    }

    void setKey(SelectionKey key) {
        this.key = key;
    }

    /// Parks the calling thread until the channel is likely ready for `interest`. May return early, so callers try
    /// their operation again and wait again in a loop.
    ///
    /// Inbound and outbound directions are independent; one thread at a time may wait for each. An event that comes
    /// before the wait is kept, and the wait returns at once.
    ///
    /// @param interest what to wait for
    /// @param deadline when to give up
    /// @return true if the thread waited; false if the event had come before, a hint that trying first pays
    /// @throws java.io.InterruptedIOException if the thread is interrupted before or while it waits; its interrupt
    ///     status stays set and the channel stays as it was
    /// @throws java.net.SocketTimeoutException if the deadline passes first; the channel stays as it was
    /// @throws AsynchronousCloseException if another thread closes the registration meanwhile
    /// @throws ClosedChannelException if the registration was closed before
    /// @throws EventLoopClosedException if the event loop has failed or was closed
    /// @throws IOException the common type of all these
    /// @throws IllegalArgumentException if the channel knows no such interest
    /// @throws IllegalStateException [Interest#pendingException()], if another thread waits in this direction
    public boolean await(Interest interest, Deadline deadline) throws IOException {
        if ((channel.validOps() & interest.operation) == 0) {
            throw new IllegalArgumentException("await " + interest + ": not possible on " + channel);
        }
        return slotOf(interest.operation).await(interest, deadline);
    }

    /// Parks the calling thread until the loop has begun a turn, so that others run meanwhile: for those who find their
    /// channel ready again and again, and so never wait. A thread that is interrupted, or whose loop has ended, goes on
    /// at once, and so does the loop's own, on which tasks of [#runSoon] are run.
    ///
    /// @param deadline when to go on without it: one of those tasks, or whoever has the loop's carrier, may take long
    public void awaitTurn(Deadline deadline) {
        if (loop.isCurrentThread()) {
            return;
        }
        var turn = new Turn(Thread.currentThread());
        // No timed park: a virtual thread for whose timer the JDK (25.0.3) finds no memory never runs again.
        Future<?> alarm = deadline.isNever() ? null : Alarm.schedule(turn::wake, deadline.remainingNanos());
        try {
            loop.execute(turn);
            // A loop that has ended since runs the last commands after it has said so.
            while (!turn.hasCome && !loop.isTerminated() && !turn.waiter.isInterrupted() && !deadline.isExpired()) {
                LockSupport.park(this);
            }
        } finally {
            if (alarm != null) {
                alarm.cancel(false);
            }
        }
    }

    /// Who waits for a turn, and whether it has come.
    private static final class Turn implements Runnable {

        private final Thread waiter;
        private volatile boolean hasCome;

        Turn(Thread waiter) {
            this.waiter = waiter;
        }

        @Override
        public void run() {
            hasCome = true;
            wake();
        }

        private void wake() {
            LockSupport.unpark(waiter);
        }
    }

    /// Runs a short task at the loop's next turn, on the loop's thread: it must neither wait nor compute for long, for all
    /// of the loop's channels wait meanwhile, and nothing cuts it short. What it throws is logged.
    ///
    /// @param task what to run; not at all if the loop has ended
    public void runSoon(Runnable task) {
        loop.execute(() -> {
            try {
                task.run();
            } catch (Throwable e) { // one connection's, no matter what it is: the loop serves others
                loop.log(channel, "a task for it failed on its event loop", e);
            }
        });
    }

    /// The loop that this channel is registered with.
    ///
    /// @return the loop
    public EventLoop loop() {
        return loop;
    }

    /// Closes the channel, wakes the threads that wait for it, and has the selector give its descriptor back.
    /// Any thread may call this, any number of times.
    ///
    /// @throws IOException if the system reports an error on close; the channel counts as closed all the same
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            closeSlots();
            // A registered channel's descriptor is released by the selector's next turn, which a sleeping loop
            // would not take before some other channel's event.
            loop.wakeup();
        }
    }

    /// Like [#close()], and returns only once the system has the channel's descriptor back, which takes a turn of the
    /// loop: for listeners, whose port is taken until then. An interrupt does not shorten this, and is kept.
    ///
    /// @throws IOException if the system reports an error on close; the channel counts as closed all the same
    public void closeAndAwaitRelease() throws IOException {
        try {
            close();
        } finally {
            loop.awaitDeregistration();
        }
    }

    /// Wakes those who wait for what the selector found. On the loop's thread, inside the selector's monitors.
    void onEvent() {
        int operations;
        try {
            operations = key.readyOps();
        } catch (CancelledKeyException _) {
            return; // closed since the selector looked: close wakes whoever waits
        }
        if ((operations & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0) {
            inbound.onEvent();
        }
        if ((operations & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0) {
            outbound().onEvent();
        }
    }

    /// Fails both directions: those who wait now and every later wait.
    void closeSlots() {
        inbound.close();
        ReadinessSlot made = outbound;
        if (made != null) {
            made.close();
        }
    }

    /// On the loop's thread.
    void addInterest(int operation) {
        changeInterest(operation, 0);
    }

    /// On the loop's thread.
    void removeInterest(int operation) {
        changeInterest(0, operation);
    }

    /// A part of every event that finds no waiter. It makes no object: where there is no memory for it, the loop would end.
    private void changeInterest(int added, int removed) {
        try {
            key.interestOps((key.interestOps() | added) & ~removed); // which nobody else changes
        } catch (CancelledKeyException _) {
            // The channel is closed: nothing more is reported, and close wakes whoever waits.
        }
    }

    SelectionKey key() {
        return key;
    }

    ReadinessSlot inbound() {
        return inbound;
    }

    SelectableChannel channel() {
        return channel;
    }

    IOException closedBeforehand() {
        return channel.isOpen() ? loop.terminated() : new ClosedChannelException();
    }

    IOException closedWhileWaiting() {
        return channel.isOpen() ? loop.terminated() : new AsynchronousCloseException();
    }

    private ReadinessSlot slotOf(int operation) {
        return (operation & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0 ? inbound : outbound();
    }

    /// Close publishes "closed" inbound before it looks for this slot, and this publishes the slot before it looks whether
    /// inbound is closed: so one of the two closes it.
    private ReadinessSlot outbound() {
        if (outbound == null) {
            OUTBOUND.compareAndSet(this, null, new ReadinessSlot(this));
            if (inbound.isClosed()) {
                outbound.close();
            }
        }
        return outbound;
    }
}
