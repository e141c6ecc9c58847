package dev.asyncio.core;

import static org.junit.jupiter.api.Assertions.assertFalse;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A loop that lacks memory for a turn goes on, or ends, and there is none for its end: in a process of its own, whose heap
/// is full.
class LoopHeapShortageTest {

    /// Long enough for a loop that does not try again to be gone.
    private static final long FULL_NANOS = 500_000_000;

    @ParameterizedTest
    @EnumSource
    void aLoopThatEndsWithoutMemoryLeavesNobodyWaiting(ThreadKind loopKind) throws Exception {
        OwnProcess.of(EndingLoop.class).jvmOptions("-Xmx32m", "-XX:+UseSerialGC").run(loopKind);
    }

    /// Compiled code may do without an object that is there by the word, so nothing is compiled.
    @Test
    void aLoopWithoutMemoryToLetOthersRunGoesOn() throws Exception {
        OwnProcess.of(AwakeLoop.class).jvmOptions("-Xmx32m", "-XX:+UseSerialGC", "-Xint").run();
    }

    static final class EndingLoop {

        private static final int CHANNEL_COUNT = 20;

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
            FullHeap.keepFor(FULL_NANOS);
            FullHeap.giveBack();
            for (Waiting<Boolean> each : waiting) {
                Throwable end = each.failure(Throwable.class);
                assertTrue(end instanceof EventLoopClosedException || end instanceof OutOfMemoryError, end::toString);
            }
            turn.value();
            release.value();
            loop.join();
        }
    }

    /// A loop that is awake all the time. One on a platform thread: where a virtual one parks for a time and the JDK has no
    /// memory to wake it, it is lost.
    static final class AwakeLoop {

        private AwakeLoop() {}

        static void main(String[] args) throws Exception {
            var builder = EventLoopGroup.builder().loopCount(1).name("asyncio-awake").spin(Spin.always());
            try (var group = builder.platformThreads().build()) {
                EventLoop loop = group.next();
                LoopTurn.await(loop); // all classes are there afterwards
                BooleanSupplier isFull = FullHeap::isTaken; // made while there is room for it
                loop.execute(FullHeap::take); // by its own thread, which thus holds nothing that it could do with again
                Waiting.await("the heap to be full", isFull);
                FullHeap.keepFor(FULL_NANOS);
                FullHeap.giveBack();
                assertFalse(loop.isTerminated(), "the loop has ended");
                LoopTurn.await(loop);
            }
        }
    }
}
