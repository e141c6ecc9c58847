package dev.asyncio.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SpinTest {

    private static final long MAX_NANOS = 32_000;
    private static final long SHORT_SLEEP_NANOS = MAX_NANOS;
    private static final int SHORT_SLEEPS_TO_FILL = 16;
    private static final long LONG_SLEEP_NANOS = 1_000_000;

    private final Spin.Budget budget = Spin.adaptive(Duration.ofNanos(MAX_NANOS)).newBudget();

    @Test
    void adaptiveBeginsWithoutSpinning() {
        assertEquals(0, budget.nanos());
    }

    @Test
    void shortSleepsEarnTheMaximumAndNothingIsSpentBefore() {
        for (int i = 0; i < SHORT_SLEEPS_TO_FILL - 1; i++) {
            budget.slept(SHORT_SLEEP_NANOS);
            assertEquals(0, budget.nanos());
        }
        budget.slept(SHORT_SLEEP_NANOS);
        assertEquals(MAX_NANOS, budget.nanos());
        budget.slept(SHORT_SLEEP_NANOS);
        assertEquals(MAX_NANOS, budget.nanos());
    }

    @Test
    void eventsWithinTheMaximumAreFoundAgainAfterOneThatWasLate() {
        budget.spinFoundWork();
        budget.spunInVain();
        for (int i = 0; i < SHORT_SLEEPS_TO_FILL; i++) {
            loopIdlesUntilAnEventAfter(MAX_NANOS / 2);
        }
        assertEquals(MAX_NANOS, budget.nanos());
    }

    /// Events that always come a little later than the longest spin.
    @Test
    void spinningInVainIsRare() {
        long spunNanos = 0;
        long sleptNanos = 0;
        for (int i = 0; i < 10_000; i++) {
            spunNanos += loopIdlesUntilAnEventAfter(2 * MAX_NANOS);
            sleptNanos += MAX_NANOS;
        }
        assertTrue(spunNanos < sleptNanos / 10, "spun for " + spunNanos + " ns in vain");
    }

    /// What a loop does: returns how long it has spun.
    private long loopIdlesUntilAnEventAfter(long nanos) {
        long spunNanos = budget.nanos();
        if (spunNanos >= nanos) {
            budget.spinFoundWork();
            return nanos;
        }
        if (spunNanos > 0) {
            budget.spunInVain();
        }
        budget.slept(nanos - spunNanos);
        return spunNanos;
    }

    @Test
    void longSleepsEarnNothing() {
        for (int i = 0; i < 2 * SHORT_SLEEPS_TO_FILL; i++) {
            budget.slept(LONG_SLEEP_NANOS);
        }
        assertEquals(0, budget.nanos());
    }

    @Test
    void spinningThatFindsWorkFillsTheBudget() {
        budget.spinFoundWork();
        assertEquals(MAX_NANOS, budget.nanos());
    }

    @Test
    void spinningInVainUsesTheBudgetUp() {
        budget.spinFoundWork();
        budget.spunInVain();
        for (int i = 0; i < SHORT_SLEEPS_TO_FILL - 1; i++) {
            budget.slept(SHORT_SLEEP_NANOS);
        }
        assertEquals(0, budget.nanos());
    }

    @Test
    void neverStaysAtZero() {
        var never = Spin.never().newBudget();
        never.slept(1);
        never.spinFoundWork();
        assertEquals(0, never.nanos());
    }

    @Test
    void alwaysHasNoEnd() {
        var always = Spin.always().newBudget();
        always.slept(LONG_SLEEP_NANOS);
        always.spinFoundWork();
        assertEquals(Long.MAX_VALUE, always.nanos());
    }

    @Test
    void boundsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Spin.adaptive(Duration.ofNanos(-1)));
        assertThrows(IllegalArgumentException.class, () -> Spin.adaptive(Duration.ofSeconds(2)));
    }
}
