package dev.asyncio.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// A [Comparison] whose parameters come from the results of another, so it is made when its turn comes.
///
/// @param seconds how long a round will take, about
record DeferredComparison(String name, ToDoubleFunction<Pace> seconds, Source source) implements Comparison {

    /// Makes the comparison, the same in each round.
    @FunctionalInterface
    interface Source {
        Comparison make() throws IOException;
    }

    @Override
    public double roundSeconds(Pace pace) {
        return seconds.applyAsDouble(pace);
    }

    @Override
    public List<Map<String, String>> facts(int round) throws IOException {
        return source.make().facts(round);
    }

    @Override
    public void runRound(int round, Pace pace, ResultFile file) throws IOException, InterruptedException {
        source.make().runRound(round, pace, file);
    }
}
