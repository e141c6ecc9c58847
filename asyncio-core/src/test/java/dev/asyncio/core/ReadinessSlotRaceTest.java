package dev.asyncio.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Races over one slot. The test itself plays the selector, level-triggered like the real one, without system calls,
/// so that events, waits, give-ups and closes meet as often as they can. A lost wake-up shows as a wait that ends by
/// [Waiting#PATIENCE] instead of an event.
class ReadinessSlotRaceTest {

    private static final int ROUNDS = 200_000;
    private static final int ALARM_ROUNDS = 20_000;
    private static final Duration SOON = Duration.ofNanos(50_000);
    private static final Duration TIME = Duration.ofSeconds(20);

    private final EventLoop loop = new EventLoop("not-started", Thread.ofPlatform().factory(), Spin.never());
    private final AtomicInteger available = new AtomicInteger();
    private final Deadline timeIsUp = Deadline.after(TIME);
    private volatile int total = ROUNDS;
    private volatile boolean done;
    private Pipe pipe;
    private Registration registration;
    private Waiting<Void> selector;

    @BeforeEach
    void startSelector() throws IOException {
        pipe = Pipe.open();
        registration = loop.register(pipe.source());
        selector = Waiting.start(ThreadKind.PLATFORM, this::select);
    }

    @AfterEach
    void stopSelector() throws Exception {
        done = true;
        selector.value();
        registration.close();
        pipe.sink().close();
        loop.start();
        loop.close();
        loop.join();
    }

    private void select() {
        SelectionKey key = registration.key();
        while (!done) {
            loop.runCommands();
            if (available.get() > 0 && (key.interestOps() & SelectionKey.OP_READ) != 0) {
                registration.inbound().onEvent();
            }
            Thread.yield();
        }
    }

    @Test
    void noEventIsLostBetweenWaitsAndDisarming() throws Exception {
        var consumer = Waiting.start(ThreadKind.PLATFORM, () -> consume(Waiting::patience));
        int given = 0;
        while (given < total && consumer.isAlive()) {
            give(++given);
            for (int pause = given % 64; pause > 0; pause--) {
                Thread.onSpinWait();
            }
            while (available.get() > 2 && consumer.isAlive()) {
                Thread.yield();
            }
        }
        assertEquals(given, consumer.value());
    }

    @Test
    void noEventIsLostWhileAlarmsAreSet() throws Exception {
        total = ROUNDS / 40;
        var other = new ReadinessSlot(registration);
        var disturbing = new ArrayList<Waiting<Void>>();
        for (int i = 0; i < 3; i++) {
            disturbing.add(Waiting.start(ThreadKind.PLATFORM, () -> {
                while (!done) {
                    var alarm = new Alarm(other, Waiting.patience());
                    alarm.set(); // so many at once that the timer's lock makes the consumer park
                    alarm.callOff();
                }
            }));
        }
        var consumer = Waiting.start(ThreadKind.VIRTUAL, () -> {
            for (int taken = 0; taken < total; taken++) {
                while (available.get() == 0) {
                    registration.inbound().callOffAlarm(); // so that each wait sets one
                    registration.await(Interest.READ, Waiting.patience());
                }
                available.decrementAndGet();
            }
        });
        int given = 0;
        while (given < total && consumer.isAlive()) {
            for (int pause = given % 1_024; pause > 0; pause--) {
                Thread.onSpinWait();
            }
            give(++given);
            while (available.get() > 0 && consumer.isAlive()) {
                Thread.yield();
            }
        }
        consumer.value();
        done = true;
        for (Waiting<Void> thread : disturbing) {
            thread.value();
        }
    }

    /// The alarm of a wait that has ended rings just when the next wait but one begins; the one between would have waited
    /// for long.
    @Test
    void noDeadlineIsLostToTheAlarmOfAnEarlierWait() throws Exception {
        var end = Deadline.after(TIME.dividedBy(2));
        var consumer = Waiting.start(ThreadKind.VIRTUAL, () -> {
            for (int round = 0; round < ALARM_ROUNDS && !end.isExpired(); round++) {
                available.set(1);
                awaitOnce(Deadline.after(SOON));
                awaitOnce(Deadline.after(Duration.ofDays(2)));
                available.set(0);
                while (isAlarmDueSoon()) {
                    Thread.onSpinWait();
                }
                for (int pause = round % 32; pause > 0; pause--) {
                    Thread.onSpinWait();
                }
                while (awaitOnce(Deadline.after(SOON))) {
                    Thread.onSpinWait(); // the event of a wait before
                }
            }
        });
        consumer.value();
    }

