package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Fails a test after which pooled buffers are missing, and keeps what the library logs meanwhile.
final class LibraryWatch implements BeforeEachCallback, AfterEachCallback {

    private static final Logger LOGGER = Logger.getLogger("dev.asyncio");

    private final List<LogRecord> log = new CopyOnWriteArrayList<>();
    private int smallBefore;
    private int largeBefore;
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            log.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /// What was logged since the test began.
    List<LogRecord> log() {
        return log;
    }

    /// Direct memory, which is where pooled buffers are.
    static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct")).mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(handler);
        fillPools();
        smallBefore = BufferPool.SMALL.spareCount();
        largeBefore = BufferPool.LARGE.spareCount();
    }

    /// Puts spare buffers into the pools, in place of those that a test left to its readers.
    static void fillPools() {
        fill(BufferPool.SMALL);
        fill(BufferPool.LARGE);
    }

    /// A buffer that gets lost shows only where there was a spare one to lose.
    private static void fill(BufferPool pool) {
        var buffers = Stream.generate(pool::acquire).limit(8).toList();
        buffers.forEach(pool::release);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        LOGGER.removeHandler(handler);
        LOGGER.setUseParentHandlers(true);
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
