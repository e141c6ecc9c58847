package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteTest {

    private static final Map<String, String> LOAD = load(64, 64, 1);

    @TempDir
    private Path folder;

    /// A comparison that is known beforehand.
    private interface Made extends Comparison {

        List<Run> runs(int round);

        @Override
        default double roundSeconds(Pace pace) {
            return 1;
        }

        @Override
        default List<Map<String, String>> facts(int round) {
            return runs(round).stream().map(Run::facts).toList();
        }

        @Override
        default void runRound(int round, Pace pace, ResultFile file) throws IOException {
            for (Run run : runs(round)) {
                if (!file.has(run.facts())) {
                    file.append(run);
                }
            }
        }
    }

    /// Ours beats the floor in the first round, and the floor comes to this in later ones.
    record Contradictory(String name, double laterFloor) implements Made {

        @Override
        public List<Run> runs(int round) {
            return List.of(Results.honest(Contenders.ASYNCIO, LOAD, round, 100_000),
                    Results.honest(Contenders.C_EPOLL, LOAD, round, round == 1 ? 40_000 : laterFloor));
        }
    }

    /// In the second round the cores were apart for one half of the pair.
    private record Apart(String name) implements Made {

        @Override
        public List<Run> runs(int round) {
            return List.of(
                    Results.with(Figure.CORE_NANOS, 60, Results.honest(Contenders.ASYNCIO, LOAD, round, 100_000)),
                    Results.with(Figure.CORE_NANOS, round == 2 ? 400 : 60,
                            Results.honest(Contenders.ASYNCIO_AGAIN, LOAD, round, 100_000)));
        }
    }

    /// In the second round compilers had a fifth of a core beside one half of the pair.
    private record Disturbed(String name) implements Made {

        @Override
        public List<Run> runs(int round) {
            return List.of(Results.honest(Contenders.ASYNCIO, LOAD, round, 100_000),
                    Results.with(Figure.COMPILER_SECONDS, round == 2 ? 0.2 : 0,
                            Results.honest(Contenders.ASYNCIO_AGAIN, LOAD, round, 100_000)));
        }
    }

    private Suite suite() {
        return suite(1);
    }

    private Suite suite(int roundCount) {
        return new Suite(folder, Comparison.Pace.QUICK, roundCount);
    }

    /// Of another machine, with two rounds.
    private Path measureElsewhere(Comparison comparison) throws Exception {
        ResultFile file = Results.begin(folder, comparison.name());
        comparison.runRound(1, Comparison.Pace.QUICK, file);
        comparison.runRound(2, Comparison.Pace.QUICK, file);
        return folder.resolve(comparison.name() + ResultFile.SUFFIX);
    }

    @Test
    void whatIsCompleteIsLeftAloneWhereverItWasMeasured() throws Exception {
        var comparison = new Contradictory("complete", 110_000);
        Path path = measureElsewhere(comparison);
        String measured = Files.readString(path);
        var peers = new Peers(folder.resolve("none"));
        peers.skip(comparison.name(), "Trantor", "CMake finds no Trantor");
        suite(2).run(List.of(comparison), peers);
        assertEquals(measured, Files.readString(path));
    }

    @Test
    void whatWasBegunElsewhereAndIsNotCompleteFails() throws Exception {
        var comparison = new Contradictory("incomplete", 110_000);
        Path path = measureElsewhere(comparison);
        String measured = Files.readString(path);
        var refused = assertThrows(IOException.class, () -> suite(3).run(List.of(comparison), Peers.NONE));
        assertTrue(refused.getMessage().contains(path + " was begun in another environment"), refused.getMessage());
        assertEquals(measured, Files.readString(path));
    }

    @Test
    void whatACrashCutShortGoesOn() throws Exception {
        var comparison = new Contradictory("crashed", 110_000);
        suite().run(List.of(comparison), Peers.NONE);
        Files.writeString(folder.resolve("crashed" + ResultFile.SUFFIX), "{\"cont", StandardOpenOption.APPEND);
        suite().run(List.of(comparison), Peers.NONE);
        assertEquals(4, suite().read("crashed").runs().size());
    }

    @Test
    void aContradictionIsCleared() throws Exception {
        suite().run(List.of(new Contradictory("cleared", 110_000)), Peers.NONE);
        assertEquals(4, suite().read("cleared").runs().size(), "one round more, of two runs");
    }

    @Test
    void aPairThatCanBeComparedInTooFewRoundsGetsOneMore() throws Exception {
        suite(3).run(List.of(new Apart("apart")), Peers.NONE);
        assertEquals(8, suite().read("apart").runs().size(), "four rounds of two runs");
    }

    @Test
    void aPairThatWasDisturbedGetsOneMore() throws Exception {
        suite(3).run(List.of(new Disturbed("disturbed")), Peers.NONE);
        assertEquals(8, suite().read("disturbed").runs().size(), "four rounds of two runs");
    }

    /// A pair of which nobody knew yet that it needs a round more.
    private Path measureApart(Run environment) throws Exception {
        var comparison = new Apart("begun");
        ResultFile file = ResultFile.open(folder.resolve("begun" + ResultFile.SUFFIX), environment);
        for (int round = 1; round <= 3; round++) {
            comparison.runRound(round, Comparison.Pace.QUICK, file);
        }
        suite(3).run(List.of(comparison), Peers.NONE);
        return folder.resolve("begun" + ResultFile.SUFFIX);
    }

    @Test
    void whatHasAllRoundsButNeedsOneMoreGetsIt() throws Exception {
        assertEquals(8, ResultFile.read(measureApart(Environment.ofServers(Map.of()))).runs().size());
    }

    @Test
    void whatWasMeasuredElsewhereGetsNoRoundMore() throws Exception {
        var elsewhere = Results.environment(Map.of("machine", "another"));
        assertEquals(6, ResultFile.read(measureApart(elsewhere)).runs().size());
    }

    @Test
    void whoHasFewerThanThreeRoundsGetsNoMoreForThat() throws Exception {
        suite(2).run(List.of(new Apart("brief")), Peers.NONE);
        assertEquals(4, suite().read("brief").runs().size());
    }

    @Test
    void oneRoundMoreThatWasCutShortGoesOn() throws Exception {
        var comparison = new Apart("cut-short");
        suite(3).run(List.of(comparison), Peers.NONE);
        suite().read("cut-short").remove(List.of(comparison.facts(4).getLast()));
        assertEquals(7, suite().read("cut-short").runs().size());
        suite(3).run(List.of(comparison), Peers.NONE);
        assertEquals(8, suite().read("cut-short").runs().size());
    }

    @Test
    void whatStaysContradictoryFailsTheSuiteOnceTheOthersHaveRun() throws Exception {
        List<Comparison> comparisons =
                List.of(new Contradictory("broken", 40_000), new Contradictory("sound", 110_000));
        var refused = assertThrows(IOException.class, () -> suite().run(comparisons, Peers.NONE));
        assertTrue(refused.getMessage().contains("broken"), refused.getMessage());
        assertEquals(4, suite().read("sound").runs().size());
    }
}
