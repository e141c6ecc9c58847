package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.FullHeap;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.OwnProcess;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NothingLeftOver.class)
class ReadingTurnTest {

    private static final String PARTY = "peer";

    private final ReadingTurn turn = new ReadingTurn();

    @ParameterizedTest
    @EnumSource
    void whoTakesTheTurnWaitsUntilItIsGivenBack(ThreadKind kind) throws Exception {
        assertTrue(turn.tryTake());
        assertTrue(turn.isMine());
        var other = Waiting.parked(kind, () -> {
            turn.take(patience(), PARTY);
            return turn.isMine();
        });
        assertFalse(turn.tryTake());
        turn.giveBack(false);
        assertTrue(other.value());
        assertFalse(turn.isMine());
    }

    @Test
    void aWaitWithoutADeadlineIsOneWithoutATimer() throws Exception {
        assertTrue(turn.tryTake());
        var other = Waiting.parked(ThreadKind.VIRTUAL, () -> turn.take(Deadline.never(), PARTY));
        assertEquals(Thread.State.WAITING, turn.watchers().thread.getState());
        turn.giveBack(false);
        other.value();
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineOrInterruptEndsTheWaitForTheTurnAndLeavesNobodyWaiting(ThreadKind kind) {
        assertTrue(turn.tryTake());
        var late = Waiting.start(kind, () -> turn.take(Deadline.after(Duration.ofMillis(1)), PARTY));
        assertEquals("wait on peer: deadline passed", late.failure(SocketTimeoutException.class).getMessage());
        var interrupted = Waiting.parked(kind, () -> turn.take(patience(), PARTY));
        interrupted.interrupt();
        assertEquals("wait on peer: interrupted", interrupted.failure(InterruptedIOException.class).getMessage());
        assertTrue(interrupted.interruptStatus());
        assertNull(turn.watchers());
    }

    @Test
    void aFreeTurnIsTakenThoughTheDeadlineHasPassedAndTheThreadIsInterrupted() throws IOException {
        Thread.currentThread().interrupt();
        turn.take(Deadline.after(Duration.ZERO), PARTY);
        assertTrue(Thread.interrupted());
        assertTrue(turn.isMine());
    }

    /// A virtual thread may be stuck in its entry (JDK-8373120).
    @Test
    void nobodyNeedsTheMonitor() throws Exception {
        synchronized (turn) {
            var other = Waiting.start(ThreadKind.VIRTUAL, () -> {
                var watcher = new Watcher();
                turn.enter(watcher);
                turn.leave(watcher);
            });
            other.value();
        }
        assertNull(turn.watchers());
    }

    /// Two pings with a message in the way would otherwise wake each other for ever.
    @Test
    void whoHasHadTheTurnInVainIsWokenOnlyWhenSomethingWasRead() throws Exception {
        var wakes = new AtomicInteger();
        var inVain = Waiting.parked(ThreadKind.VIRTUAL, () -> {
            var watcher = new Watcher();
            turn.enter(watcher);
            assertTrue(turn.tryTake(watcher));
            turn.giveBack(false);
            turn.park(patience(), PARTY);
            wakes.incrementAndGet();
            turn.park(patience(), PARTY);
            turn.leave(watcher);
        });
        for (int i = 0; i < 2; i++) {
            assertTrue(turn.tryTake());
            turn.giveBack(false);
        }
        assertTrue(inVain.untilParked().isAlive());
        assertEquals(0, wakes.get());
        turn.giveBack(true);
        Waiting.await("the first wake-up", () -> wakes.get() == 1);
        inVain.untilParked();
        turn.wake();
        inVain.value();
        assertNull(turn.watchers());
    }

    @Test
    void noWakeUpIsLostAmongThreadsThatTakeTurns() throws Exception {
        int rounds = 20_000;
        var count = new int[1];
        var threads = new ArrayList<Waiting<Void>>();
        for (ThreadKind kind : ThreadKind.values()) {
            for (int i = 0; i < 2; i++) {
                threads.add(Waiting.start(kind, () -> {
                    for (int round = 0; round < rounds; round++) {
                        turn.take(patience(), PARTY);
                        count[0]++;
                        turn.giveBack(round % 2 == 0);
                    }
                }));
            }
        }
        for (Waiting<Void> thread : threads) {
            thread.value();
        }
        assertEquals(threads.size() * rounds, count[0]);
        assertNull(turn.watchers());
        assertThrows(SocketTimeoutException.class, () -> turn.park(Deadline.after(Duration.ZERO), PARTY));
    }

    /// Whoever did not get it, though it was free, would not give it back.
    @Test
    void theTurnAndAnAnswerAreTakenThoughThereIsNoMemory() throws Exception {
        OwnProcess.of(Process.class).jvmOptions("-Xmx16m", "-XX:+UseSerialGC").run();
    }

    /// The process.
    static final class Process {

        private Process() {}

        static void main(String[] args) throws Exception {
            for (Runnable shortage : new Runnable[] {() -> {}, FullHeap::take}) { // all classes are there the second time
                handOver(shortage);
                answer(shortage);
            }
        }

        private static void handOver(Runnable shortage) throws Exception {
            var turn = new ReadingTurn();
            assertTrue(turn.tryTake());
            var other = Waiting.parked(ThreadKind.PLATFORM, () -> {
                turn.take(patience(), PARTY);
                turn.giveBack(false);
            });
            shortage.run();
            turn.giveBack(false);
            while (other.isAlive()) {
                Thread.onSpinWait();
            }
            FullHeap.giveBack();
            other.value();
            assertTrue(turn.tryTake());
            assertNull(turn.watchers());
        }

        private static void answer(Runnable shortage) {
            var turn = new ReadingTurn();
            var ping = new Ping();
            ByteBuffer pong = ping.numberedPayload();
            turn.enter(ping);
            shortage.run();
            boolean isAnswer = false;
            try {
                isAnswer = Ping.answer(turn.watchers(), pong);
                turn.leave(ping);
            } finally {
                FullHeap.giveBack();
            }
            assertTrue(isAnswer);
            assertTrue(ping.isAnswered());
            assertNull(turn.watchers());
        }
    }
}
