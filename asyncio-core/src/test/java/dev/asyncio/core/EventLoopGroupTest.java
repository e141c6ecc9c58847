package dev.asyncio.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.OwnProcess;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NothingLeftOver.class)
class EventLoopGroupTest {

    /// As the last of a group's threads does not start where the system has none left.
    private static final class Unstartable extends Thread {

        private static final OutOfMemoryError FAILURE = new OutOfMemoryError("no thread, on purpose");

        @Override
        public void start() {
            throw FAILURE;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aGroupWithoutAThreadForItsLastLoopIsNotBuiltAndLeavesNothingBehind(ThreadKind kind) {
        var started = new ArrayList<Thread>();
        var builder = EventLoopGroup.builder().name("asyncio-unstarted").loopCount(3).loopThreads(run -> {
            if (started.size() == 2) {
                return new Unstartable();
            }
            started.add(kind.unstarted(run));
            return started.getLast();
        });
        assertSame(Unstartable.FAILURE, assertThrows(OutOfMemoryError.class, builder::build));
        assertEquals(List.of(false, false), started.stream().map(Thread::isAlive).toList());
    }

    /// In a process of its own, since others use these loops, too.
    @Test
    void sharedLoopsThatHaveAllFailedAreReplaced() throws Exception {
        OwnProcess.of(FailingSharedLoops.class).jvmOptions("-XX:ActiveProcessorCount=4").run(); // so that there are two
    }

    static final class FailingSharedLoops {

        private FailingSharedLoops() {}

        static void main(String[] args) throws Exception {
            EventLoopGroup first = EventLoopGroup.shared();
            Pipe pipe = Pipe.open();
            Registration registration = first.next().register(pipe.source());
            for (EventLoop loop : first.loops()) {
                assertSame(first, EventLoopGroup.shared(), "while one runs");
                FailingLoop.end(loop);
            }
            var asking = new ArrayList<Waiting<EventLoopGroup>>();
            for (int i = 0; i < 8; i++) {
                asking.add(Waiting.start(ThreadKind.PLATFORM, () -> EventLoopGroup.shared()));
            }
            EventLoopGroup second = EventLoopGroup.shared();
            assertNotSame(first, second);
            for (var one : asking) {
                assertSame(second, one.value());
            }
            assertThrows(UnsupportedOperationException.class, second::close);
            assertThrows(EventLoopClosedException.class, () -> registration.await(Interest.READ, Deadline.never()));
            assertIsWoken(second.next());
        }

        private static void assertIsWoken(EventLoop loop) throws Exception {
            Pipe pipe = Pipe.open();
            Registration registration = loop.register(pipe.source());
            var waiting = Waiting.parked(
                    ThreadKind.VIRTUAL, () -> registration.await(Interest.READ, Waiting.patience()));
            pipe.sink().write(ByteBuffer.allocate(1));
            waiting.value();
        }
    }
}
