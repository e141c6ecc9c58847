package dev.asyncio.net;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.NothingLeftOver;
import java.nio.channels.Pipe;
import java.util.concurrent.ThreadFactory;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A server has no memory for one more thread. It never runs here, and its channel is to be closed all the same.
@ExtendWith(NothingLeftOver.class)
class HandlerThreadsTest {

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
}
