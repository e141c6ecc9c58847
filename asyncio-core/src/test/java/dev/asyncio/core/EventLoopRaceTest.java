package dev.asyncio.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.Seed;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Races with a loop that falls asleep, or ends. It never spins here, so it is about to sleep all the time. What it
/// oversleeps comes too late for [Waiting#PATIENCE], since nothing else wakes it.
@ExtendWith(NothingLeftOver.class)
class EventLoopRaceTest {

    private static final int COMMAND_ROUNDS = 20_000;

    /// On a machine that is busy, a round takes as long as the system lets some other thread run.
    private static final Duration COMMAND_TIME = Duration.ofSeconds(5);

    private static final int CHANNEL_ROUNDS = 2_000;
    private static final int LOOP_ROUNDS = 500;

    @RegisterExtension
    private final Seed seed = new Seed();

    private static EventLoop startLoop(ThreadKind kind) {
        var loop = new EventLoop("asyncio-race-loop", kind::unstarted, Spin.never());
        loop.start();
        return loop;
    }

    private static void end(EventLoop loop) throws Exception {
        within(() -> {
            loop.close();
            loop.join();
        });
    }

    /// Some waits heed no interrupt, so the test's own thread must not be the one that waits for ever.
    private static void within(Waiting.Action action) throws Exception {
        Waiting.start(ThreadKind.PLATFORM, action).value();
    }

    @ParameterizedTest
    @EnumSource
    void noCommandIsOverslept(ThreadKind kind) throws Exception {
        EventLoop loop = startLoop(kind);
        try {
            var commanders = IntStream.range(0, 2)
                    .mapToObj(i -> Waiting.start(ThreadKind.PLATFORM, () -> command(loop, seed.random(i))))
                    .toList();
            for (var commander : commanders) {
                commander.value();
            }
        } finally {
            end(loop);
        }
    }

    private static void command(EventLoop loop, SplittableRandom random) {
        var done = new AtomicInteger();
        var end = Deadline.after(COMMAND_TIME);
        for (int round = 1; round <= COMMAND_ROUNDS && !end.isExpired(); round++) {
            int count = round;
            loop.execute(() -> done.set(count));
            Waiting.await("a command to run", () -> done.get() == count);
            Seed.pause(random);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsClosedOrComesWhileTheLoopFallsAsleepWakesTheWaiter(ThreadKind kind) throws Exception {
        EventLoop loop = startLoop(kind);
        try {
            for (int round = 0; round < CHANNEL_ROUNDS; round++) {
                SplittableRandom random = seed.random(round);
                within(() -> closeOrSend(loop, random));
            }
            assertEquals(0, loop.statistics().registrationCount());
        } finally {
            end(loop);
        }
    }

    private static void closeOrSend(EventLoop loop, SplittableRandom random) throws Exception {
        Pipe pipe = Pipe.open();
        try (var sink = pipe.sink(); Registration registration = loop.register(pipe.source())) {
            var kind = random.nextBoolean() ? ThreadKind.VIRTUAL : ThreadKind.PLATFORM;
            var waiting = Waiting.start(kind, () -> registration.await(Interest.READ, Waiting.patience()));
            Seed.pause(random);
            if (random.nextBoolean()) {
                sink.write(ByteBuffer.allocate(1));
                waiting.value();
            } else {
                registration.closeAndAwaitRelease();
                waiting.failure(ClosedChannelException.class);
            }
            registration.closeAndAwaitRelease();
        }
    }

    /// Who registers, waits, or waits for a release while the loop ends is told so, or had what was asked for before.
    @ParameterizedTest
    @EnumSource
    void nobodyWaitsForALoopThatEnds(ThreadKind kind) throws Exception {
        for (int round = 0; round < LOOP_ROUNDS; round++) {
            SplittableRandom random = seed.random(round);
            EventLoop loop = startLoop(kind);
            try {
                var using = IntStream.range(0, 2)
                        .mapToObj(_ -> Waiting.start(ThreadKind.VIRTUAL, () -> useUntilItEnds(loop)))
                        .toList();
                Seed.pause(random);
                Seed.pause(random);
                end(loop);
                for (var user : using) {
                    user.value();
                }
            } finally {
                end(loop);
            }
        }
    }

    private static void useUntilItEnds(EventLoop loop) throws IOException {
        for (boolean waits = false;; waits = !waits) {
            Pipe pipe = Pipe.open();
            try (var _ = pipe.sink(); var source = pipe.source()) {
                var registration = loop.register(source);
                try {
                    if (waits) {
                        assertThrows(EventLoopClosedException.class,
                                () -> registration.await(Interest.READ, Waiting.patience()));
                    }
                } finally {
                    registration.closeAndAwaitRelease();
                }
            } catch (EventLoopClosedException _) {
                return;
            }
        }
    }
}
