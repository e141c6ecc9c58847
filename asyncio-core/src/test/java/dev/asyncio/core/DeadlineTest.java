package dev.asyncio.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    private final Deadline soon = Deadline.after(Duration.ofSeconds(1));
    private final Deadline late = Deadline.after(Duration.ofHours(1));

    @Test
    void neverDoesNotCome() {
        assertTrue(Deadline.never().isNever());
        assertFalse(Deadline.never().isExpired());
        assertEquals(Long.MAX_VALUE, Deadline.never().remainingNanos());
    }

    @Test
    void timeoutsOfZeroAndLessHavePassed() {
        assertTrue(Deadline.after(Duration.ZERO).isExpired());
        assertTrue(Deadline.after(Duration.ofSeconds(Long.MIN_VALUE)).isExpired());
        assertEquals(0, Deadline.after(Duration.ofHours(-1)).remainingNanos());
    }

    @Test
    void theLongestTimeoutDoesNotOverflow() {
        var farthest = Deadline.after(Duration.ofSeconds(Long.MAX_VALUE));
        assertFalse(farthest.isExpired());
        assertFalse(farthest.isNever());
        assertTrue(farthest.remainingNanos() > Duration.ofDays(365 * 100).toNanos());
        assertSame(late, farthest.earlierOf(late));
    }

    @Test
    void remainingTimeRunsDown() {
        long first = late.remainingNanos();
        assertTrue(first <= Duration.ofHours(1).toNanos());
        assertTrue(late.remainingNanos() <= first);
    }

    @Test
    void theEarlierOfTwoIsTheStricter() {
        assertSame(soon, soon.earlierOf(late));
        assertSame(soon, late.earlierOf(soon));
        assertSame(soon, Deadline.never().earlierOf(soon));
        assertSame(soon, soon.earlierOf(Deadline.never()));
        assertSame(Deadline.never(), Deadline.never().earlierOf(Deadline.never()));
    }
}
