package dev.asyncio.core.testing;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LiveThreadsTest {

    private final CountDownLatch ending = new CountDownLatch(1);

    private static boolean isListed(Thread thread) {
        return LiveThreads.all().anyMatch(one -> one == thread);
    }

    @ParameterizedTest
    @EnumSource
    void aThreadIsListedForAsLongAsItLives(ThreadKind kind) throws InterruptedException {
        Thread thread = kind.unstarted(() -> {
            try {
                ending.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertFalse(isListed(thread));
        thread.start();
        assertTrue(isListed(thread));
        ending.countDown();
        assertTrue(thread.join(Waiting.PATIENCE));
        Waiting.await("the thread to be forgotten", () -> !isListed(thread));
    }

    @Test
    void threadsOfAnExecutorAreListed() throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            assertTrue(executor.submit(() -> isListed(Thread.currentThread())).get());
        }
    }
}
