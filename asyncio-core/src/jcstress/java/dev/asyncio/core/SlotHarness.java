package dev.asyncio.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;

/// A slot whose loop never runs: one actor of a test plays the loop's thread. There is no selector, so that millions of
/// slots cost nothing but memory.
class SlotHarness {

    /// What [#await] came to.
    static final int EVENT_BEFORE = 0;
    static final int WOKEN = 1;
    static final int CLOSED = 2;
    static final int GAVE_UP = -1;

    private static final EventLoop LOOP =
            new EventLoop("jcstress", Thread.ofPlatform().factory(), Spin.never());
    private static final SelectableChannel CHANNEL = closedChannel(); // so that a slot that is closed says just that
    private static final Duration LOST = Duration.ofSeconds(5);

    private final SelectionKey key = new Key();
    private final ReadinessSlot slot;

    SlotHarness() {
        var registration = new Registration(LOOP, CHANNEL);
        registration.setKey(key);
        slot = registration.inbound();
    }

    private static SelectableChannel closedChannel() {
        try {
            Pipe pipe = Pipe.open();
            pipe.sink().close();
            pipe.source().close();
            return pipe.source();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Remembers what the loop is interested in.
    private static final class Key extends SelectionKey {

        private volatile int interest;

        @Override
        public SelectableChannel channel() {
            return CHANNEL;
        }

        @Override
        public Selector selector() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isValid() {
            return true;
        }

        @Override
        public void cancel() {}

        @Override
        public int interestOps() {
            return interest;
        }

        @Override
        public SelectionKey interestOps(int operations) {
            interest = operations;
            return this;
        }

        @Override
        public int readyOps() {
            return OP_READ;
        }
    }

    /// Waits long: who gives up has lost a wake-up.
    final int await() {
        return await(Deadline.after(LOST));
    }

    /// Waits no longer than the loop has already taken.
    final int awaitNothing() {
        return await(Deadline.after(Duration.ZERO));
    }

    /// The wait of a virtual thread, whose deadline an alarm rings for.
    final int awaitVirtually(Deadline deadline) {
        var outcome = new int[1];
        try {
            Thread.ofVirtual().start(() -> outcome[0] = await(deadline)).join();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts here", e);
        }
        return outcome[0];
    }

    private int await(Deadline deadline) {
        try {
            return slot.await(Interest.READ, deadline) ? WOKEN : EVENT_BEFORE;
        } catch (SocketTimeoutException _) {
            return GAVE_UP;
        } catch (ClosedChannelException _) {
            return CLOSED;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    final void event() {
        LOOP.runCommands();
        slot.onEvent();
    }

    /// One turn of a level-triggered selector.
    final void select(boolean isReady) {
        LOOP.runCommands();
        if (isReady && (key.interestOps() & SelectionKey.OP_READ) != 0) {
            slot.onEvent();
        }
    }

    final void close() {
        slot.close();
    }

    final ReadinessSlot slot() {
        return slot;
    }
}
