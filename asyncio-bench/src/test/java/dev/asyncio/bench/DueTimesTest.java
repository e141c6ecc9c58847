package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DueTimesTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final double SECOND_MICROS = 1e6;

    private final CountedThreads threads = new CountedThreads();
    private final DueTimes times = new DueTimes(threads);

    private double figure(String name) {
        return times.figures().get(name);
    }

    @Test
    void whatIsDoneLateIsTimedFromWhenItWasDue() throws Exception {
        try (var schedule = times.begin(-10 * SECOND, 100 * SECOND)) {
            assertTrue(schedule.awaitDue());
            schedule.done();
            var figures = times.figures();
            assertTrue(figures.get(Figure.P50_MICROS) >= 9.9 * SECOND_MICROS, figures.toString());
            assertEquals(1, figures.get(Figure.MESSAGES));
            assertEquals(0, figures.get(DueTimes.OVERDUE));
        }
    }

    @Test
    void whoeverIsBehindHasToDoAllThatHasBecomeDue() throws Exception {
        try (var schedule = times.begin(-100 * SECOND, 10 * SECOND)) {
            for (int i = 0; i < 5; i++) {
                assertTrue(schedule.awaitDue());
                schedule.done();
            }
            var figures = times.figures();
            assertTrue(figures.get(Figure.P50_MICROS) >= 49 * SECOND_MICROS, figures.toString());
            assertTrue(figures.get(DueTimes.OVERDUE) >= 5, figures.toString());
        }
    }

    @Test
    void whatIsNeverDoneCountsAsLate() {
        try (var schedule = times.begin(-100 * SECOND, 10 * SECOND)) {
            times.restart();
            var figures = times.figures();
            assertEquals(0, figures.get(Figure.MESSAGES));
            assertTrue(figures.get(DueTimes.OVERDUE) >= 10, figures.toString());
            assertTrue(figures.get(Figure.MAX_MICROS) >= 99 * SECOND_MICROS, figures.toString());
            assertTrue(figures.get(Figure.P50_MICROS) >= 49 * SECOND_MICROS, figures.toString());
            assertTrue(schedule.deadline().isExpired());
        }
        assertEquals(0, figure(DueTimes.OVERDUE), "whoever has gone is not behind");
    }

    @Test
    void whatWasDoneBeforeDoesNotCount() throws Exception {
        try (var schedule = times.begin(-10 * SECOND, 100 * SECOND)) {
            assertTrue(schedule.awaitDue());
            schedule.done();
            times.restart();
            Map<String, Double> figures = times.figures();
            assertEquals(0, figures.get(Figure.MESSAGES));
            assertEquals(0, figures.get(Figure.MAX_MICROS));
            assertEquals(1, figures.get(DueTimes.EVER_DONE));
        }
    }

    @Test
    void withoutAnIntervalTheNextIsDueWhenTheLastIsDone() throws Exception {
        try (var schedule = times.begin(-100 * SECOND, 0)) {
            schedule.done();
            times.restart();
            assertTrue(schedule.awaitDue());
            schedule.done();
            assertTrue(figure(Figure.MAX_MICROS) < 99 * SECOND_MICROS);
        }
    }

    @Test
    void nothingIsDueBeforeItsTimeAndTheEndComesFirst() throws Exception {
        try (var schedule = times.begin(0, SECOND)) {
            assertTrue(schedule.awaitDue());
            schedule.done(1_000 * SECOND);
            assertFalse(schedule.deadline().isExpired());
            threads.end(Duration.ZERO);
            assertFalse(schedule.awaitDue());
            assertEquals(0, figure(DueTimes.OVERDUE));
        }
    }
}
