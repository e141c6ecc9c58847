package dev.asyncio.bench;

import dev.asyncio.bench.LoadDialogue.Timing;
import java.io.IOException;

/// What one result file is about: some contenders that take turns, round after round.
interface Comparison {

    /// Of the result file.
    String name();

    /// How long a round will take, about.
    double roundSeconds(Pace pace);

    /// Measures what the file does not have of a round.
    void runRound(int round, Pace pace, ResultFile file) throws IOException, InterruptedException;

    /// How much time a measurement is given.
    ///
    /// @param firstLoad of a fresh process, whose code is not compiled yet
    /// @param nextLoad on the same process
    record Pace(Timing firstLoad, Timing nextLoad) {

        static final Pace FULL = new Pace(Timing.ofSeconds(2.5, 0.8), Timing.ofSeconds(0.3, 0.7));
        static final Pace QUICK = new Pace(Timing.ofSeconds(1.5, 0.5), Timing.ofSeconds(0.3, 0.5));
    }
}
