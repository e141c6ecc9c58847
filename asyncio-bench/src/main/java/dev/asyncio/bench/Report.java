package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Turns result files into BENCHMARKS.md, with a plot beside the results for each of its tables: `Report FOLDER
/// BENCHMARKS.MD`. Every number of its tables comes from a file. Why a target was missed, or ours loses in a table, stands in
/// the [Notes] of the same folder; the results of further runs of the suite, if there were any, in folders of their own:
/// `second` of one on the same machine, `elsewhere` of those on others. A file that the [Gates] refuse is left out with its
/// reason, and the program fails when it has written the rest; a copy of the first run's file ends it before.
public final class Report {

    private static final int KIB = 1024;

    private final Path folder;
    private final ResultFolder results;

    /// Those that there are.
    private final Map<Further, ResultFolder> further = new EnumMap<>(Further.class);

    /// A run beside the one that the tables are of.
    private enum Further {
        SECOND("second", "Another run", "### Another run, on the same machine"),
        ELSEWHERE("elsewhere", "Elsewhere", "### Elsewhere, on other machines");

        final String folder;
        final String name;
        final String heading;

        Further(String folder, String name, String heading) {
            this.folder = folder;
            this.name = name;
            this.heading = heading;
        }
    }

    private Report(Path folder) throws IOException {
        this.folder = folder;
        this.results = ResultFolder.readPassed(folder);
        for (Further run : Further.values()) {
            Path other = folder.resolve(run.folder);
            if (Files.isDirectory(other)) {
                further.put(run, ResultFolder.readPassed(other));
            }
        }
    }

    static void main(String[] args) throws IOException {
        Arguments.require(2, "Report FOLDER PAGE", args);
        Path folder = Arguments.folder(args[0]);
        Path target = Path.of(args[1]).toAbsolutePath();
        var report = new Report(folder);
        Files.writeString(target, report.toMarkdown(target.getParent()));
        System.out.println("written: " + target);
        report.results.requireAll();
        for (ResultFolder run : report.further.values()) {
            run.requireAll();
        }
    }

    private String toMarkdown(Path home) throws IOException {
        List<String> parts = new ArrayList<>();
        var environments = new Environments(results.files());
        List<SuiteRun> runs = runs();
        Notes notes = Notes.read(folder, runs);
        notes.unused()
                .forEach(key -> System.out.println("left out, a note of what was neither missed nor lost: " + key));
        parts.add("## At a glance\n\n" + ReportText.GLANCE + Glance.toMarkdown(results));
        parts.add("## Targets\n\n" + Targets.toMarkdown(runs, notes));
        parts.add("## Wins and losses\n\n" + ReportText.WINS_AND_LOSSES + Summary.toMarkdown(results));
        parts.add("## Do other runs say the same?\n\n" + furtherRuns());
        for (Section section : Section.ALL) {
            parts.add(toMarkdown(section, notes.of(section), home));
        }
        parts.add(ReportText.COMING_FROM_CPP);
        parts.add(roundTripsByPayload());
        parts.add("## How to read it\n\n" + ReportText.HOW_TO_READ_IT);
        parts.add("## How it was measured\n\n" + ReportText.howItWasMeasured(environments.haveCoreEach()));
        parts.add("## Where this was measured\n\n" + ReportText.WHERE + environments.toMarkdown());
        String body = String.join("\n", parts);
        return ReportText.HEAD + environments.warning() + leftOut(results) + "\n" + contents(body) + "\n" + body;
    }

    /// A link to each part of the page.
    private static String contents(String body) {
        return body.lines()
                .filter(line -> line.startsWith("## "))
                .map(line -> line.substring("## ".length()))
                .map(title -> "- [%s](#%s)\n".formatted(title, Section.anchor(title)))
                .collect(Collectors.joining());
    }

    private List<SuiteRun> runs() {
        List<SuiteRun> runs = new ArrayList<>(List.of(new SuiteRun("Measured", results::columns)));
        further.forEach((run, measured) -> runs.add(new SuiteRun(run.name, measured::columns)));
        return runs;
    }

