package dev.asyncio.bench;

import java.util.Locale;

/// What a column says about a contender beside ours.
enum Outcome {

    /// Ours is better, by more than chance.
    WIN,

    /// The contender is better, by more than chance.
    LOSS,

    /// There is hardly a difference, in any round.
    TIE,

    /// There is a difference, but not in all rounds, or it is within the [Noise] in one of them; or too few rounds were
    /// quiet; or the client was the [Limit] of who seems to be the worse.
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
