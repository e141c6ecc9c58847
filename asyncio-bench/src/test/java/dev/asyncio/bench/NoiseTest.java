package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NoiseTest {

    private static final int TRIALS = 200_000;

    /// By how much, of the logarithm, the rounds of ours differ.
    private static final double RESTLESS = 0.1;

    private static Noise apart(Double... apart) {
        return apart(apart.length, apart);
    }

    private static Noise apart(int quietCount, Double... apart) {
        return new Noise(Stream.of(apart).sorted().toList(), quietCount);
    }

    private static Outcome outcome(Noise noise, Double... rounds) {
        return outcome(noise, rounds.length, rounds);
    }

    private static Outcome outcome(Noise noise, int quietCount, Double... rounds) {
        return noise.outcome(new Measured(List.of(rounds), quietCount));
    }

    @Test
    void eachRoundHasToExceedWhatThePairEverWasApart() {
        assertEquals(Outcome.WIN, outcome(apart(0.1, 0.02, 0.03), 1.2, 1.11, 1.2));
        assertEquals(Outcome.UNDECIDED, outcome(apart(0.1, 0.02, 0.03), 1.2, 1.09, 1.2));
        assertEquals(Outcome.LOSS, outcome(apart(0.1, 0.02, 0.03, 0.02), 0.8, 0.9, 0.8, 0.7));
        assertEquals(Outcome.UNDECIDED, outcome(apart(0.1, 0.02, 0.03, 0.02), 0.8, 0.92, 0.8, 0.7));
    }

    @Test
    void ofFiveRoundsOneInWhichThePairWasDisturbedDoesNotCount() {
        Noise disturbed = apart(0.02, 1.4, 0.03, 0.02, 0.1);
        assertEquals(Outcome.WIN, outcome(disturbed, 1.2, 1.11, 1.2, 1.2, 1.2));
        assertEquals(Outcome.UNDECIDED, outcome(disturbed, 1.2, 1.09, 1.2, 1.2, 1.2));
        assertEquals(Outcome.UNDECIDED, outcome(disturbed, 1.2, 1.2, 1.2, 1.2), "only four of the contender");
        assertEquals(Outcome.UNDECIDED, outcome(apart(0.02, 1.4, 0.03, 0.02), 1.2, 1.2, 1.2, 1.2, 1.2));
    }

    /// The rule for five rounds is there for those that were disturbed: it goes by all of them.
    @Test
    void ofFiveRoundsOneIsDisturbedWhetherItIsKnownOrNot() {
        Noise disturbed = apart(4, 0.02, 1.4, 0.03, 0.02, 0.1);
        assertEquals(Outcome.WIN, outcome(disturbed, 4, 1.2, 1.11, 1.2, 1.2, 1.2));
        assertEquals(Outcome.UNDECIDED, outcome(disturbed, 4, 1.2, 1.09, 1.2, 1.2, 1.2));
    }

    @Test
    void threeRoundsHaveToBeQuiet() {
        assertEquals(Outcome.WIN, outcome(apart(3, 0.1, 0.02, 0.03, 0.02), 3, 1.2, 1.11, 1.2, 1.2));
        assertEquals(Outcome.UNDECIDED, outcome(apart(2, 0.1, 0.02, 0.03, 0.02), 4, 1.2, 1.11, 1.2, 1.2));
        assertEquals(Outcome.UNDECIDED, outcome(apart(4, 0.1, 0.02, 0.03, 0.02), 2, 1.2, 1.11, 1.2, 1.2));
    }

    @Test
    void aRoundThatIsNotQuietMayContradict() {
        assertEquals(Outcome.UNDECIDED, outcome(apart(3, 0.1, 0.02, 0.03, 0.02), 3, 1.2, 1.05, 1.2, 1.2));
        assertEquals(Outcome.UNDECIDED, outcome(apart(3, 0.3, 0.02, 0.03, 0.02), 3, 1.2, 1.11, 1.2, 1.2));
    }

    @Test
    void twoRoundsTellNoNoise() {
        assertEquals(Outcome.UNDECIDED, outcome(apart(0.01, 0.01), 2.0, 2.0, 2.0));
        assertEquals(Outcome.UNDECIDED, outcome(apart(0.01, 0.01), 1.0, 1.0, 1.0));
        assertEquals(Outcome.UNDECIDED, outcome(apart(0.01, 0.01, 0.01), 2.0, 2.0));
    }

    /// What the page says of it.
    @Test
    void equalContendersAreSeldomDecided() {
        assertBetween(1 / 130.0, 1 / 100.0, decidedPart(3, RESTLESS));
        assertBetween(1 / 1_000.0, 1 / 700.0, decidedPart(4, RESTLESS));
        assertBetween(1 / 1_300.0, 1 / 850.0, decidedPart(5, RESTLESS));
    }

    /// What the page says of it.
    @Test
    void whoIsMuchMoreRestlessThanOursIsDecidedInUpToOneOfFour() {
        assertBetween(1 / 4.4, 1 / 4.0, decidedPart(3, 100 * RESTLESS));
    }

    private static void assertBetween(double least, double most, double part) {
        assertTrue(part >= least && part <= most, "one in " + 1 / part);
    }

    /// How often a contender is decided that is as fast as both halves of the pair.
    private static double decidedPart(int roundCount, double theirs) {
        var random = new Random(18);
        long decidedCount = IntStream.range(0, TRIALS).filter(_ -> isDecided(roundCount, theirs, random)).count();
        return (double) decidedCount / TRIALS;
    }

    /// @param theirs how restless the contender is
    private static boolean isDecided(int roundCount, double theirs, Random random) {
        double[] halves = new double[roundCount];
        double[] pair = new double[roundCount];
        for (int i = 0; i < roundCount; i++) {
            double one = Math.exp(RESTLESS * random.nextGaussian());
            double other = Math.exp(RESTLESS * random.nextGaussian());
            pair[i] = one / other;
            halves[i] = Math.sqrt(one * other) / Math.exp(theirs * random.nextGaussian());
        }
        return Noise.of(measured(pair)).outcome(measured(halves)).isDecided();
    }

    private static Measured measured(double[] rounds) {
        return new Measured(Arrays.stream(rounds).boxed().toList(), rounds.length);
    }
}
