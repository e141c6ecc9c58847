package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.function.Function;

/// Turns result files into BENCHMARKS.md, with a plot beside the results for each of its tables: `Report FOLDER
/// BENCHMARKS.MD`. Every number in it comes from a file. Why a target was missed stands in `notes.properties` of the
/// same folder; the results of a second run of the suite, if there was one, in its folder `second`.
public final class Report {

    private static final int KIB = 1024;

    private final Path folder;
    private final ResultFolder results;

    /// Null if the suite has run only once.
    private final ResultFolder second;

    private Report(Path folder) throws IOException {
        this.folder = folder;
        this.results = ResultFolder.read(folder);
        Path other = folder.resolve("second");
        this.second = Files.isDirectory(other) ? ResultFolder.read(other) : null;
    }

    static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Path target = Path.of(args[1]).toAbsolutePath();
        var report = new Report(folder);
        Files.writeString(target, report.toMarkdown(target.getParent()));
        System.out.println("written: " + target);
    }

    private String toMarkdown(Path home) throws IOException {
        List<String> parts = new ArrayList<>();
        var environments = new Environments(results.files());
        parts.add(HEAD + environments.differences());
        List<ResultFolder> runs = second == null ? List.of(results) : List.of(results, second);
        parts.add("## Targets\n\n" + Targets.toMarkdown(runs.stream().map(Report::columnsOf).toList(), notes()));
        parts.add("## Wins and losses\n\n" + Summary.toMarkdown(results));
        parts.add("## A second run\n\n" + secondRun());
        for (Section section : Section.ALL) {
            parts.add(toMarkdown(section, home));
        }
        parts.add(COMING_FROM_CPP);
        parts.add(roundTripsByPayload());
        parts.add("## Where this was measured\n\n" + environments.toMarkdown());
        return String.join("\n", parts);
    }

    private static Function<String, List<Column>> columnsOf(ResultFolder results) {
        return results::columns;
    }

    private String secondRun() {
        return second == null
                ? "The suite has run only once.\n"
                : SECOND_RUN.formatted(
                        Environments.values(results.files(), Environments.STARTED),
                        Environments.values(second.files(), Environments.STARTED))
                        + Agreement.of(results, second).toMarkdown();
    }

    private Properties notes() throws IOException {
        var notes = new Properties();
        Path path = folder.resolve("notes.properties");
        if (Files.exists(path)) {
            try (Reader reader = Files.newBufferedReader(path)) {
                notes.load(reader);
            }
        }
        return notes;
    }

    private String toMarkdown(Section section, Path home) throws IOException {
        var text = new StringBuilder("""
                ## %s

                %s

                - Command: `asyncio-bench/suite.sh %s`
                - It cannot show: %s
                """.formatted(section.title(), section.question(), section.file(), section.cannotShow()));
        List<Column> columns = section.of(results.columns(section.file()));
        if (columns.isEmpty()) {
            return text.append("\nNot measured yet.\n").toString();
        }
        ResultFile file = results.file(section.file());
        Rounds rounds = Rounds.of(file);
        text.append("- Rounds: ").append(rounds.count()).append('\n');
        addIfAny("- Measured under each load, in each round: ", range(columns, Figure.SECONDS, "%.1f", " s"), text);
        addIfAny("- From core to core and back: ", range(columns, Figure.CORE_NANOS, "%.0f", " ns"), text);
        text.append("- [Plot](").append(plot(section, columns, home)).append(")\n");
        for (Run skipped : file.skipped()) {
            text.append("- Not measured: %s, %s\n".formatted(skipped.contender(), skipped.facts().get(Run.SKIPPED)));
        }
        addIfAny("- Chosen by the product of the rates under all loads: ", Sweep.chosen(columns), text);
        for (Column column : columns) {
            text.append("\n### ").append(column.title()).append("\n\n");
            text.append(new ReportTable(column, section.metrics()).toMarkdown());
            List<String> notes = new ArrayList<>(List.of(
                    ReportTable.noise(column, section.main()), rounds.missing(column), results.floor().note(column)));
            notes.removeIf(String::isEmpty);
            addIfAny("\n", String.join("\n", notes), text);
        }
        return text.toString();
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
        Path plot = folder.resolve(section.title().split("\\.")[0] + "-" + section.file() + ".svg").toAbsolutePath();
        Files.writeString(plot, Plot.of(columns, section.main()));
        return home.relativize(plot).toString().replace('\\', '/');
    }

    /// What stands here in place of the C++ table's rows.
    private String roundTripsByPayload() {
        List<Column> columns = results.columns(FullSuite.TCP_ECHO);
        var table = new StringBuilder("| Payload | p50 us | round trips a second |\n| --- | ---: | ---: |\n");
        for (int bytes : new int[] {64, KIB, 64 * KIB}) {
            columns.stream().filter(column -> column.matches(load(1, bytes, 1))).forEach(column -> table.append(
                    "| %s | %s | %s |\n".formatted(column.title(),
                            Metric.format(column.median(Contenders.ASYNCIO, Metric.P50)),
                            Metric.format(column.median(Contenders.ASYNCIO, Metric.RATE)))));
        }
        return table.toString();
    }

    private static final String HEAD = """
            # Benchmarks

            A tool wrote this page from the result files in `asyncio-bench/results`; nobody typed a number. To measure
            on a machine of your own:

            ```
            asyncio-bench/quick.sh     # asyncio, Netty and the JDK, a few minutes
            asyncio-bench/suite.sh     # everything on this page; says beforehand how long it takes
            ```

            How to read it:

            - A reply counts when it has come back and every byte of it was checked; one wrong byte fails the run.
              Rates are messages by wall time; CPU is that of the whole process, in microseconds a message.
            - A load is on for 0.3 s, and then measured for as long as its table says, mostly 0.6 s. That is six messages on
              each of 10,000 connections, whose percentiles are those of a few bursts: where a connection was answered less
              than a hundred times, p99.9 is left out. CPU time comes in ticks of 10 ms.
            - Numbers are medians over the rounds; in each round every contender takes its turn in fresh processes.
              Spread is between the least and the most of the rounds, as a part of the median: a machine is faster at
              some times than at others.
            - So contenders are compared within a round. "asyncio, again" is asyncio measured twice, the A/A pair. The
              column "asyncio is better by" is how many times better the mean of the pair was than the contender in
              the same round, and the median of that: above 1 where asyncio wins, below 1 where it loses. A ratio
              alone is decided: in each of three rounds or more it lies on the same side of 1, by more than the halves
              of the A/A pair were ever apart. Else "tie" says that it differs from 1 by at most 5 % in every round, and
              "undecided" that nobody can tell: more rounds would have to, or a machine that is alone. Where all
              contenders were equal, three rounds would decide falsely in one comparison of a hundred, by simulation, and
              five in one of several thousand. Rows are ordered by result; none is left out.
            - A target is reached or missed where all rounds say so, of which there are at least three, and within noise
              else: "between" is the least and the most of the rounds.
            - The client polls, so its core is never free; "client idle %" is how much of the time it found nothing. If that
              is little, both sides may be busy, as the lighter one fills its time with smaller batches, so that a ratio is
              of whole systems, server and client. Which of the two was waited for then shows in "client ready", the
              connections on which replies lay when the client looked: if few of many, the rest lay with the server, which
              was the limit; if more than half, it was the client. "server CPU %" tells it only of servers that do not
              spin; busy waits, and ours within its budget, are at 100 % whatever they do.
            - "client-limited" is a row whose client was busy nine tenths of the time, while the server was not, or less
              than half of what was under way lay with it: that server could do more than was measured. So a ratio with it
              is a bound, "≤" or "≥", it counts as no loss of who may be better, and a target that hangs on it as neither
              reached nor missed. "both busy" is such a row of an older file, which does not tell more.
            - "starved" is a row in which some connections waited so long that their latencies are missing: those that are
              there are the least that they can be, "≥". "uneven" has a mean latency of more than 1.3 times the median. At a fixed rate, "could not keep up" is a row with more than 2 % fewer messages than were asked for, and "caught up" one
              with more, which had been left from before. "refused before" says how often gates refused a measurement of
              the row, so that it was repeated.
            - "cores apart" is a row with rounds that were measured while the two cores were more than twice as far from
              each other as at the best, by the time that one takes to see what the other has written: a virtual machine
              may be moved. The suite waits until they are near again, but not for ever. Of one round, only what was
              measured at the same distance is compared. "distance unknown" says how many rounds do not tell, for want
              of a quiet moment.
            - The server has one core, the client another, and the machine has no more than it says below: on two
              cores, compilers and collectors of both compete with them.
            - Before a file gets here, gates in code have refused it if a run had no replies, lacked a figure, counted
              other seconds than the wall clock, took no longer for more messages or larger ones, had a rate that
              contradicts its latency, or moved bytes faster than memory does; and if an echo beat a C program under the
              same load by more than 15 %, or twice where the C program is only roughly a floor: below three rounds, for
              WebSocket messages of 64 KiB, and for connects and handshakes. Streams have no such floor.
            """;

    private static final String SECOND_RUN = """
            Do two runs of the suite say the same? The tables below are of the one that began at %s; the other began at
            %s. A row is contradicted where it is a win of ours in the one run and a loss in the other. What is decided
            in one run only is a tie or undecided in the other. Rows that are ours in several settings are not compared.

            """;

    private static final String COMING_FROM_CPP = """
            ## If you come from the C++ library's table

            The C++ library of the same idea published a table that cannot be right, and its best rows are among those
            that were never measured:

            - *27 million round trips a second.* No server had been started; the refused connect was dropped, and the
              requested count was credited all the same. Here a reply counts when it is there, and a refused connect
              fails the run.
            - *45 us, whatever the payload.* Copying alone takes longer for 64 KiB than for 64 B, so nothing was sent.
              Here a file in which time does not rise with the payload is refused.
            - *Rates by the CPU time of the calling thread.* A thread that waits uses none, so the longer it waited
              the faster it looked. Here rates are by wall time, another process has to have seen as much of it pass,
              and rate times latency has to be what was under way.

            What stands here instead, for one connection and one message at a time:
            """;
}
