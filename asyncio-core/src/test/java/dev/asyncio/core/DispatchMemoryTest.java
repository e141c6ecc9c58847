package dev.asyncio.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.asyncio.core.testing.OwnProcess;
import dev.asyncio.core.testing.Waiting;
import java.lang.management.ManagementFactory;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What a loop changes for an event makes no object: where there is no memory for one, the loop would end, and with it
/// every wait on its channels. In a process of its own that compiles nothing, since compiled code may do without an object
/// that is there by the word.
class DispatchMemoryTest {

    @Test
    void aChangeOfInterestTakesNoMemory() throws Exception {
        OwnProcess.of(ChangesOfInterest.class).jvmOptions("-Xint").run();
    }

    static final class ChangesOfInterest {

        private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        /// Few enough for the room that the JDK's selector has for changes from the beginning.
        private static final int COUNT = 3;

        private ChangesOfInterest() {}

        static void main(String[] args) throws Exception {
            var builder = EventLoopGroup.builder().loopCount(1).name("asyncio-changing");
            try (var group = builder.platformThreads().build()) { // of others, the JDK does not know what they took
                EventLoop loop = group.next();
                Pipe pipe = Pipe.open();
                try (var _ = pipe.sink(); var registration = loop.register(pipe.source())) {
                    takenBytes(loop, registration); // all classes are there afterwards
                    assertEquals(0, takenBytes(loop, registration));
                }
            }
        }

        private static long takenBytes(EventLoop loop, Registration registration) throws Exception {
            var taken = new CompletableFuture<Long>();
            loop.execute(() -> taken.complete(change(registration)));
            return taken.get(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        private static long change(Registration registration) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < COUNT; i++) {
                registration.addInterest(SelectionKey.OP_READ);
                registration.removeInterest(SelectionKey.OP_READ);
            }
            return THREADS.getCurrentThreadAllocatedBytes() - before;
        }
    }
}
