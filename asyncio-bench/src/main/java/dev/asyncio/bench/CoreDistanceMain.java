package dev.asyncio.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// Prints how many nanoseconds it takes from one core to another and back, for each line of its input; not a number where
/// the cores have other things to do. It is meant to be pinned to two cores.
public final class CoreDistanceMain {

    static final String NANOS = "nanos";

    private static final Duration TIME = Duration.ofMillis(20);
    private static final int BATCH = 100;
    private static final int WARM_UPS = 50;

    /// Odd while it is with the partner, who passes it back by adding one; negative when the game is over.
    private final AtomicInteger ball = new AtomicInteger();

    private CoreDistanceMain() {}

    static void main() throws IOException, InterruptedException {
        for (int i = 0; i < WARM_UPS; i++) {
            new CoreDistanceMain().nanos();
        }
        var input = new BufferedReader(new InputStreamReader(System.in));
        while (input.readLine() != null) {
            System.out.println(Values.format(Map.of(NANOS, new CoreDistanceMain().nanos())));
        }
    }

    private double nanos() throws InterruptedException {
        Thread partner = Thread.ofPlatform().start(this::passBack);
        long endNanos = System.nanoTime() + TIME.toNanos();
        double least = Double.NaN;
        long startNanos = System.nanoTime();
        while (pass(BATCH, endNanos)) {
            long nowNanos = System.nanoTime();
            double nanos = (nowNanos - startNanos) / (double) BATCH;
            least = least <= nanos ? least : nanos;
            startNanos = nowNanos;
        }
        ball.set(Integer.MIN_VALUE);
        partner.join();
        return least;
    }

    /// @return whether the ball has gone to and fro so many times before the end
    private boolean pass(int count, long endNanos) {
        for (int i = 0; i < count; i++) {
            int passed = ball.incrementAndGet();
            while (ball.get() == passed) {
                if (System.nanoTime() - endNanos > 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private void passBack() {
        int current;
        do {
            current = ball.get();
            if (current % 2 == 1) {
                ball.compareAndSet(current, current + 1);
            }
        } while (current >= 0);
    }
}
