package dev.asyncio.core;

import dev.asyncio.core.testing.OwnProcess;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// A loop that always has something to do, and the handlers that it wakes, on the only carrier of a process.
class SharedCarrierTest {

    @Test
    void threadsThatAPlatformThreadStartsRunBesideABusyLoop() throws Exception {
        OwnProcess.of(BusyLoop.class)
                .jvmOptions("-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1")
                .run();
    }

    static final class BusyLoop {

        private static final int HANDLERS = 64;

        /// Each of which would have to wait for about a second.
        private static final int NEWCOMERS = 50;

        private static volatile boolean done;

        static void main(String[] args) throws Exception {
            try (var group = EventLoopGroup.builder().loopCount(1).build()) {
                List<Waiting<Void>> handlers = new ArrayList<>();
                for (int i = 0; i < HANDLERS; i++) {
                    handlers.add(Waiting.start(ThreadKind.VIRTUAL, () -> talkToOneself(group.next())));
                }
                for (int i = 0; i < NEWCOMERS; i++) {
                    var begun = new CountDownLatch(1);
                    Thread.startVirtualThread(begun::countDown);
                    begun.await();
                }
                done = true;
                for (Waiting<Void> handler : handlers) {
                    handler.value();
                }
            }
        }

        private static void talkToOneself(EventLoop loop) throws Exception {
            Pipe pipe = Pipe.open();
            try (var registration = loop.register(pipe.source());
                    var sink = pipe.sink()) {
                while (!done) {
                    sink.write(ByteBuffer.allocate(1));
                    registration.await(Interest.READ, Deadline.never());
                    pipe.source().read(ByteBuffer.allocate(1));
                }
            }
        }
    }
}
