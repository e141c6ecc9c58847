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

    /// Says that a message takes 1 us, and the first of a batch a second.
    private static final class SlowToBegin implements RoundTripClient {

        private int lastBatch;

        @Override
        public void run(long[] nanos, Duration silenceLimit) {
            lastBatch = nanos.length;
            Arrays.fill(nanos, 1_000);
            nanos[0] = 1_000_000_000;
            long endNanos = System.nanoTime() + 1_000_000;
            while (System.nanoTime() < endNanos) {
                Thread.onSpinWait();
            }
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
