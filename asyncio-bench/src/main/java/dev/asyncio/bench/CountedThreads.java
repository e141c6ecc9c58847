package dev.asyncio.bench;

import dev.asyncio.core.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// The threads of those who live in a process until they are told to end. What they fail by is counted.
final class CountedThreads {

    private final SoakCounts counts = new SoakCounts();
    private final List<Thread> threads = new ArrayList<>();

    /// Set before they are unparked.
    private volatile boolean areEnding;

    @FunctionalInterface
    interface Life {

        void live() throws IOException, InterruptedException;
    }

    void start(Thread.Builder kind, Life life) {
        threads.add(kind.start(() -> {
            try {
                life.live();
            } catch (IOException | InterruptedException | RuntimeException | Error e) {
                counts.unexpected("failed", e);
            }
        }));
    }

    boolean areEnding() {
        return areEnding;
    }

    /// Waits, on one of these threads. (Not on a latch: whoever gives up to wait for one, has it look through all who wait,
    /// and ten thousand who did so now and then kept a processor busy.)
    ///
    /// @return true if they are to end
    boolean awaitEnd(long nanos) throws InterruptedException {
        long startNanos = System.nanoTime();
        long leftNanos = nanos;
        while (!areEnding && leftNanos > 0) {
            LockSupport.parkNanos(this, leftNanos);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            leftNanos = nanos - (System.nanoTime() - startNanos);
        }
        return areEnding;
    }

    /// What was counted so far.
    Map<String, Double> counts() {
        return counts.toFigures();
    }

    /// Waits until the last has ended.
    ///
    /// @param patience for all together
    /// @return what was counted
    Map<String, Double> end(Duration patience) throws InterruptedException {
        areEnding = true;
        threads.forEach(LockSupport::unpark);
        for (Thread thread : join(threads, patience)) {
            counts.unexpected("hangs", new IllegalStateException(thread.toString()));
        }
        return counts();
    }

    /// Waits until the last of them has ended.
    ///
    /// @param patience for all together, or many that hang would be waited for without end
    /// @return those that have not ended
    static List<Thread> join(List<Thread> threads, Duration patience) throws InterruptedException {
        Deadline deadline = Deadline.after(patience);
        List<Thread> hanging = new ArrayList<>();
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofNanos(deadline.remainingNanos()))) {
                hanging.add(thread);
            }
        }
        return hanging;
    }
}
