package dev.asyncio.bench;

import java.util.List;

/// What chance does in a column, by the halves of the A/A pair: what the same program differs by, others may, too.
///
/// @param apart how far the halves were apart in each round, as a part of the lesser; the least first
/// @param quietCount how many of the rounds neither compilers nor others disturbed
record Noise(List<Double> apart, int quietCount) {

    /// Of two that are equal, the same one may well be ahead in one round or two.
    static final int ENOUGH_ROUNDS = 3;

    /// With so many rounds, the one in which the pair was furthest apart does not count. Else a single disturbed run of
    /// ours leaves a column undecided, and does so the sooner the more rounds there are.
    static final int MANY_ROUNDS = 5;

    /// Who is never further apart is called equal here.
    static final double TIE = 1.05;

    static Noise of(Measured pair) {
        return new Noise(pair.rounds().stream().map(times -> timesApart(times) - 1).sorted().toList(),
                pair.quietCount());
    }

    static double timesApart(double ratio) {
        return Math.max(ratio, 1 / ratio);
    }

    /// Whether two that differ by a ratio are called equal here.
    static boolean isEqual(double ratio) {
        return timesApart(ratio) <= TIE;
    }

    /// Whether there are rounds enough to decide anything.
    boolean isKnown() {
        return quietCount >= ENOUGH_ROUNDS;
    }

    /// What all rounds have to exceed to be more than chance. Not a number if too few of the pair's are quiet to tell, or
    /// too few of theirs.
    double limit(Measured measured) {
        return limit(measured.rounds().size(), measured.quietCount());
    }

    /// The same of as many rounds as the pair has.
    double limit() {
        return limit(apart.size(), quietCount);
    }

    private double limit(int roundCount, int quietRoundCount) {
        if (Math.min(quietRoundCount, quietCount) < ENOUGH_ROUNDS) {
            return Double.NaN;
        }
        return Math.min(roundCount, apart.size()) < MANY_ROUNDS ? apart.getLast() : apart.get(apart.size() - 2);
    }

    /// The furthest that the halves ever were apart, be it known or not what that is worth; not a number if there is no
    /// round.
    double widest() {
        return apart.isEmpty() ? Double.NaN : apart.getLast();
    }

    /// Decided where all rounds say so, by more than the limit; else a tie where no round differs from 1 by much. What
    /// differs by more, but by less than the pair, is no tie: nothing is known of it. Nor is it with too few quiet rounds
    /// of either. Whoever may be better than was measured, since the client was the limit, has not lost.
    Outcome outcome(Measured advantage) {
        List<Double> rounds = advantage.rounds();
        double limit = limit(advantage);
        if (Double.isNaN(limit)) {
            return Outcome.UNDECIDED;
        }
        if (rounds.stream().allMatch(times -> times > 1 + limit)) {
            return advantage.mayBeLess() ? Outcome.UNDECIDED : Outcome.WIN;
        }
        if (rounds.stream().allMatch(times -> 1 / times > 1 + limit)) {
            return advantage.mayBeMore() ? Outcome.UNDECIDED : Outcome.LOSS;
        }
        boolean isTie = rounds.stream().allMatch(Noise::isEqual);
        return isTie && !advantage.mayBeMore() && !advantage.mayBeLess() ? Outcome.TIE : Outcome.UNDECIDED;
    }
}
