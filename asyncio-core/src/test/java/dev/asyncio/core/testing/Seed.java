package dev.asyncio.core.testing;

import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;

/// Where a random test takes its plan from: `-Dseed=N` repeats one. A failing test says what its seed was,
/// whether it fails itself or one of its extensions finds something left over.
///
/// The plan is all that a seed repeats. Which thread is first within it is for the scheduler to say, so a race may take
/// several runs to be lost again.
public final class Seed implements TestWatcher {

    /// Far from a multiple of the step that [SplittableRandom] takes from one draw to the next: by that step itself, each
    /// plan would be the one before it, less a draw.
    private static final long STEP = 0xD134_2543_DE82_EF95L;

    private final long value = Long.getLong("seed", System.nanoTime());

    public long value() {
        return value;
    }

    /// The plan of one of several threads, or rounds, whatever the others do with theirs.
    public SplittableRandom random(long index) {
        return new SplittableRandom(value + index * STEP);
    }

    /// Lets a little time pass, so that another thread gets to various places meanwhile: mostly less than a
    /// microsecond, seldom some ten.
    public static void pause(SplittableRandom random) {
        for (int spins = random.nextInt(1 << random.nextInt(12)); spins > 0; spins--) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable reason) {
        System.out.println(context.getDisplayName() + ": repeat it by -Dseed=" + value);
    }
}
