package dev.asyncio.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/// Commands of two threads against a real loop that never spins, and so falls asleep after each turn.
@JCStressTest
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both were run")
@Outcome(expect = FORBIDDEN, desc = "one was overslept")
@State
public class SleepStress {

    private static final EventLoop LOOP = startLoop();
    private static final Duration LOST = Duration.ofSeconds(5);

    private final AtomicBoolean first = new AtomicBoolean();
    private final AtomicBoolean second = new AtomicBoolean();

    private static EventLoop startLoop() {
        var loop = new EventLoop("jcstress", Thread.ofPlatform().daemon().factory(), Spin.never());
        loop.start();
        return loop;
    }

    @Actor
    public void first(ZZ_Result result) {
        result.r1 = isRun(first);
    }

    @Actor
    public void second(ZZ_Result result) {
        result.r2 = isRun(second);
    }

    private static boolean isRun(AtomicBoolean command) {
        LOOP.execute(() -> command.set(true));
        Deadline lost = Deadline.after(LOST);
        while (!command.get() && !lost.isExpired()) {
            Thread.onSpinWait();
        }
        return command.get();
    }
}
