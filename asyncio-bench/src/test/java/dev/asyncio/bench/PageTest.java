package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.Comparison.Pace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the page is about is what the suite measures.
class PageTest {

    /// What is committed.
    private static final Path RESULTS = Path.of("results");

    private static final Set<RunKind> ECHOES = Set.of(RunKind.CLOSED_LOOP, RunKind.ROUND_TRIP);
    private static final Set<String> CPU_TIMES =
            Set.of(Figure.SERVER_CPU_SECONDS, Figure.CLIENT_CPU_SECONDS, Figure.PROCESS_CPU_SECONDS);
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
    void everyTargetIsAboutWhatTheSuiteMeasures() throws IOException {
        Path peers = Files.writeString(folder.resolve("peers.properties"), "c-epoll=a\nc-epoll-spin=b\nbun=c\n");
        var suite = new FullSuite(new Suite(folder, Pace.QUICK, 1), new Peers(peers));
        Set<String> wanted = Targets.ALL.stream().map(Target::file).collect(Collectors.toSet());
        Map<String, ResultFile> files = new HashMap<>();
        for (Comparison comparison : suite.comparisons()) {
            if (wanted.contains(comparison.name())) {
                ResultFile file = Results.begin(folder, comparison.name());
                for (Map<String, String> facts : comparison.facts(1)) {
                    file.append(new Run(facts, figures()));
                }
                files.put(comparison.name(), file);
            }
        }
        var runs = List.of(new SuiteRun("only", name -> Column.columnsOf(files.get(name))));
        String table = Targets.toMarkdown(runs, new Notes(new Properties(), runs));
        assertFalse(table.contains("not measured"), table);
    }

    /// All that a target may be about.
    private static Map<String, Double> figures() {
        Map<String, Double> figures = new HashMap<>(Results.roundTrip("any", 64, 45).figures());
        figures.putAll(Results.honest("any", load(1, 64, 1), 1, 20_000).figures());
        figures.put("heapBytes", 1_000.0);
        figures.put("cpuPercent", 0.1);
        return figures;
    }

    @Test
    void everyTargetThatIsMissedHasItsNoteAndNoneElse() throws IOException {
        List<SuiteRun> runs = new ArrayList<>();
        for (String folder : List.of("", "second", "elsewhere")) {
            runs.add(new SuiteRun(folder, ResultFolder.read(RESULTS.resolve(folder))::columns));
        }
        Notes notes = Notes.read(RESULTS, runs);
        assertEquals(Set.of(), notes.unused());
        String table = Targets.toMarkdown(runs, notes);
        assertFalse(table.contains(Notes.NOT_EXPLAINED), table);
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
        assertGate("a process had less memory", run -> RunKind.of(run) == RunKind.IDLE);
        assertGate("a client counted fewer seconds", run -> run.figures().containsKey(Figure.SECONDS_SEEN));
        assertGate("a process had more CPU time", run -> CPU_TIMES.stream().anyMatch(run.figures()::containsKey));
        assertGate("bytes moved faster", run -> run.figures().containsKey(Figure.BYTES)
                || RunKind.of(run) == RunKind.ROUND_TRIP); // of which older files do not tell
        assertGate("rate times latency", run -> ECHOES.contains(RunKind.of(run)));
        assertGate("the mean latency", run -> run.figures().containsKey(Figure.MEAN_MICROS));
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
        String row = ReportText.howItWasMeasured(true)
                .lines()
                .filter(line -> line.startsWith("| " + gate))
                .findFirst()
                .orElseThrow();
        assertTrue(row.endsWith("| " + tables + " |"), row + " should end with " + tables);
    }
}
