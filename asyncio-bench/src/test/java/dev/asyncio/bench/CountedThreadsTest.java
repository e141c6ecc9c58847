package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLeftOver.class)
class CountedThreadsTest {

    private final CountedThreads threads = new CountedThreads();

    @Test
    void whoeverWaitsForTheEndIsWokenByIt() throws Exception {
        var waiting = new AtomicReference<Thread>();
        threads.start(Thread.ofVirtual(), () -> {
            waiting.set(Thread.currentThread());
            assertTrue(threads.awaitEnd(Long.MAX_VALUE));
        });
        Waiting.await("a wait for the end",
                () -> waiting.get() != null && waiting.get().getState() == Thread.State.TIMED_WAITING);
        assertEquals(Map.of(), threads.end(Waiting.PATIENCE));
    }

    @Test
    void aWaitIsOverWhenItsTimeIs() throws Exception {
        long nanos = TimeUnit.MILLISECONDS.toNanos(5);
        long startNanos = System.nanoTime();
        LockSupport.unpark(Thread.currentThread()); // what some other wait was woken by, too late
        assertFalse(threads.awaitEnd(nanos));
        assertTrue(System.nanoTime() - startNanos >= nanos);
    }

    @Test
    void failuresAreCounted() throws Exception {
        for (int i = 0; i < 3; i++) {
            threads.start(Thread.ofVirtual(), () -> {
                throw new IOException("expected by the test");
            });
        }
        assertEquals(Map.of("unexpected:failed:IOException", 3.0), threads.end(Waiting.PATIENCE));
    }

    @Test
    void manyThatDoNotEndAreWaitedForTogether() throws Exception {
        int count = 1_000;
        Duration patience = Waiting.PATIENCE.dividedBy(count / 10); // for each, it would be too long
        var released = new CountDownLatch(1);
        var ended = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            threads.start(Thread.ofVirtual(), () -> {
                released.await();
                ended.countDown();
            });
        }
        var ending = Waiting.start(ThreadKind.PLATFORM, () -> threads.end(patience));
        try {
            assertEquals(Map.of("unexpected:hangs:IllegalStateException", (double) count), ending.value());
        } finally {
            released.countDown();
            assertTrue(ended.await(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @Test
    void whoeverDoesNotEndIsCounted() throws Exception {
        var released = new CountDownLatch(1);
        var hanging = new AtomicReference<Thread>();
        threads.start(Thread.ofVirtual(), () -> {
            hanging.set(Thread.currentThread());
            released.await();
        });
        assertEquals(Map.of("unexpected:hangs:IllegalStateException", 1.0), threads.end(Duration.ofMillis(1)));
        released.countDown();
        Waiting.await("the end of who hung", () -> hanging.get() != null && !hanging.get().isAlive());
    }
}
