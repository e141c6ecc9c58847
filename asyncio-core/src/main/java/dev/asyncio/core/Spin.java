package dev.asyncio.core;

import java.time.Duration;

/// How long an event loop that ran out of work looks for more before it sleeps.
///
/// To wake a sleeping core costs several times a loopback round trip, so looking a little longer is the larger part
/// of low latency. It must not cost what it does not earn; see [#adaptive()].
public final class Spin {

    private static final Spin ADAPTIVE = adaptive(Duration.ofNanos(50_000));
    private static final Spin NEVER = new Spin(0, 0);
    private static final Spin ALWAYS = new Spin(Long.MAX_VALUE, Long.MAX_VALUE);

    /// A loop that slept no longer than this many times the budget would have been spared the sleep by spinning:
    /// the measure includes the wake-up itself.
    private static final int SHORT_SLEEP_FACTOR = 4;

    /// A short sleep earns this part of the budget, so a loop whose spinning never finds work pays little for trying.
    private static final int EARNED_PART = 16;

    private final long initialNanos;
    private final long maxNanos;

    private Spin(long initialNanos, long maxNanos) {
        this.initialNanos = initialNanos;
        this.maxNanos = maxNanos;
    }

    /// The default: spins where that lately paid, and not otherwise, for at most 50 microseconds at a time. An idle
    /// process does not spin at all.
    ///
    /// @return the default
    public static Spin adaptive() {
        return ADAPTIVE;
    }

    /// Like [#adaptive()] with a bound of one's own.
    ///
    /// @param max how long to spin at most before each sleep
    /// @return an adaptive spin
    public static Spin adaptive(Duration max) {
        if (max.isNegative() || max.compareTo(Duration.ofSeconds(1)) > 0) {
            throw new IllegalArgumentException("spin of at most " + max + ": expected zero to one second");
        }
        return new Spin(0, max.toNanos());
    }

    /// Sleeps as soon as there is nothing to do: the least use of CPU.
    ///
    /// @return a spin of zero
    public static Spin never() {
        return NEVER;
    }

    /// Never sleeps: the lowest latency, at the price of a core for each loop, even an idle one. With as many loops as
    /// the JDK's scheduler has carrier threads, virtual threads that other threads start or wake wait for some 20 ms; see
    /// [EventLoopGroup.Builder#platformThreads()].
    ///
    /// @return an endless spin
    public static Spin always() {
        return ALWAYS;
    }

    Budget newBudget() {
        return new Budget();
    }

    /// A purse of time, owned by one loop's thread. Spinning that finds work fills it, spinning in vain empties it; each
    /// short sleep puts a little in, and a long one changes nothing.
    final class Budget {

        private long nanos = initialNanos;

        /// How long to spin now: as long as may be, or not at all. Spent as it comes in, a little at a time, the purse
        /// would never again fill where events come later than that little, though well within the whole.
        long nanos() {
            return nanos < maxNanos ? 0 : nanos;
        }

        void spinFoundWork() {
            nanos = maxNanos;
        }

        void spunInVain() {
            nanos = 0;
        }

        void slept(long sleptNanos) {
            if (sleptNanos <= SHORT_SLEEP_FACTOR * maxNanos) {
                nanos = Math.min(maxNanos, nanos + maxNanos / EARNED_PART);
            }
        }
    }
}
