package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetsTest {

    private static final String MANY = "64 connections, 64 B, window 1";
    private static final String MANY_KEY = "64-connections,-64-B,-window-1";

    @TempDir
    private Path folder;

    private final Properties notes = new Properties();
    private ResultFile file;

    /// The second half of the pair is faster than the first.
    @BeforeEach
    void measureOurs() throws IOException {
        file = Results.begin(folder, FullSuite.TCP_ECHO);
        measure(Contenders.ASYNCIO, 64, 98_000, 100_000, 100_000);
        measure(Contenders.ASYNCIO_AGAIN, 64, 100_000, 110_000, 110_000);
    }

    private void measure(String contender, int connectionCount, double... rates) throws IOException {
        for (int round = 1; round <= rates.length; round++) {
            file.append(Results.honest(contender, load(connectionCount, 64, 1), round, rates[round - 1]));
        }
    }

    private void assertRow(String row) {
        String table = markdown(run("only", file));
        assertTrue(table.contains(row), table);
    }

    private String markdown(SuiteRun... runs) {
        return Targets.toMarkdown(List.of(runs), new Notes(notes, List.of(runs)));
    }

    private static SuiteRun run(String name, ResultFile file) {
        return new SuiteRun(name, other -> other.equals(file.name()) ? Column.columnsOf(file) : List.of());
    }

    @Test
    void whatAllRoundsReachIsReached() throws IOException {
        measure("Netty, epoll", 64, 80_000, 84_000, 84_000);
        assertRow("| " + MANY + " | at least 1.10 x Netty, epoll | 1.25 | 1.24 and 1.25 | reached |");
    }

    @Test
    void whatNoRoundReachesIsMissed() throws IOException {
        measure("Netty, epoll", 64, 101_000, 105_000, 105_000);
        assertRow("| 1.00 | 0.98 and 1.00 | **missed** |");
        assertRow("- " + MANY + ": missed, and not explained yet.");
    }

    /// The pair is up to a tenth apart.
    @Test
    void whatIsNearerToTheLimitThanTheHalvesOfThePairAreIsWithinNoise() throws IOException {
        measure("Netty, epoll", 64, 84_000, 90_000, 90_000);
        assertRow("| 1.17 | 1.17 and 1.18 | reached, within noise |");
        measure("JDK, virtual threads", 64, 80_000, 84_000, 84_000);
        assertRow("| 1.25 | 1.24 and 1.25 | **missed**, within noise |");
        assertRow("- " + MANY + ": " + Notes.NOT_EXPLAINED);
    }

    @Test
    void whatSomeRoundsReachIsUndecided() throws IOException {
        measure("Netty, epoll", 64, 89_000, 96_000, 95_200);
        assertRow("| 1.102 | 1.09 and 1.11 | undecided |");
    }

    /// What the first of two runs reached, and the second missed.
    private String markdownOfTwoRuns() throws IOException {
        ResultFile first = file;
        measure("Netty, epoll", 64, 80_000, 84_000, 84_000);
        file = Results.begin(folder.resolve("second"), FullSuite.TCP_ECHO);
        measure(Contenders.ASYNCIO, 64, 100_000, 100_000, 100_000);
        measure(Contenders.ASYNCIO_AGAIN, 64, 100_000, 100_000, 100_000);
        measure("Netty, epoll", 64, 100_000, 100_000, 100_000);
        return markdown(run("first", first), run("Second run", file));
    }

    @Test
    void aSecondRunStandsBesideTheFirst() throws IOException {
        String table = markdownOfTwoRuns();
        assertTrue(table.startsWith("""
                | What | Target | Measured | Between | | Second run |
                | --- | --- | ---: | ---: | --- | --- |
                """), table);
        assertTrue(table.contains("| 1.25 | 1.24 and 1.25 | reached | 1.00, **missed** |\n"), table);
        assertTrue(table.contains("| – | – | not measured | –, not measured |\n"), table);
    }

    @Test
    void whatOnlyTheSecondRunMissedIsExplainedToo() throws IOException {
        notes.setProperty(MANY_KEY, "the reason");
        String table = markdownOfTwoRuns();
        assertTrue(table.contains("- " + MANY + ": the reason"), table);
    }

    @Test
    void twoRoundsAreTooFew() throws IOException {
        measure("Netty, epoll", 64, 80_000, 84_000);
        assertRow("| 1.24 | 1.24 and 1.25 | too few quiet rounds |");
    }

    @Test
    void aRoundThatCompilersDisturbedIsNoneOfTheThree() throws IOException {
        measure("Netty, epoll", 64, 80_000, 84_000);
        Run third = Results.honest("Netty, epoll", load(64, 64, 1), 3, 84_000);
        file.append(Results.with(Figure.COMPILER_SECONDS, 0.2, third));
        assertRow("| 1.25 | 1.24 and 1.25 | too few quiet rounds |");
    }

    @Test
    void ofAPairThatWasMeasuredInFewerRoundsNobodyKnowsTheNoise() throws IOException {
        measure(Contenders.ASYNCIO, 1, 100_000, 100_000, 100_000);
        measure(Contenders.ASYNCIO_AGAIN, 1, 100_000, 100_000);
        measure(Contenders.C_SPIN, 1, 120_000, 120_000, 120_000);
        assertRow("p50 | at most 1.10 x that of C, epoll, spinning | 1.20 | 1.20 and 1.20 | too few quiet rounds |");
    }

    @Test
    void theLatencyOfOneConnectionHasTargetsWithTheNeutralClientToo() throws IOException {
        measure(Contenders.ASYNCIO, 1, 100_000, 100_000, 100_000);
        measure(Contenders.ASYNCIO_AGAIN, 1, 100_000, 100_000, 100_000);
        measure(Contenders.C_SPIN, 1, 120_000, 120_000, 120_000);
        measure("Netty, NIO", 1, 16_000, 16_000, 16_000);
        assertRow(
                "p50 | at most 1.10 x that of C, epoll, spinning | 1.20 | 1.20 and 1.20 | **missed** |");
        assertRow("neutral client (table 1b), p50 | at least 5 times shorter than that of Netty, NIO | 6.25 |");
        assertRow("both ends in one process (table 1), p50 | at least 5 times shorter than that of Netty, NIO |"
                + " – | – | not measured |");
    }

    @Test
    void whatIsAlmostTheLimitDoesNotLookLikeIt() throws IOException {
        measure("JDK, virtual threads", 64, 76_168, 80_697, 80_697);
        assertRow("| 1.2997 | 1.2997 and 1.2997 | **missed**, within noise |");
    }

    @Test
    void aNoteExplainsWhatWasMissedOrIsUndecided() throws IOException {
        notes.setProperty(MANY_KEY, "the reason");
        measure("Netty, epoll", 64, 90_000, 91_000, 91_000);
        assertRow("- " + MANY + ": the reason");
    }

    @Test
    void aNoteAboutWhatWasReachedIsLeftOut() throws IOException {
        notes.setProperty(MANY_KEY, "the reason");
        measure("Netty, epoll", 64, 50_000, 51_000, 51_000);
        assertLeftOut();
    }

    @Test
    void aNoteAboutWhatWasNotMeasuredIsLeftOut() {
        notes.setProperty(MANY_KEY, "the reason");
        assertLeftOut();
    }

    private void assertLeftOut() {
        var runs = List.of(run("only", file));
        var left = new Notes(notes, runs);
        assertEquals(Set.of(MANY_KEY), left.unused());
        String table = Targets.toMarkdown(runs, left);
        assertFalse(table.contains("the reason"), table);
    }

    @Test
    void idleConnectionsAreJudgedWhetherTheyAreFewOrMany() throws IOException {
        measureIdle("1000", 2_500, 2_100, 2_050);
        measureIdle("10000", 1_500, 1_600, 1_700);
        assertRow("| heap of an idle TCP connection | at most 2,048 B, with 1,000 connections |"
                + " 2,100 | 2,050 and 2,500 | **missed** |");
        assertRow("| at most 2,048 B, with 10,000 connections | 1,600 | 1,500 and 1,700 | reached |");
        assertRow("- heap of an idle TCP connection: " + Notes.NOT_EXPLAINED);
    }

    @Test
    void ofARoundTheWorseHalfDecides() throws IOException {
        measureIdle("1000", 2_500, 1_600, 1_600);
        assertRow("with 1,000 connections | 1,600 | 1,600 and 2,500 | undecided |");
    }

    @Test
    void bothHalvesOfTwoRoundsAreTwoRounds() throws IOException {
        measureIdle("1000", 1_500, 1_600);
        assertRow("with 1,000 connections | 1,550 | 1,500 and 1,600 | too few quiet rounds |");
    }

    /// @param bytes of the first half in each round; the second has fewer
    private void measureIdle(String connections, double... bytes) throws IOException {
        file = Results.begin(folder, FullSuite.IDLE);
        Map<String, String> load = Map.of("protocol", "TCP", "connections", connections);
        for (int round = 1; round <= bytes.length; round++) {
            file.append(idle(Contenders.ASYNCIO, load, round, bytes[round - 1]));
            file.append(idle(Contenders.ASYNCIO_AGAIN, load, round, 1_000));
        }
    }

    private static Run idle(String contender, Map<String, String> load, int round, double bytes) {
        return new Run(Run.facts(contender, load, round), Map.of("heapBytes", bytes));
    }

    @Test
    void aTargetThatTheClientKeepsFromBeingReachedIsNotMissed() throws IOException {
        Map<String, String> load = load(64, 64, 16);
        file = Results.begin(folder, FullSuite.WEBSOCKET_BINARY);
        for (int round = 1; round <= 3; round++) {
            file.append(Results.busy(60, Results.honest(Contenders.ASYNCIO, load, round, 1_500_000)));
            file.append(Results.busy(60, Results.honest(Contenders.ASYNCIO_AGAIN, load, round, 1_500_000)));
            file.append(Results.busy(2, Results.honest("Netty, epoll", load, round, 1_000_000)));
            file.append(Results.busy(2, Results.honest("Java-WebSocket", load, round, 100_000)));
        }
        assertRow("| at least 2 x Netty, epoll | ≥ 1.50 | 1.50 and 1.50 | limited by the client |");
        assertRow("| at least 10 x Java-WebSocket | ≥ 15.0 | 15.0 and 15.0 | reached |");
    }
}
