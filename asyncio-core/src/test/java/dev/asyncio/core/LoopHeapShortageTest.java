package dev.asyncio.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.FullHeap;
import dev.asyncio.core.testing.OwnProcess;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A loop ends for want of memory, and there is none for its end: in a process of its own, whose heap is full.
class LoopHeapShortageTest {

    @ParameterizedTest
    @EnumSource
    void aLoopThatEndsWithoutMemoryLeavesNobodyWaiting(ThreadKind loopKind) throws Exception {
        OwnProcess.of(EndingLoop.class).jvmOptions("-Xmx32m", "-XX:+UseSerialGC").run(loopKind);
    }

    static final class EndingLoop {

        private static final int CHANNEL_COUNT = 20;

        /// Long enough for a loop that does not try again to be gone.
        private static final long FULL_NANOS = 500_000_000;

        private static final OutOfMemoryError FAILURE = new OutOfMemoryError("of a turn, on purpose");

        private EndingLoop() {}

        static void main(String[] args) throws Exception {
            var loop = new EventLoop("full", ThreadKind.valueOf(args[0])::unstarted, Spin.never());
            loop.start();
            List<Waiting<Boolean>> waiting = new ArrayList<>();
            for (int i = 0; i < CHANNEL_COUNT; i++) {
                Registration registration = loop.register(Pipe.open().source());
                var kind = i % 2 == 0 ? ThreadKind.VIRTUAL : ThreadKind.PLATFORM;
                waiting.add(Waiting.parked(kind, () -> registration.await(Interest.READ, Deadline.never())));
            }
            Registration registration = loop.register(Pipe.open().source());
            BooleanSupplier isFull = FullHeap::isTaken; // made while there is room for it
            var beginning = new CountDownLatch(1);
            loop.execute(() -> {
                while (beginning.getCount() > 0) {
                    Thread.onSpinWait();
                }
                FullHeap.take();
                throw FAILURE;
            });
            var turn = Waiting.parked(ThreadKind.VIRTUAL, () -> registration.awaitTurn(Deadline.never()));
            var release = Waiting.parked(ThreadKind.VIRTUAL, registration::closeAndAwaitRelease);
            beginning.countDown();
            Waiting.await("the heap to be full", isFull);
            pass(FULL_NANOS);
            FullHeap.giveBack();
            for (Waiting<Boolean> each : waiting) {
                Throwable end = each.failure(Throwable.class);
                assertTrue(end instanceof EventLoopClosedException || end instanceof OutOfMemoryError, end::toString);
            }
            turn.value();
            release.value();
            loop.join();
        }

        private static void pass(long nanos) {
            long startNanos = System.nanoTime();
            while (System.nanoTime() - startNanos < nanos) {
                Thread.onSpinWait();
            }
        }
    }
}
