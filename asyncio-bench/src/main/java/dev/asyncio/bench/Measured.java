package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/// What came out in each round: a value of ours, or how many times better one is than another.
///
/// @param rounds none if it was not measured
/// @param quietCount how many of the rounds neither compilers nor others disturbed
/// @param mayBeMore the client was the [Limit] of the one, whose server could do more
/// @param mayBeLess it was that of the other
record Measured(List<Double> rounds, int quietCount, boolean mayBeMore, boolean mayBeLess) {

    static final Measured NOTHING = new Measured(List.of(), 0);

    Measured(List<Double> rounds, int quietCount) {
        this(rounds, quietCount, false, false);
    }

    /// Who is compared.
    ///
    /// @param runs of all rounds
    record Side(List<Run> runs, boolean isClientLimited) {

        private List<Run> in(int round) {
            return runs.stream().filter(run -> Rounds.number(run) == round).toList();
        }

        private List<Integer> rounds() {
            return runs.stream().map(Rounds::number).distinct().sorted().toList();
        }

        private boolean isQuietIn(int round) {
            return in(round).stream().allMatch(run -> Figure.isQuiet(run.figures()));
        }

        /// The most that a value was in each round, of whichever run of it.
        Measured most(Metric metric) {
            List<Double> most = rounds().stream()
                    .map(round -> in(round).stream().mapToDouble(metric.value()).max().orElseThrow())
                    .toList();
            return new Measured(most, (int) rounds().stream().filter(this::isQuietIn).count());
        }
    }

    /// Compares one with another in each round that has both: what one round has was measured soon after one another,
    /// by a machine that is faster at some times than at others.
    static Measured timesBetter(Side one, Side other, Metric metric) {
        List<Double> rounds = new ArrayList<>();
        int quietCount = 0;
        for (int round : one.rounds()) {
            OptionalDouble times = timesBetter(one.in(round), other.in(round), metric);
            if (times.isPresent()) {
                rounds.add(times.getAsDouble());
                quietCount += one.isQuietIn(round) && other.isQuietIn(round) ? 1 : 0;
            }
        }
        return new Measured(List.copyOf(rounds), quietCount, one.isClientLimited, other.isClientLimited);
    }

    /// The geometric mean of all pairs of a round; none if there is no pair.
    private static OptionalDouble timesBetter(List<Run> one, List<Run> other, Metric metric) {
        double[] pairs = one.stream()
                .flatMapToDouble(first -> other.stream()
                        .filter(second -> areComparable(first, second))
                        .mapToDouble(second -> metric.timesBetter(first, second)))
                .toArray();
        return pairs.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.pow(Arrays.stream(pairs).reduce(1, (a, b) -> a * b), 1.0 / pairs.length));
    }

    /// Not if the cores were near each other for the one and far for the other: that alone makes a quarter. Where a
    /// distance is not known, nothing is known against it.
    private static boolean areComparable(Run one, Run other) {
        double nanos = one.figure(Figure.CORE_NANOS);
        double otherNanos = other.figure(Figure.CORE_NANOS);
        return !CoreDistance.areFar(Math.max(nanos, otherNanos), Math.min(nanos, otherNanos));
    }

    /// Not a number if there are no rounds.
    double median() {
        return Median.of(rounds, Double::doubleValue);
    }

    /// How many times better the other is.
    Measured inverse() {
        return new Measured(rounds.stream().map(times -> 1 / times).toList(), quietCount, mayBeLess, mayBeMore);
    }

    /// What stands before the number, if it is only a bound.
    String sign() {
        return rounds.isEmpty() || mayBeMore == mayBeLess ? "" : mayBeMore ? "≥ " : "≤ ";
    }
}
