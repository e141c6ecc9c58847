package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.buffers.BufferPool;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test after which pooled buffers are missing.
final class PoolWatch implements BeforeEachCallback, AfterEachCallback {

    private static final int FEW = 8;

    private static final List<BufferPool> POOLS =
            List.of(BufferPool.SMALL, BufferPool.LARGE, BufferPool.RECORD, BufferPool.RECORDS);

    private List<Integer> before;

    /// Direct memory, which is where pooled buffers are.
    static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        POOLS.forEach(pool -> fill(pool, FEW)); // a buffer that gets lost shows only where there was a spare one to lose
        before = spareCounts();
    }

    /// Puts spare buffers into the pools, in place of those that a test left to its readers.
    static void fillPools() {
        POOLS.forEach(pool -> fill(pool, pool.spareCount() + FEW));
    }

    private static void fill(BufferPool pool, int count) {
        var buffers = Stream.generate(pool::acquire).limit(count).toList();
        buffers.forEach(pool::release);
    }

    private static List<Integer> spareCounts() {
        return POOLS.stream().map(BufferPool::spareCount).toList();
    }

    private boolean isSomeMissing() {
        List<Integer> now = spareCounts();
        return IntStream.range(0, now.size()).anyMatch(i -> now.get(i) < before.get(i));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        var deadline = Deadline.after(Duration.ofSeconds(3)); // threads that are about to end may hold some
        while (isSomeMissing()) {
            if (deadline.isExpired()) {
                throw new AssertionError("pooled buffers are missing: of " + before + " small, large, record and"
                        + " records ones there are " + spareCounts());
            }
            Thread.yield();
        }
    }
}
