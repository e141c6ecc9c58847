package dev.asyncio.bench;

import java.util.Locale;

/// What a column says about a contender beside ours.
enum Outcome {

    /// Ours is better, by more than chance.
    WIN,

    /// The contender is better, by more than chance.
    LOSS,

    /// The medians differ by no more than two runs of the same program may.
    TIE,

    /// The medians differ, but rounds of the one lie among rounds of the other.
    UNDECIDED,

    /// There is nothing to compare: it is ours, or there are no figures.
    NONE;

    boolean isDecided() {
        return this == WIN || this == LOSS;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
