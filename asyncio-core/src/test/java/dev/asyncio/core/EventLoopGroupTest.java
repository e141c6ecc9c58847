package dev.asyncio.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import java.util.ArrayList;
import java.util.List;
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
}
