package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnTest {

    private static final Map<String, String> LOAD = load(64, 64, 1);

    @TempDir
    private Path folder;

    private ResultFile file;

    @BeforeEach
    void begin() throws IOException {
        file = Results.begin(folder, "column");
    }

    private void measure(String contender, double... rates) throws IOException {
        for (int round = 1; round <= rates.length; round++) {
            file.append(Results.honest(contender, LOAD, round, rates[round - 1]));
        }
    }

    private void measureAt(double[] coreNanos, String contender, double... rates) throws IOException {
        for (int round = 1; round <= rates.length; round++) {
            Run honest = Results.honest(contender, LOAD, round, rates[round - 1]);
            file.append(Results.with(Figure.CORE_NANOS, coreNanos[round - 1], honest));
        }
    }

    /// On so many of the 64 connections, the client found replies at once.
    private void measureBusy(double ready, String contender, double rate) throws IOException {
        for (int round = 1; round <= 3; round++) {
            file.append(Results.busy(ready, Results.honest(contender, LOAD, round, rate)));
        }
    }

    private Column column() {
        return Column.columnsOf(file).getFirst();
    }

    private void assertComparison(String expected, Outcome outcome, double... theirs) throws IOException {
        measure("theirs", theirs);
        assertEquals(outcome, column().outcome("theirs", Metric.RATE));
        assertEquals(expected, column().comparison("theirs", Metric.RATE));
    }

    /// Within a round, its halves are at most 4.5 % apart.
    private void measureNoisyPair() throws IOException {
        measure(Contenders.ASYNCIO, 90_000, 100_000, 140_000);
        measure(Contenders.ASYNCIO_AGAIN, 94_000, 104_000, 139_000);
    }

    @Test
    void aLossInAllRoundsIsALossHoweverMuchTheyDiffer() throws IOException {
        measureNoisyPair();
        assertComparison("0.70", Outcome.LOSS, 141_000, 145_000, 150_000);
    }

    @Test
    void aWinInAllRoundsIsAWin() throws IOException {
        measureNoisyPair();
        assertComparison("1.31", Outcome.WIN, 70_000, 80_000, 89_000);
    }

    @Test
    void whatIsComparedIsOfOneRound() throws IOException {
        measure(Contenders.ASYNCIO, 100_000, 200_000, 200_000);
        measure(Contenders.ASYNCIO_AGAIN, 101_000, 199_000, 200_000);
        assertComparison("1.11", Outcome.WIN, 90_000, 180_000, 180_000);
    }

    @Test
    void aRoundThatSaysTheOppositeDecidesNothing() throws IOException {
        measureNoisyPair();
        assertComparison("1.27 undecided", Outcome.UNDECIDED, 70_000, 80_000, 150_000);
    }

    @Test
    void aRoundThatOnlyOneHasDoesNotCount() throws IOException {
        measure(Contenders.ASYNCIO, 100_000, 100_000, 100_000);
        measure(Contenders.ASYNCIO_AGAIN, 100_000, 100_000, 100_000);
        assertComparison("2.00", Outcome.WIN, 50_000, 50_000, 50_000, 900_000);
    }

    @Test
    void whatWasMeasuredWhileTheCoresWereFarIsNotComparedWithWhatWasWhileTheyWereNear() throws IOException {
        measureAt(new double[] {70, 75, 380, 70}, Contenders.ASYNCIO, 100_000, 100_000, 80_000, 100_000);
        measureAt(new double[] {70, 75, 390, 70}, Contenders.ASYNCIO_AGAIN, 100_000, 100_000, 80_000, 100_000);
        measureAt(new double[] {80, 70, 75, 80}, "theirs", 50_000, 50_000, 90_000, 50_000);
        assertEquals("2.00", column().comparison("theirs", Metric.RATE));
        measureAt(new double[] {80, 400, 75, 80}, "further", 50_000, 50_000, 90_000, 50_000);
        assertEquals("2.00 undecided", column().comparison("further", Metric.RATE));
    }

    @Test
    void ofThePairThatHalfIsComparedThatWasMeasuredAtTheSameDistance() throws IOException {
        measureAt(new double[] {70, 70, 70}, Contenders.ASYNCIO, 100_000, 100_000, 100_000);
        measureAt(new double[] {380, 380, 380}, Contenders.ASYNCIO_AGAIN, 80_000, 80_000, 80_000);
        measureAt(new double[] {390, 390, 390}, "theirs", 50_000, 50_000, 50_000);
        assertEquals("1.60 undecided", column().comparison("theirs", Metric.RATE));
    }

    /// Others have had an eighth of a core in its second round.
    private void measureDisturbed(String contender, double rate, int roundCount) throws IOException {
        for (int round = 1; round <= roundCount; round++) {
            file.append(Results.with(Figure.OTHERS_SECONDS, round == 2 ? 0.125 : 0,
                    Results.honest(contender, LOAD, round, rate)));
        }
    }

    @Test
    void whatWasDisturbedIsShownAndDecidesNothing() throws IOException {
        measure(Contenders.ASYNCIO, 100_000, 100_000, 100_000, 100_000);
        measure(Contenders.ASYNCIO_AGAIN, 100_000, 100_000, 100_000, 100_000);
        measureDisturbed("theirs", 50_000, 3);
        assertEquals("2.00 undecided", column().comparison("theirs", Metric.RATE));
        measureDisturbed("three quiet rounds", 50_000, 4);
        assertEquals("2.00", column().comparison("three quiet rounds", Metric.RATE));
    }

    @Test
    void ofAPairThatWasDisturbedNobodyKnowsTheNoise() throws IOException {
        measure(Contenders.ASYNCIO, 100_000, 100_000, 100_000);
        measureDisturbed(Contenders.ASYNCIO_AGAIN, 100_000, 3);
        assertComparison("2.00 undecided", Outcome.UNDECIDED, 50_000, 50_000, 50_000);
        assertFalse(column().canDecide());
    }

    @Test
    void aDistanceThatIsNotKnownIsNoReasonNotToCompare() throws IOException {
        measure(Contenders.ASYNCIO, 100_000, 100_000, 100_000);
        measure(Contenders.ASYNCIO_AGAIN, 100_000, 100_000, 100_000);
        measureAt(new double[] {70, 380, 70}, "theirs", 50_000, 50_000, 50_000);
        assertEquals("2.00", column().comparison("theirs", Metric.RATE));
    }

    @Test
    void lessThanThePairEverWasApartDecidesNothing() throws IOException {
        measureNoisyPair();
        assertComparison("1.03 tie", Outcome.TIE, 89_000, 99_000, 136_000);
        measure("further", 85_000, 96_000, 141_000);
        assertEquals("1.06 undecided", column().comparison("further", Metric.RATE));
    }

    @Test
    void whatThePairDiffersByIsNoTieForOthers() throws IOException {
        measure(Contenders.ASYNCIO, 90_000, 100_000, 110_000);
        measure(Contenders.ASYNCIO_AGAIN, 100_000, 111_000, 111_000);
        assertComparison("1.09 undecided", Outcome.UNDECIDED, 88_000, 97_000, 101_000);
        assertEquals("0.90 A/A", column().comparison(Contenders.ASYNCIO_AGAIN, Metric.RATE));
    }

    @Test
    void aTieIsOneInEveryRound() throws IOException {
        measure(Contenders.ASYNCIO, 100_000, 100_000, 100_000);
        measure(Contenders.ASYNCIO_AGAIN, 100_000, 100_000, 110_000);
        assertComparison("1.04 tie", Outcome.TIE, 100_000, 96_000, 101_000);
        measure("once further", 100_000, 93_000, 104_000);
        assertEquals("1.01 undecided", column().comparison("once further", Metric.RATE));
    }

    @Test
    void aSmallDifferenceThatAllRoundsShowIsDecided() throws IOException {
        measure(Contenders.ASYNCIO, 100_000, 100_100, 100_000);
        measure(Contenders.ASYNCIO_AGAIN, 100_000, 100_100, 100_000);
        assertComparison("0.97", Outcome.LOSS, 103_000, 103_100, 103_000);
    }

    @Test
    void twoRoundsDecideNothing() throws IOException {
        measure(Contenders.ASYNCIO, 100_000, 100_000, 100_000);
        measure(Contenders.ASYNCIO_AGAIN, 100_000, 100_000, 100_000);
        assertComparison("2.00 undecided", Outcome.UNDECIDED, 50_000, 50_000);
    }

    @Test
    void whereLessIsBetterTheRatioIsTurned() throws IOException {
        measure(Contenders.ASYNCIO, 100_000, 100_000, 100_000);
        measure(Contenders.ASYNCIO_AGAIN, 100_000, 100_000, 100_000);
        measure("theirs", 50_000, 50_000, 50_000);
        assertEquals("2.00", column().comparison("theirs", Metric.P50));
        assertEquals(Outcome.WIN, column().outcome("theirs", Metric.P50));
    }

    @Test
    void withoutAPairNothingIsDecided() throws IOException {
        measure(Contenders.ASYNCIO, 100_000, 100_000, 100_000);
        assertComparison("2.00 undecided", Outcome.UNDECIDED, 50_000, 50_000, 50_000);
    }

    @Test
    void oursIsNotComparedWithItself() throws IOException {
        measureNoisyPair();
        assertEquals("", column().comparison(Contenders.ASYNCIO, Metric.RATE));
        assertEquals(Outcome.NONE, column().outcome(Contenders.ASYNCIO, Metric.RATE));
        assertEquals(Outcome.NONE, column().outcome("never run", Metric.RATE));
    }

    @Test
    void oursInAnotherSettingIsAContender() throws IOException {
        measure(Contenders.ASYNCIO, 100_000, 100_000, 100_000);
        measure(Contenders.ASYNCIO_AGAIN, 100_000, 100_000, 100_000);
        measure("asyncio, platform loop", 50_000, 50_000, 50_000);
        assertEquals("2.00", column().comparison("asyncio, platform loop", Metric.RATE));
    }

    @Test
    void whomTheClientLimitsHasNotLost() throws IOException {
        measureBusy(3, Contenders.ASYNCIO, 100_000);
        measureBusy(3, Contenders.ASYNCIO_AGAIN, 100_000);
        measureBusy(50, "slower", 80_000);
        measureBusy(50, "equal", 100_000);
        measureBusy(50, "faster", 125_000);
        measureBusy(3, "alike", 100_000);
        assertEquals("≤ 1.25 undecided", column().comparison("slower", Metric.RATE));
        assertEquals("≤ 1.00 undecided", column().comparison("equal", Metric.RATE));
        assertEquals("≤ 0.80", column().comparison("faster", Metric.RATE));
        assertEquals(Outcome.LOSS, column().outcome("faster", Metric.RATE));
        assertEquals("1.00 tie", column().comparison("alike", Metric.RATE));
    }

    @Test
    void oursHasNotLostEitherWhereTheClientLimitsIt() throws IOException {
        measureBusy(50, Contenders.ASYNCIO, 100_000);
        measureBusy(50, Contenders.ASYNCIO_AGAIN, 100_000);
        measureBusy(3, "slower", 80_000);
        measureBusy(3, "faster", 125_000);
        measureBusy(50, "limited", 100_000);
        assertEquals("≥ 1.25", column().comparison("slower", Metric.RATE));
        assertEquals(Outcome.WIN, column().outcome("slower", Metric.RATE));
        assertEquals("≥ 0.80 undecided", column().comparison("faster", Metric.RATE));
        assertEquals("1.00 undecided", column().comparison("limited", Metric.RATE));
    }

    @Test
    void oneHalfOfThePairThatWasNotLimitedTellsWhatOursCanDo() throws IOException {
        measureBusy(50, Contenders.ASYNCIO, 100_000);
        measureBusy(3, Contenders.ASYNCIO_AGAIN, 100_000);
        measureBusy(3, "faster", 125_000);
        assertEquals("0.80", column().comparison("faster", Metric.RATE));
    }
}
