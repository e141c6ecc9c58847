package dev.asyncio.bench;

import java.util.List;
import java.util.concurrent.atomic.LongAccumulator;

/// How long this process lets those wait who want next to nothing: a platform thread and a virtual one, which sleep again
/// and again. The first waits for the system alone, the second for a carrier, too. They use nothing of the library, so they
/// tell a process that had no processor from one that has forgotten somebody.
final class StallMeter implements AutoCloseable {

    private static final long SLEEP_MILLIS = 20;

    private final Sleeper platform = new Sleeper();
    private final Sleeper virtual = new Sleeper();
    private final List<Thread> threads;

    private StallMeter() {
        threads = List.of(
                Thread.ofPlatform().daemon().name("stall-meter").start(platform),
                Thread.ofVirtual().name("stall-meter").start(virtual));
    }

    static StallMeter start() {
        return new StallMeter();
    }

    /// The longest that the platform thread had to wait since this was asked last, one wait that goes on included.
    double takePlatformMillis() {
        return platform.takeMillis();
    }

    /// The same of the virtual thread.
    double takeVirtualMillis() {
        return virtual.takeMillis();
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }

    private static final class Sleeper implements Runnable {

        private final LongAccumulator longestNanos = new LongAccumulator(Math::max, 0);

        /// When it would wake if nobody were in its way. Written by its thread alone.
        private volatile long dueNanos = System.nanoTime();

        @Override
        public void run() {
            try {
                while (true) {
                    dueNanos = System.nanoTime() + SLEEP_MILLIS * 1_000_000;
                    Thread.sleep(SLEEP_MILLIS);
                    longestNanos.accumulate(System.nanoTime() - dueNanos);
                }
            } catch (InterruptedException _) {
                // closed
            }
        }

        private double takeMillis() {
            long ongoingNanos = System.nanoTime() - dueNanos;
            return Math.max(longestNanos.getThenReset(), ongoingNanos) / 1e6;
        }
    }
}
