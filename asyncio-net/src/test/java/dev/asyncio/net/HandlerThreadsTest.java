package dev.asyncio.net;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.nio.channels.Channel;
import java.nio.channels.Pipe;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What fails about one thread or its channel leaves nothing of either behind, and nothing of the others.
@ExtendWith(NothingLeftOver.class)
class HandlerThreadsTest {

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    private final HandlerThreads threads = new HandlerThreads();

    private enum Shortage implements ThreadFactory {
        OF_MEMORY_FOR_A_THREAD {
            @Override
            public Thread newThread(Runnable task) {
                throw new OutOfMemoryError("on purpose");
            }
        },
        OF_MEMORY_FOR_ITS_START {
            @Override
            public Thread newThread(Runnable task) {
                return new Thread(task) {
                    @Override
                    public void start() {
                        throw new OutOfMemoryError("on purpose");
                    }
                };
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aChannelWithoutAThreadIsClosed(Shortage shortage) throws Exception {
        Pipe pipe = Pipe.open();
        try (var _ = pipe.sink(); var channel = pipe.source()) {
            assertThrows(OutOfMemoryError.class, () -> threads.start(shortage, channel, _ -> {}));
            assertFalse(channel.isOpen());
            assertTrue(threads.awaitEnd(patience()), "nothing is left of it");
        }
    }

    /// Each time that it is closed.
    private static final class FailingChannel implements Channel {

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            throw new InternalError("on purpose");
        }
    }

    private static void untilInterrupted(Channel channel) {
        while (!Thread.currentThread().isInterrupted()) {
            LockSupport.park(channel);
        }
    }

    /// Between two of the kind, so that one of them is closed before it.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aChannelThatFailsToCloseKeepsNoOtherOpen(boolean canLog) throws Exception {
        if (!canLog) {
            log.failWith(new OutOfMemoryError("no room for an entry, on purpose"));
        }
        Pipe pipe = Pipe.open();
        try (var _ = pipe.sink(); var channel = pipe.source()) {
            ThreadFactory factory = Thread.ofVirtual().factory();
            threads.start(factory, new FailingChannel(), HandlerThreadsTest::untilInterrupted);
            threads.start(factory, channel, HandlerThreadsTest::untilInterrupted);
            threads.start(factory, new FailingChannel(), HandlerThreadsTest::untilInterrupted);
            Waiting.start(ThreadKind.PLATFORM, threads::close).value();
            assertFalse(channel.isOpen());
        }
        LogRecord entry = log.entries().getFirst();
        assertTrue(entry.getMessage().contains("FailingChannel"), entry::getMessage);
        assertEquals("on purpose", entry.getThrown().getMessage());
    }

    /// As one is that has not woken up yet.
    private static Thread deafToInterrupts(Runnable task) {
        return new Thread(task) {
            @Override
            public void interrupt() {}
        };
    }

    private void awaitEndOfOthers() {
        try {
            assertTrue(threads.awaitEnd(patience()));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void oneThatWaitsForTheOthersDoesNotOutliveAClose() throws Exception {
        var closer = new AtomicReference<Thread>();
        var waiter = new AtomicReference<Thread>();
        var mayClose = new CompletableFuture<Void>();
        var hasWaited = new CountDownLatch(1);
        var mayEnd = new CompletableFuture<Void>();
        var hasClosed = new AtomicBoolean();
        Pipe pipe = Pipe.open();
        threads.start(Thread.ofVirtual().factory(), pipe.source(), _ -> {
            closer.set(Thread.currentThread());
            mayClose.join();
            threads.close();
            hasClosed.set(true);
        });
        threads.start(HandlerThreadsTest::deafToInterrupts, pipe.sink(), _ -> {
            waiter.set(Thread.currentThread());
            awaitEndOfOthers();
            hasWaited.countDown();
            mayEnd.join();
        });
        Waiting.await("the one to wait", () -> waiter.get() != null && Waiting.isParked(waiter.get()));
        mayClose.complete(null);
        hasWaited.await(); // not for the one that closes
        Waiting.await("the other to wait, or not to", () -> hasClosed.get() || Waiting.isParked(closer.get()));
        boolean isOutlived = hasClosed.get();
        mayEnd.complete(null);
        Waiting.await("the close to end", hasClosed::get);
        assertFalse(isOutlived);
    }
}
