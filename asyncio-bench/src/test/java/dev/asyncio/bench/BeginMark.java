package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;

/// Tells how long a client took to begin to measure, since this was made.
final class BeginMark implements LoadDialogue.Marks {

    private final long startNanos = System.nanoTime();
    private double seconds;

    @Override
    public void measuring() {
        seconds = (System.nanoTime() - startNanos) / 1e9;
    }

    @Override
    public void measured() {}

    /// Asserts that the warm-up and what was counted behind it fit in.
    void assertContains(Duration warmUp, double fewSeconds, double manySeconds) {
        double counted = warmUp.toNanos() / 1e9 + fewSeconds + manySeconds;
        assertTrue(counted <= seconds, () -> counted + " s of " + seconds);
    }
}
