package dev.asyncio.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.asyncio.core.testing.OwnProcess;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A loop that is kept from its channels by threads that compute. In a process of its own, with a single carrier.
class LoopTurnEventTest {

    /// Far above the threshold, and above what a busy machine keeps a loop waiting for by itself.
    private static final Duration LONG = Duration.ofMillis(500);

    /// Recordings have a clock of their own, which is not as exact.
    private static final Duration COMPUTATION = LONG.plusMillis(100);

    private static final int ATTEMPTS = 3;

    @Test
    void aComputingThreadShowsWhetherTheLoopWokeItOrNot(@TempDir Path directory) throws Exception {
        assertSlowTurn(1, "handler", directory);
        assertSlowTurn(0, "helper", directory);
    }

    /// Where the machine stands still meanwhile, another turn is long, too; or the loop sleeps before anyone computes, and
    /// has nothing to tell: so it is tried again.
    private static void assertSlowTurn(int readyCount, String whoComputes, Path directory) throws Exception {
        var seen = new ArrayList<RecordedEvent>();
        for (int i = 0; i < ATTEMPTS; i++) {
            List<RecordedEvent> turns = slowTurns(whoComputes, directory.resolve(whoComputes + i + ".jfr"));
            if (turns.stream().anyMatch(turn -> turn.getInt("readyCount") == readyCount)) {
                return;
            }
            seen.addAll(turns);
        }
        fail("expected a long turn with " + readyCount + " ready, as the " + whoComputes + " computes; got " + seen);
    }

    private static List<RecordedEvent> slowTurns(String whoComputes, Path recording) throws Exception {
        OwnProcess.of(SlowTurn.class)
                .jvmOptions("-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1")
                .run(whoComputes, recording);
        List<RecordedEvent> turns = RecordingFile.readAllEvents(recording).stream()
                .filter(turn -> turn.getDuration().compareTo(LONG) >= 0)
                .toList();
        turns.forEach(turn -> assertEquals("asyncio-slow-0", turn.getString("loop")));
        return turns;
    }

    static final class SlowTurn {

        static void main(String[] args) throws Exception {
            // Only a loop that is awake can tell, so it is to spin for long.
            var spin = Spin.adaptive(Duration.ofMillis(500));
            try (var group = EventLoopGroup.builder().loopCount(1).name("asyncio-slow").spin(spin).build();
                    var recording = new Recording()) {
                recording.enable("dev.asyncio.LoopTurn"); // with its own threshold
                recording.start();
                var computed = new CountDownLatch(1);
                Runnable computing = () -> {
                    compute();
                    computed.countDown();
                };
                Runnable helping = () -> {
                    for (int i = 0; i < 10; i++) {
                        Thread.yield(); // until the loop has found nothing more and spins
                    }
                    computing.run();
                };
                whenWoken(
                        group.next(),
                        args[0].equals("handler") ? computing : () -> Thread.startVirtualThread(helping));
                computed.await();
                var turned = new CountDownLatch(1);
                group.next().execute(turned::countDown);
                turned.await();
                recording.stop();
                recording.dump(Path.of(args[1]));
            }
        }

        private static void whenWoken(EventLoop loop, Runnable action) throws Exception {
            var pipe = Pipe.open();
            try (var registration = loop.register(pipe.source());
                    var sink = pipe.sink()) {
                var handler = Waiting.parked(ThreadKind.VIRTUAL, () -> {
                    registration.await(Interest.READ, Waiting.patience());
                    action.run();
                });
                sleepUntilTheNextEarnsASpin(loop);
                sink.write(ByteBuffer.allocate(1));
                handler.value();
            }
        }

        private static void sleepUntilTheNextEarnsASpin(EventLoop loop) {
            long sleepCount = loop.statistics().parkCount();
            while (sleepCount < 16) {
                loop.wakeup();
                long before = sleepCount;
                Waiting.await("the loop to sleep", () -> loop.statistics().parkCount() > before);
                sleepCount = loop.statistics().parkCount();
            }
        }

        private static void compute() {
            long startNanos = System.nanoTime();
            while (System.nanoTime() - startNanos < COMPUTATION.toNanos()) {
                Thread.onSpinWait();
            }
        }
    }
}
