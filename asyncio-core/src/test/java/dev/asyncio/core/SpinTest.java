package dev.asyncio.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SpinTest {

    private static final long MAX_NANOS = 32_000;
    private static final long SHORT_SLEEP_NANOS = MAX_NANOS;
    private static final long LONG_SLEEP_NANOS = 1_000_000;

    private final Spin.Budget budget = Spin.adaptive(Duration.ofNanos(MAX_NANOS)).newBudget();

    @Test
    void adaptiveBeginsWithoutSpinning() {
        assertEquals(0, budget.nanos());
    }

    @Test
    void shortSleepsEarnTimeUpToTheMaximum() {
        budget.slept(SHORT_SLEEP_NANOS);
        long earned = budget.nanos();
        assertTrue(0 < earned && earned < MAX_NANOS / 4, "earned " + earned);
        for (int i = 0; i < 100; i++) {
            budget.slept(SHORT_SLEEP_NANOS);
        }
        assertEquals(MAX_NANOS, budget.nanos());
    }

    @Test
    void longSleepsEarnNothing() {
        budget.slept(LONG_SLEEP_NANOS);
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
        budget.spunInVain(MAX_NANOS / 2);
        assertEquals(MAX_NANOS / 2, budget.nanos());
        budget.spunInVain(MAX_NANOS);
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
    void alwaysHasTimeLeftAfterYearsOfSpinning() {
        var always = Spin.always().newBudget();
        always.spunInVain(Duration.ofDays(365).toNanos());
        assertTrue(always.nanos() > Duration.ofDays(365).toNanos());
    }

    @Test
    void boundsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Spin.adaptive(Duration.ofNanos(-1)));
        assertThrows(IllegalArgumentException.class, () -> Spin.adaptive(Duration.ofSeconds(2)));
    }
}