    /// A warning; empty if nothing was refused.
    private static String leftOut(ResultFolder run) {
        return run.refused().isEmpty()
                ? ""
                : "\n**These files were refused, and are left out:**\n\n- " + String.join("\n- ", run.refused()) + "\n";
    }

    private String furtherRuns() throws IOException {
        if (further.isEmpty()) {
            return "The suite has run only once.\n";
        }
        var text = new StringBuilder(ReportText.FURTHER_RUNS.formatted(Environments.began(results.files())));
        for (Further run : further.keySet()) {
            ResultFolder measured = further.get(run);
            text.append("\n%s\n\nIts files were begun %s.\n\n"
                    .formatted(run.heading, Environments.began(measured.files())));
            text.append(Agreement.of(results, measured).toMarkdown()).append(leftOut(measured));
        }
        return text.toString();
    }

    /// What the suite is told for one comparison, so that it is measured as it was here.
    private static String command(String comparison) {
        return Stream.concat(FullSuite.sourcesOf(comparison).stream(), Stream.of(comparison))
                .collect(Collectors.joining(" "));
    }

    private String toMarkdown(Section section, String reason, Path home) throws IOException {
        var text = new StringBuilder("""
                ## %s

                %s

                - Command: `asyncio-bench/suite.sh %s`
                - It cannot show: %s
                """.formatted(section.title(), section.question(), command(section.file()), section.cannotShow()));
        addIfAny("- Why ours loses there, in this run or another: ", reason, text);
        ResultFile file = results.file(section.file());
        List<Run> skipped = file == null ? List.of() : file.skipped();
        for (Run run : skipped) {
            text.append("- Not measured: %s, %s\n".formatted(run.contender(), run.facts().get(Run.SKIPPED)));
        }
        List<Column> columns = section.of(results.columns(section.file()));
        if (columns.isEmpty()) {
            String refusal = results.refusal(section.file());
            return text + (refusal.isEmpty() ? "\nNothing was measured yet.\n" : "\nRefused: " + refusal + "\n");
        }
        addHowItWasRun(section, columns, file, text);
        text.append("- [Plot](").append(plot(section, columns, home)).append(")\n");
        addIfAny(
                "- Chosen by the product of the rates under all loads (in parentheses, how many times the rate of the best "
                        + "of the others, in the geometric mean over the loads; less than rows spread by tells little): ",
                Sweep.chosenAndBetter(columns), text);
        Rounds rounds = Rounds.of(file);
        columns.forEach(column -> addTable(section, column, rounds, text));
        return text.toString();
    }

    private void addHowItWasRun(Section section, List<Column> columns, ResultFile file, StringBuilder text) {
        int roundCount = Rounds.of(file).count();
        text.append("- Rounds: ").append(roundCount).append(roundCount > FullSuite.FULL_ROUNDS
                ? ", since gates refused what fewer came to, or fewer were disturbed or could not be compared\n"
                : "\n");
        String chosen = FullSuite.sourcesOf(section.file()).isEmpty()
                ? ""
                : ", where there is a choice by the sweeps of tables 12 and 12b";
        if (!Sweep.ALL.contains(section.file())) { // whose rows say them
            addIfAny("- Settings of JVMs" + chosen + ": ", settings(file), text);
        }
        addIfAny("- Not as this sweep chooses: ", chosenBefore(section.file(), file),
                text);
        addIfAny("- Measured under each load, in each round: ", range(columns, Figure.SECONDS, "%.1f", " s"), text);
        addIfAny("- Compilers worked meanwhile: ", range(columns, Figure.COMPILER_SECONDS, "%.2f", " s"), text);
        addIfAny("- Others had of both cores meanwhile, at least: ",
                range(columns, Figure.OTHERS_SECONDS, "%.2f", " s"), text);
        addIfAny("- From core to core and back: ", range(columns, Figure.CORE_NANOS, "%.0f", " ns"), text);
    }

