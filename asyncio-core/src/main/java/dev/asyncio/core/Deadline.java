package dev.asyncio.core;

import java.time.Duration;
import java.util.Objects;

/// A point in time at which a wait gives up. Immutable; one deadline can bound several waits in a row.
///
/// Time is [System#nanoTime()], so changes of the wall clock do not matter.
public final class Deadline {

    private static final Deadline NEVER = new Deadline(Long.MAX_VALUE);

    /// Half the range of `nanoTime`, about 146 years: differences of two such times cannot overflow.
    private static final long FARTHEST_NANOS = Long.MAX_VALUE / 2;

    /// On the scale of [System#nanoTime()]; meaningless in [#NEVER].
    private final long atNanos;

    private Deadline(long atNanos) {
        this.atNanos = atNanos;
    }

    /// The deadline that does not come.
    ///
    /// @return the one deadline for which [#isNever()] holds
    public static Deadline never() {
        return NEVER;
    }

    /// The deadline that lies `timeout` from now. A timeout of zero or less has already passed, and a wait with it
    /// only asks once.
    ///
    /// @param timeout how far away; more than 146 years count as 146 years
    /// @return a deadline that starts to run now
    public static Deadline after(Duration timeout) {
        return new Deadline(System.nanoTime() + saturatedNanos(timeout));
    }

    /// Tells whether this is [#never()].
    ///
    /// @return true for the deadline that does not come
    public boolean isNever() {
        return this == NEVER;
    }

    /// Tells whether the deadline has passed.
    ///
    /// @return true from then on
    public boolean isExpired() {
        return remainingNanos() == 0;
    }

    /// What is left of the time, for waits that take a timeout.
    ///
    /// @return nanoseconds from now, 0 when the deadline has passed, [Long#MAX_VALUE] when it never comes
    public long remainingNanos() {
        return isNever() ? Long.MAX_VALUE : Math.max(0, atNanos - System.nanoTime());
    }

    /// The stricter of two deadlines.
    ///
    /// @param other the deadline to compare with
    /// @return this or `other`, whichever passes first
    public Deadline earlierOf(Deadline other) {
        if (isNever()) {
            return Objects.requireNonNull(other);
        }
        return other.isNever() || atNanos - other.atNanos <= 0 ? this : other;
    }

    @Override
    public String toString() {
        return isNever() ? "never" : "in " + Duration.ofNanos(remainingNanos());
    }

    private static long saturatedNanos(Duration timeout) {
        if (timeout.isNegative()) {
            return 0;
        }
        return timeout.getSeconds() >= FARTHEST_NANOS / 1_000_000_000L ? FARTHEST_NANOS : timeout.toNanos();
    }
}
