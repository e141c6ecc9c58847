package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.buffers.BufferPool;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test after which pooled buffers are missing.
final class PoolWatch implements BeforeEachCallback, AfterEachCallback {

    private static final int FEW = 8;

    private int smallBefore;
    private int largeBefore;

    /// Direct memory, which is where pooled buffers are.
    static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        fill(BufferPool.SMALL, FEW); // a buffer that gets lost shows only where there was a spare one to lose
        fill(BufferPool.LARGE, FEW);
        smallBefore = BufferPool.SMALL.spareCount();
        largeBefore = BufferPool.LARGE.spareCount();
    }

    /// Puts spare buffers into the pools, in place of those that a test left to its readers.
    static void fillPools() {
        fill(BufferPool.SMALL, BufferPool.SMALL.spareCount() + FEW);
        fill(BufferPool.LARGE, BufferPool.LARGE.spareCount() + FEW);
    }

    private static void fill(BufferPool pool, int count) {
        var buffers = Stream.generate(pool::acquire).limit(count).toList();
        buffers.forEach(pool::release);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        var deadline = Deadline.after(Duration.ofSeconds(3)); // threads that are about to end may hold some
        while (BufferPool.SMALL.spareCount() < smallBefore || BufferPool.LARGE.spareCount() < largeBefore) {
            if (deadline.isExpired()) {
                throw new AssertionError("pooled buffers are missing: of " + smallBefore + " small and " + largeBefore
                        + " large ones there are " + BufferPool.SMALL.spareCount() + " and "
                        + BufferPool.LARGE.spareCount());
            }
            Thread.yield();
        }
    }
}
