package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who is measured when, and how often one run is tried: the rate tells of which attempt it is.
class ComparisonTest {

    private static final Map<String, String> LOAD = load(64, 64, 1);
    private static final Run ENVIRONMENT = Results.environment(Map.of());

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 8, 10, 11, 14})
    void nobodyHasTheSamePlaceInThreeRounds(int contenderCount) {
        List<Integer> all = IntStream.range(0, contenderCount).boxed().toList();
        for (int contender : all) {
            long places = IntStream.rangeClosed(1, 3)
                    .map(round -> Comparison.inTurn(all, round).indexOf(contender))
                    .distinct()
                    .count();
            assertEquals(3, places, "of contender " + contender);
        }
    }

    private static Map<String, Double> quiet(double rate) {
        return new HashMap<>(Results.honest("any", LOAD, 1, rate).figures());
    }

    private static Map<String, Double> disturbed(double rate) {
        Map<String, Double> figures = quiet(rate);
        figures.put(Figure.COMPILER_SECONDS, 0.11);
        return figures;
    }

    private static Map<String, Double> disturbedByOthers(double rate) {
        Map<String, Double> figures = quiet(rate);
        figures.put(Figure.OTHERS_SECONDS, 0.11);
        return figures;
    }

    private static Map<String, Double> refused() {
        Map<String, Double> figures = quiet(90_000);
        figures.remove(Figure.SECONDS_SEEN);
        return figures;
    }

    private static Run measure(List<Map<String, Double>> attempts) throws IOException, InterruptedException {
        return Comparison.measure(Run.facts("any", LOAD, 1), ENVIRONMENT, 4, attempts.iterator()::next);
    }

    @Test
    void whatPassesInQuietIsMeasuredOnce() throws Exception {
        assertEquals(10_000, measure(List.of(quiet(10_000), quiet(20_000))).figure(Figure.MESSAGES));
    }

    @Test
    void whatCompilersDisturbedIsMeasuredAgain() throws Exception {
        Run run = measure(List.of(disturbed(10_000), disturbed(20_000), quiet(30_000)));
        assertEquals(30_000, run.figure(Figure.MESSAGES));
        assertEquals(0, run.figure(Figure.REFUSED));
    }

    @Test
    void whatOthersDisturbedIsMeasuredAgain() throws Exception {
        Run run = measure(List.of(disturbedByOthers(10_000), disturbed(20_000), quiet(30_000)));
        assertEquals(30_000, run.figure(Figure.MESSAGES));
    }

    @Test
    void whatGatesRefusedIsMeasuredAgainAndCounted() throws Exception {
        Run run = measure(List.of(refused(), disturbed(20_000), refused(), quiet(40_000)));
        assertEquals(40_000, run.figure(Figure.MESSAGES));
        assertEquals(2, run.figure(Figure.REFUSED));
    }

    @Test
    void ofThoseThatAreAllDisturbedTheLeastIsKept() throws Exception {
        Map<String, Double> lessSo = disturbed(20_000);
        lessSo.put(Figure.COMPILER_SECONDS, 0.105);
        Run run = measure(
                List.of(disturbed(10_000), lessSo, disturbed(30_000), disturbedByOthers(40_000), quiet(50_000)));
        assertEquals(20_000, run.figure(Figure.MESSAGES));
    }

    @Test
    void aDisturbedRunIsBetterThanNone() throws Exception {
        Run run = measure(List.of(disturbed(10_000), refused(), refused(), refused()));
        assertEquals(10_000, run.figure(Figure.MESSAGES));
        assertEquals(3, run.figure(Figure.REFUSED));
    }

    @Test
    void whatGatesRefuseEachTimeFails() {
        var failed =
                assertThrows(IOException.class, () -> measure(List.of(refused(), refused(), refused(), refused())));
        assertTrue(failed.getMessage().contains("any"), failed.getMessage());
    }
}
