package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
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

    private void assertRow(String row) throws IOException {
        String table = Targets.toMarkdown(List.of(columnsOf(file)), notes);
        assertTrue(table.contains(row), table);
    }

    private static Function<String, List<Column>> columnsOf(ResultFile file) {
        return name -> name.equals(file.name()) ? Column.columnsOf(file) : List.of();
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

    @Test
    void whatSomeRoundsReachIsWithinNoise() throws IOException {
        measure("Netty, epoll", 64, 89_000, 96_000, 95_200);
        assertRow("| 1.102 | 1.09 and 1.11 | within noise |");
    }

    @Test
    void aSecondRunStandsBesideTheFirst() throws IOException {
        ResultFile first = file;
        measure("Netty, epoll", 64, 80_000, 84_000, 84_000);
        file = Results.begin(folder.resolve("second"), FullSuite.TCP_ECHO);
        measure(Contenders.ASYNCIO, 64, 100_000, 100_000, 100_000);
        measure("Netty, epoll", 64, 100_000, 100_000, 100_000);
        String table = Targets.toMarkdown(List.of(columnsOf(first), columnsOf(file)), notes);
        assertTrue(table.startsWith("""
                | What | Target | Measured | Between | | Second run |
                | --- | --- | ---: | ---: | --- | --- |
                """), table);
        assertTrue(table.contains("| 1.25 | 1.24 and 1.25 | reached | 1.00, **missed** |\n"), table);
        assertTrue(table.contains("| – | – | not measured | –, not measured |\n"), table);
    }

    @Test
    void twoRoundsAreTooFew() throws IOException {
        measure("Netty, epoll", 64, 80_000, 84_000);
        assertRow("| 1.24 | 1.24 and 1.25 | too few rounds |");
    }

    @Test
    void theLatencyOfOneConnectionHasTargetsWithTheNeutralClientToo() throws IOException {
        measure(Contenders.ASYNCIO, 1, 100_000, 100_000, 100_000);
        measure(Contenders.C_SPIN, 1, 120_000, 120_000, 120_000);
        measure("Netty, NIO", 1, 16_000, 16_000, 16_000);
        assertRow("p50 | at most 1.10 x that of C, epoll, spinning | 1.20 | 1.20 and 1.20 | **missed** |");
        assertRow("neutral client (table 1b), p50 | at least 5 times shorter than that of Netty, NIO | 6.25 |");
        assertRow("both ends in one process (table 1), p50 | at least 5 times shorter than that of Netty, NIO |"
                + " – | – | not measured |");
    }

    @Test
    void whatIsAlmostTheLimitDoesNotLookLikeIt() throws IOException {
        measure("JDK, virtual threads", 64, 76_168, 80_697, 80_697);
        assertRow("| 1.2997 | 1.2997 and 1.2997 | **missed** |");
    }

    @Test
    void aNoteExplainsWhatWasMissedOrIsWithinNoise() throws IOException {
        notes.setProperty(MANY_KEY, "the reason");
        measure("Netty, epoll", 64, 90_000, 91_000, 91_000);
        assertRow("- " + MANY + ": the reason");
    }

    @Test
    void aNoteAboutWhatWasReachedIsRefused() throws IOException {
        notes.setProperty(MANY_KEY, "the reason");
        measure("Netty, epoll", 64, 50_000, 51_000, 51_000);
        var refused = assertThrows(IOException.class, () -> assertRow(""));
        assertTrue(refused.getMessage().contains(MANY_KEY), refused.getMessage());
    }

    @Test
    void aTargetThatTheClientKeepsFromBeingReachedIsNotMissed() throws IOException {
        Map<String, String> load = load(64, 64, 16);
        file = Results.begin(folder, FullSuite.WEBSOCKET_BINARY);
        for (int round = 1; round <= 3; round++) {
            file.append(Results.busy(60, Results.honest(Contenders.ASYNCIO, load, round, 1_500_000)));
            file.append(Results.busy(2, Results.honest("Netty, epoll", load, round, 1_000_000)));
            file.append(Results.busy(2, Results.honest("Java-WebSocket", load, round, 100_000)));
        }
        assertRow("| at least 2 x Netty, epoll | ≥ 1.50 | 1.50 and 1.50 | limited by the client |");
        assertRow("| at least 10 x Java-WebSocket | ≥ 15.0 | 15.0 and 15.0 | reached |");
    }
}
