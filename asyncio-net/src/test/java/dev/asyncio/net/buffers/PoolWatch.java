package dev.asyncio.net.buffers;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.Waiting;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test after which pooled buffers are missing. For tests of other modules, too.
public final class PoolWatch implements BeforeEachCallback, AfterEachCallback {

    /// The JDK's account of direct buffers, pooled ones among them.
    public static final BufferPoolMXBean DIRECT_BUFFERS =
            ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .filter(pool -> pool.getName().equals("direct")).findFirst().orElseThrow();

    private static final List<BufferPool> POOLS =
            List.of(BufferPool.SMALL, BufferPool.LARGE, BufferPool.RECORD, BufferPool.RECORDS);

    private List<Integer> before;

    public static long directBytes() {
        return DIRECT_BUFFERS.getMemoryUsed();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        fillPools();
        start();
    }

    /// Takes what there is now for all that there must be.
    public void start() {
        before = spareCounts();
    }

    /// Fills the pools up, also in place of the buffers that a test left to its readers. While there is room in a pool, a
    /// buffer that was made meanwhile takes the place of one that got lost.
    public static void fillPools() {
        POOLS.forEach(PoolWatch::fill);
    }

    private static void fill(BufferPool pool) {
        int count;
        do {
            count = pool.spareCount();
            var buffers = Stream.generate(pool::acquire).limit(count + 1).toList();
            buffers.forEach(pool::release);
        } while (pool.spareCount() > count);
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
        check();
    }

    /// Fails if some are missing.
    public void check() {
        Deadline deadline = Waiting.patience(); // threads that are about to end may hold some
        while (isSomeMissing()) {
            if (deadline.isExpired()) {
                throw new AssertionError("pooled buffers are missing: of " + before + " small, large, record and"
                        + " records ones there are " + spareCounts());
            }
            Thread.yield();
        }
    }
}
