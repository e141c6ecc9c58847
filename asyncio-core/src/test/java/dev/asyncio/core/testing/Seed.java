package dev.asyncio.core.testing;

import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Where a random test takes its plan from: `-Dseed=N` repeats one. A failing test says what its seed was.
///
/// The plan is all that a seed repeats. Which thread is first within it is for the scheduler to say, so a race may take
/// several runs to be lost again.
public final class Seed implements AfterTestExecutionCallback {

    private final long value = Long.getLong("seed", System.nanoTime());

    public long value() {
        return value;
    }

    /// The plan of one of several threads, or rounds, whatever the others do with theirs.
    public SplittableRandom random(long index) {
        return new SplittableRandom(value + index * 0x9E37_79B9_7F4A_7C15L);
    }

    /// Lets a little time pass, so that another thread gets to various places meanwhile: mostly less than a
    /// microsecond, seldom some ten.
    public static void pause(SplittableRandom random) {
        for (int spins = random.nextInt(1 << random.nextInt(12)); spins > 0; spins--) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            System.out.println(context.getDisplayName() + ": repeat it by -Dseed=" + value);
        }
    }
}