    private static boolean isAlarmDueSoon() {
        return Alarm.TIMER.getQueue().peek() instanceof Delayed next
                && next.getDelay(TimeUnit.NANOSECONDS) < SOON.toNanos();
    }

    /// False if the deadline has passed.
    private boolean awaitOnce(Deadline deadline) throws IOException {
        try {
            registration.await(Interest.READ, deadline);
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        }
    }

    @Test
    void noEventIsLostWhenWaitsGiveUp() throws Exception {
        var consumer = Waiting.start(ThreadKind.PLATFORM, () -> consume(() -> Deadline.after(Duration.ZERO)));
        int given = 0;
        while (given < total && consumer.isAlive()) {
            give(++given);
            while (available.get() > 0 && consumer.isAlive()) {
                Thread.yield();
            }
        }
        assertEquals(given, consumer.value());
    }

    /// Makes one more available; the last one if the time is up.
    private void give(int count) {
        if (timeIsUp.isExpired()) {
            total = count;
        }
        available.incrementAndGet();
    }

    /// Takes what is available until it has all; a wait may end by its deadline only if that has passed already.
    private int consume(Supplier<Deadline> deadlines) throws IOException {
        int taken = 0;
        while (taken < total) {
            if (available.get() > 0) {
                available.decrementAndGet();
                taken++;
            } else {
                Deadline deadline = deadlines.get();
                boolean givesUp = deadline.isExpired();
                try {
                    registration.await(Interest.READ, deadline);
                } catch (SocketTimeoutException e) {
                    if (!givesUp) {
                        throw e;
                    }
                }
            }
        }
        return taken;
    }

    @Test
    void aCommandFromAWaitThatGaveUpTakesNothingFromTheNextWait() throws Exception {
        // Connect and write share a direction, so the two waits below want different operations of one slot.
        var socket = SocketChannel.open();
        var other = loop.register(socket);
        try {
            var first = Waiting.parked(ThreadKind.VIRTUAL, () -> other.await(Interest.WRITE, Deadline.never()));
            selectorTakesCommands();
            first.interrupt();
            first.failure(InterruptedIOException.class);
            var commandHeld = holdCommands();
            var passed = Deadline.after(Duration.ZERO);
            assertThrows(SocketTimeoutException.class, () -> other.await(Interest.CONNECT, passed));
            var next = Waiting.parked(ThreadKind.VIRTUAL, () -> other.await(Interest.WRITE, Deadline.never()));
            commandHeld.countDown();
            selectorTakesCommands();
            assertEquals(SelectionKey.OP_WRITE, other.key().interestOps() & SelectionKey.OP_WRITE);
            next.interrupt();
            next.failure(InterruptedIOException.class);
        } finally {
            other.close();
        }
    }

    private void selectorTakesCommands() throws InterruptedException {
        var taken = new CountDownLatch(1);
        loop.execute(taken::countDown);
        taken.await();
    }

    /// Commands given from now on wait until the latch is counted down.
    private CountDownLatch holdCommands() {
        var latch = new CountDownLatch(1);
        loop.execute(() -> {
            while (latch.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        return latch;
    }

    @Test
    void closeWakesWhoeverWaits() throws Exception {
        registration.close(); // so that the slots tell a close from a failed loop
        var closing = new AtomicReference<ReadinessSlot>();
        var closer = Waiting.start(ThreadKind.PLATFORM, () -> {
            while (!done) {
                ReadinessSlot slot = closing.get();
                if (slot != null) {
                    slot.close();
                    closing.set(null);
                }
            }
        });
        for (int i = 0; i < 20_000; i++) {
            var slot = new ReadinessSlot(registration);
            var deadline = i % 2 == 0 ? Waiting.patience() : Deadline.after(Duration.ZERO); // waits, or gives up
            var waiter = Waiting.start(ThreadKind.VIRTUAL, () -> awaitClose(slot, deadline));
            for (int pause = i % 512; pause > 0; pause--) {
                Thread.onSpinWait();
            }
            closing.set(slot);
            while (closing.get() != null && closer.isAlive()) {
                slot.onEvent();
            }
            slot.onEvent();
            waiter.value();
        }
        done = true;
        closer.value();
    }

    private static void awaitClose(ReadinessSlot slot, Deadline deadline) throws IOException {
        Deadline patience = Waiting.patience();
        while (!patience.isExpired()) {
            try {
                slot.await(Interest.READ, deadline);
            } catch (SocketTimeoutException _) {
                // gave up; tries again
            } catch (ClosedChannelException _) {
                return;
            }
        }
        throw new AssertionError("the close was forgotten");
    }
}