    private void addTable(Section section, Column column, Rounds rounds, StringBuilder text) {
        text.append("\n### ").append(column.title()).append("\n\n");
        text.append(new ReportTable(column, section.metrics(), section.decidedBy()).toMarkdown());
        Stream<String> noises = section.decidedBy().stream().map(metric -> ReportTable.noise(column, metric));
        String notes = Stream.concat(noises, Stream.of(missing(rounds, column), results.floor().note(column)))
                .filter(note -> !note.isEmpty())
                .distinct()
                .collect(Collectors.joining("\n"));
        addIfAny("\n", notes, text);
    }

    /// Those that servers ran with; empty if the file does not tell.
    private static String settings(ResultFile file) {
        return file.settings().stream()
                .map(run -> run.contender() + ": " + run.facts().get(Run.SETTINGS))
                .collect(Collectors.joining("; "));
    }

    /// Whose settings are those that another sweep chose, or another rule; empty if there are none.
    private String chosenBefore(String comparison, ResultFile file) {
        return file.settings().stream()
                .filter(run -> !FullSuite.sourcesOf(comparison).stream().allMatch(source -> Sweep.isChosen(
                        run.contender(), run.facts().get(Run.SETTINGS), results.columns(source))))
                .map(Run::contender)
                .collect(Collectors.joining("; "));
    }

    /// Not all pieces of a codec are for all sizes, so none is missing there.
    private static String missing(Rounds rounds, Column column) {
        boolean isCodec = column.allRuns().anyMatch(run -> RunKind.of(run) == RunKind.CODEC);
        return isCodec ? "" : rounds.missing(column);
    }

    private static void addIfAny(String what, String note, StringBuilder text) {
        if (!note.isEmpty()) {
            text.append(what).append(note).append('\n');
        }
    }

    /// The least and the most of a figure, in words; empty if no run has it.
    private static String range(List<Column> columns, String figure, String pattern, String unit) {
        DoubleSummaryStatistics all = columns.stream()
                .flatMap(Column::allRuns)
                .mapToDouble(run -> run.figure(figure))
                .filter(Double::isFinite)
                .summaryStatistics();
        String least = String.format(Locale.ROOT, pattern, all.getMin());
        String most = String.format(Locale.ROOT, pattern, all.getMax());
        return all.getCount() == 0 ? "" : (least.equals(most) ? least : least + " to " + most) + unit;
    }

    /// Draws it, and returns where it is.
    private String plot(Section section, List<Column> columns, Path home) throws IOException {
        Path plot = folder.resolve(section.number() + "-" + section.file() + ".svg").toAbsolutePath();
        Files.writeString(plot, Plot.of(columns, section.main()));
        return home.relativize(plot).toString().replace('\\', '/');
    }

    /// What stands here in place of the C++ table's rows: of both halves of the A/A pair, and how far these were apart
    /// in a round.
    private String roundTripsByPayload() {
        List<Column> columns = results.columns(FullSuite.TCP_ECHO);
        var table = new StringBuilder("""
                | Payload | p50 us | again | at most apart | round trips a second | again | at most apart |
                | --- | ---: | ---: | ---: | ---: | ---: | ---: |
                """);
        for (int bytes : new int[] {64, KIB, 64 * KIB}) {
            columns.stream().filter(column -> column.matches(load(1, bytes, 1))).forEach(column -> table.append(
                    "| %s | %s | %s |\n".formatted(
                            column.title(), pair(column, Metric.P50), pair(column, Metric.RATE))));
        }
        return table.toString();
    }

    private static String pair(Column column, Metric metric) {
        return "%s | %s | %s".formatted(Metric.format(column.median(Contenders.ASYNCIO, metric)),
                Metric.format(column.median(Contenders.ASYNCIO_AGAIN, metric)),
                ReportTable.percent(column.noise(metric).widest()));
    }
}
