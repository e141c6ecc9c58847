package dev.asyncio.bench;

import dev.asyncio.bench.LoadDialogue.Timing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What one result file is about: some contenders that take turns, round after round.
interface Comparison {

    /// Of the result file.
    String name();

    /// How long a round will take, about.
    double roundSeconds(Pace pace);

    /// Of all runs of a round.
    List<Map<String, String>> facts(int round) throws IOException;

    /// Measures what the file does not have of a round.
    void runRound(int round, Pace pace, ResultFile file) throws IOException, InterruptedException;

    /// What only some contenders have of a round under one load, since the suite was cut short, is measured anew for all:
    /// else they would be compared with what was measured at another time.
    default void dropIncomplete(int round, ResultFile file) throws IOException {
        Map<Map<String, String>, List<Map<String, String>>> byLoad =
                facts(round).stream().collect(Collectors.groupingBy(Run::withoutContender));
        for (List<Map<String, String>> all : byLoad.values()) {
            if (!all.stream().allMatch(file::has)) {
                int removedCount = file.remove(all);
                if (removedCount > 0) {
                    System.out.printf(
                            "  %d runs that round %d was cut short behind are measured anew, beside the others%n",
                            removedCount, round);
                }
            }
        }
    }

    /// The contenders of a load in their order, since who comes first finds another machine than who comes last: moved on by
    /// about a third of them in each round, so that nobody is always early.
    static <T> List<T> inTurn(List<T> all, int round) {
        List<T> turned = new ArrayList<>(all);
        Collections.rotate(turned, -(round - 1) * Math.max(1, all.size() / 3));
        return turned;
    }

    /// Contenders of which the first is ours, with its other half of the A/A pair put where it is as far away as can be
    /// in each turn.
    static <T> List<T> withAgain(List<T> all, T again) {
        List<T> pair = new ArrayList<>(all);
        pair.add((all.size() + 1) / 2, again);
        return pair;
    }

    /// Comes to the figures of one run.
    @FunctionalInterface
    interface Attempt {
        Map<String, Double> figures() throws IOException, InterruptedException;
    }

    /// A run that does not pass the [Gates], on a machine that had other things to do, is no run: tried again, and so that
    /// everybody sees it. One that compilers disturbed, or others who had a part of the cores, is tried again, too, and
    /// the least disturbed is kept.
    ///
    /// @param maxAttempts all together
    static Run measure(Map<String, String> facts, Run environment, int maxAttempts, Attempt attempt)
            throws IOException, InterruptedException {
        Run best = null;
        IOException refusal = null;
        int refusedCount = 0;
        for (int i = 0; i < maxAttempts; i++) {
            Map<String, Double> figures = attempt.figures();
            var run = new Run(facts, figures);
            try {
                Gates.check(run, environment);
                if (Figure.isQuiet(figures)) {
                    return run.with(Figure.REFUSED, refusedCount);
                }
                System.out.printf("  disturbed, for %.0f %% of the time, by %s: %s%n",
                        100 * Figure.disturbedPart(figures),
                        Figure.isCompiling(figures) ? "compilers" : "others", facts);
                if (best == null || Figure.disturbedPart(figures) < Figure.disturbedPart(best.figures())) {
                    best = run;
                }
            } catch (IOException e) {
                refusal = e;
                refusedCount++;
                System.out.println("  refused: " + e.getMessage());
            }
        }
        if (best == null) {
            throw refusal;
        }
        return best.with(Figure.REFUSED, refusedCount);
    }

    /// How much time a measurement is given.
    ///
    /// @param rehearsal of each load on a fresh process, before any is measured: what was compiled for one load may have
    ///     to be compiled anew for another
    /// @param moreRehearsals at most, while compilers still work. On a slow core that they share with the server they work
    ///     for 25 s before opening WebSocket connections is as fast as it becomes
    /// @param load with a warm-up of its own
    /// @param maxAttempts how often a load is measured at most, while gates refuse what it comes to, or it is disturbed
    /// @param idle how long an idle process is looked at
    record Pace(Timing rehearsal, int moreRehearsals, Timing load, int maxAttempts, Duration idle) {

        private static final int MAX_ATTEMPTS = 4;

        private static final int OPEN_LOOP_TIMES = 5;

        /// Idle for longer than the 10 s that handshakes are given, so that none of their timers is left when memory is
        /// looked at; and long enough to tell half a percent of CPU from nothing, which is six ticks of its clock.
        static final Pace FULL =
                new Pace(Timing.ofSeconds(0.8, 0.1), 32, Timing.ofSeconds(0.3, 0.6), MAX_ATTEMPTS,
                        Duration.ofSeconds(12));
        static final Pace QUICK =
                new Pace(Timing.ofSeconds(0.5, 0.1), 16, Timing.ofSeconds(0.3, 0.5), MAX_ATTEMPTS,
                        Duration.ofSeconds(2));

        /// Of one load. An open loop is measured for longer: it asks for fewer messages a second, and a table tells the
        /// slowest thousandth of them.
        Timing of(Map<String, String> parameters) {
            return parameters.containsKey("rate")
                    ? new Timing(load.warmUp(), load.measured().multipliedBy(OPEN_LOOP_TIMES))
                    : load;
        }
    }
}
