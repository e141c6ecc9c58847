package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the page is about is what the suite measures.
class PageTest {

    /// What is committed.
    private static final Path RESULTS = Path.of("results");

    private static final Set<RunKind> ECHOES = Set.of(RunKind.CLOSED_LOOP, RunKind.ROUND_TRIP);
    private static final Set<RunKind> FLOORED = Set.of(RunKind.CLOSED_LOOP, RunKind.SET_UP);

    @TempDir
    private Path folder;

    @Test
    void everyComparisonOfTheSuiteHasItsPartOfThePage() {
        String[] arguments = {folder.toString(), folder.resolve("no-peers").toString(), "unknown"};
        var refused = assertThrows(IllegalArgumentException.class, () -> FullSuite.main(arguments));
        String known = refused.getMessage().replaceAll("^.* some of \\[(.*)], got \\[unknown]$", "$1");
        assertEquals(Section.ALL.stream().map(Section::file).collect(Collectors.toCollection(TreeSet::new)),
                new TreeSet<>(List.of(known.split(", "))));
    }

    @Test
    void everyTargetIsAboutContendersAndLoadsThatThereAre() throws IOException {
        Map<String, ResultFile> files = new HashMap<>();
        for (Target target : Targets.ALL) {
            if (!files.containsKey(target.file())) {
                files.put(target.file(), Results.begin(folder, target.file()));
            }
            ResultFile file = files.get(target.file());
            for (String contender : contenders(target.file())) {
                for (Run run : runs(contender, target)) {
                    if (!file.has(run.facts())) {
                        file.append(run);
                    }
                }
            }
        }
        String table = Targets.toMarkdown(List.of(name -> Column.columnsOf(files.get(name))), new Properties());
        assertFalse(table.contains("not measured"), table);
    }

    /// As the suite calls those whom it measures.
    private static List<String> contenders(String file) {
        return switch (file) {
            case FullSuite.TCP_ECHO -> Stream.concat(
                    Arrays.stream(EchoContender.Kind.values()).map(EchoContender.Kind::toString),
                    Stream.of(Contenders.C_EPOLL, Contenders.C_SPIN)).toList();
            case FullSuite.WEBSOCKET_BINARY -> Stream.concat(
                    Arrays.stream(WebSocketContender.Kind.values()).map(WebSocketContender.Kind::toString),
                    Stream.of(Contenders.BUN)).toList();
            case RoundTripComparison.NAME -> Arrays.stream(EchoContender.Kind.values())
                    .map(EchoContender.Kind::toString)
                    .toList();
            case FullSuite.IDLE, FullSuite.WEBSOCKET_IDLE -> List.of(Contenders.ASYNCIO);
            default -> throw new IllegalArgumentException(file);
        };
    }

    private static List<Run> runs(String contender, Target target) {
        return switch (target.file()) {
            case RoundTripComparison.NAME -> List.of(Results.roundTrip(contender, 64, 45));
            case FullSuite.IDLE, FullSuite.WEBSOCKET_IDLE -> Stream.of("1000", "10000")
                    .map(connections -> idle(contender, target.load().get("protocol"), connections))
                    .toList();
            default -> List.of(Results.honest(contender, target.load(), 1, 50_000));
        };
    }

    private static Run idle(String contender, String protocol, String connections) {
        return new Run(Run.facts(contender, Map.of("protocol", protocol, "connections", connections), 1),
                Map.of("heapBytes", 1_000.0, "cpuPercent", 0.1));
    }

    @Test
    void everyTargetThatIsMissedHasItsNoteAndNoneElse() throws IOException {
        List<Function<String, List<Column>>> runs = List.of(
                ResultFolder.read(RESULTS)::columns, ResultFolder.read(RESULTS.resolve("second"))::columns);
        var notes = new Properties();
        try (Reader reader = Files.newBufferedReader(RESULTS.resolve("notes.properties"))) {
            notes.load(reader);
        }
        assertEquals(Set.of(), Targets.unused(runs, notes));
        String table = Targets.toMarkdown(runs, notes);
        assertFalse(table.contains(Targets.NOT_EXPLAINED), table);
    }

    @Test
    void everyTableThatIsDecidedByTheMedianOfLatenciesIsDecidedByTheirTailToo() {
        for (Section section : Section.ALL) {
            List<Metric> expected = section.main().equals(Metric.P50)
                    ? List.of(Metric.P50, Metric.P99)
                    : List.of(section.main());
            assertEquals(expected, section.decidedBy(), section.title());
        }
    }

    @Test
    void everyGateNamesTheTablesThatItIsFor() throws IOException {
        assertGate("a client counted fewer seconds", run -> run.figures().containsKey(Figure.SECONDS_SEEN));
        assertGate("bytes moved faster", run -> run.figures().containsKey(Figure.BYTES));
        assertGate("rate times latency", run -> ECHOES.contains(RunKind.of(run)));
        assertGate("four times the messages", run -> RunKind.of(run) == RunKind.CLOSED_LOOP);
        assertGate("64 KiB took neither", run -> ECHOES.contains(RunKind.of(run))
                && run.facts().getOrDefault("connections", "1").equals("1")
                && run.parameter("bytes") == 64 * 1024);
        assertGate("a codec that copies", run -> RunKind.of(run) == RunKind.CODEC);
        assertGate("the median of a row beats", run -> FLOORED.contains(RunKind.of(run)));
    }

    private static void assertGate(String gate, Predicate<Run> isFor) throws IOException {
        ResultFolder results = ResultFolder.read(RESULTS);
        String tables = Section.ALL.stream()
                .filter(section -> section.of(results.columns(section.file())).stream()
                        .flatMap(Column::allRuns)
                        .anyMatch(isFor))
                .map(section -> section.title().replaceAll("\\..*", ""))
                .collect(Collectors.joining(", "));
        String row = ReportText.head(true)
                .lines()
                .filter(line -> line.startsWith("| " + gate))
                .findFirst()
                .orElseThrow();
        assertTrue(row.endsWith("| " + tables + " |"), row + " should end with " + tables);
    }
}
