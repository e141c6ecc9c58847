package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.LoadDialogue.Timing;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebSocketClientMainTest {

    private static final int MESSAGE_BYTES = 64;

    /// Takes as long for each message.
    private static final class Steady implements RoundTripClient {

        private static final long NANOS = 150_000;

        @Override
        public void run(long[] nanos, Duration silenceLimit) {
            Arrays.fill(nanos, NANOS);
            spin(nanos.length * NANOS);
        }

        @Override
        public void close() {}
    }

    private static void spin(long nanos) {
        long endNanos = System.nanoTime() + nanos;
        while (System.nanoTime() < endNanos) {
            Thread.onSpinWait();
        }
    }

    @Test
    void theSecondsOfFewMessagesAndOfManyAreThoseThatTheyTook() throws Exception {
        var timing = Timing.ofSeconds(0.01, 0.01);
        var begin = new BeginMark();
        Map<String, Double> figures = new WebSocketClientMain(new Steady()).run(MESSAGE_BYTES, timing, begin);
        double few = figures.get(Figure.FEW_SECONDS);
        double many = figures.get(Figure.MANY_SECONDS);
        double leastOfFew = WebSocketClientMain.FIRST_BATCH * Steady.NANOS / 1e9;
        assertTrue(few >= leastOfFew, figures::toString);
        assertTrue(many >= Figure.FEW_TIMES * leastOfFew, figures::toString);
        begin.assertContains(timing.warmUp(), few, many);
    }

    /// Says that a message takes 1 us, and the first of a batch a second.
    private static final class SlowToBegin implements RoundTripClient {

        private int lastBatch;

        @Override
        public void run(long[] nanos, Duration silenceLimit) {
            lastBatch = nanos.length;
            Arrays.fill(nanos, 1_000);
            nanos[0] = 1_000_000_000;
            spin(1_000_000);
        }

        @Override
        public void close() {}
    }

    @Test
    void theFirstMessageOfABatchIsCountedButNotTimed() throws Exception {
        var client = new SlowToBegin();
        Map<String, Double> figures = new WebSocketClientMain(client)
                .run(MESSAGE_BYTES, Timing.ofSeconds(0.01, 0.05), Unmarked.INSTANCE);
        assertTrue(figures.get(Figure.MAX_MICROS) < 2, figures::toString);
        double messages = figures.get(Figure.MESSAGES);
        assertTrue(messages > 0, figures::toString);
        assertEquals(0, messages % client.lastBatch, figures::toString);
        assertEquals(messages * MESSAGE_BYTES, figures.get(Figure.BYTES));
    }
}
