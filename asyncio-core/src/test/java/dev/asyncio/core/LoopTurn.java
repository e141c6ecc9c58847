package dev.asyncio.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.Waiting;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Waits for event loops: for tests of other modules, too.
public final class LoopTurn {

    private LoopTurn() {}

    /// Returns once the loop has done what it was to do before; fails if it has ended.
    public static void await(EventLoop loop) throws InterruptedException {
        var turned = new CountDownLatch(1);
        loop.execute(turned::countDown);
        assertTrue(turned.await(Waiting.PATIENCE.toMillis(), TimeUnit.MILLISECONDS), () -> loop + " has ended");
    }
}
