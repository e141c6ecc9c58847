package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StallMeterTest {

    private static final int CARRIERS = Runtime.getRuntime().availableProcessors();
    private static final double LONG_MILLIS = 100;

    private final StallMeter meter = StallMeter.start();

    @Test
    void aVirtualThreadThatGetsNoCarrierIsSeenMeanwhileAndAfterwards() throws Exception {
        var isOver = new AtomicBoolean();
        var computing = new CountDownLatch(CARRIERS);
        List<Thread> threads = new ArrayList<>();
        try (meter) {
            for (int i = 0; i < CARRIERS; i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    computing.countDown();
                    while (!isOver.get()) { // keeps its carrier
                        Thread.onSpinWait();
                    }
                }));
            }
            Waiting.await("all carriers to be taken", () -> computing.getCount() == 0);
            Waiting.await("a wait that goes on", () -> meter.takeVirtualMillis() > LONG_MILLIS);
            isOver.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            double millis = meter.takeVirtualMillis();
            assertTrue(millis > LONG_MILLIS, millis + " ms");
        } finally {
            isOver.set(true);
        }
    }
}
