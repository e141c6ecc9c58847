package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Turns result files into BENCHMARKS.md, with a plot beside the results for each of its tables: `Report FOLDER
/// BENCHMARKS.MD`. Every number in it comes from a file. Why a target was missed stands in `notes.properties` of the
/// same folder.
public final class Report {

    private static final int KIB = 1024;
    private static final Predicate<Column> ALL = _ -> true;

    static final List<Section> SECTIONS = List.of(
            new Section("1. Round trip, both ends in one process", RoundTripComparison.NAME,
                    "How long does a message take there and back, for one who waits for it, where client and server are "
                            + "both written in the contender's own style?",
                    "A network: both ends share a machine and its cores.",
                    ALL, RoundTripComparison.METRICS),
            new Section("1b. TCP echo round trip, 1 connection", FullSuite.TCP_ECHO,
                    "The same with one neutral client, which polls on a core of its own: what does the server add?",
                    "What it costs to wake a client. A server that spins has its core to itself here.",
                    column -> column.matches(Map.of("connections", "1")), Metric.ROUND_TRIP),
            new Section("2. TCP echo, many connections", FullSuite.TCP_ECHO,
                    "How many messages a second does one core of a server echo?",
                    "More than one core: the client needs the other. A client that is idle 0 % is the limit itself.",
                    column -> !column.matches(Map.of("connections", "1")), Metric.ECHO),
            new Section("3. TCP streaming", FullSuite.TCP_STREAM,
                    "How much does one connection carry in one direction, each block in one write?",
                    "A network's bandwidth. The receiver checks every byte, which is a limit of its own. Netty joins "
                            + "blocks that it could not write at once; the blocking writers do not.",
                    ALL, Metric.STREAM),
            new Section("3b. How to write a header and a body", FullSuite.WRITE_MODES,
                    "A block in two parts: copied together, in a gathering write, or one write after the other?",
                    "As above. Eight bytes are a small header.",
                    ALL, Metric.STREAM),
            new Section("4. WebSocket echo, text", FullSuite.WEBSOCKET_TEXT,
                    "The same with WebSocket text messages, which have to be valid UTF-8.",
                    "Text beyond ASCII; compression.",
                    ALL, Metric.ECHO),
            new Section("4b. WebSocket echo, binary, 1 connection", FullSuite.WEBSOCKET_BINARY,
                    "The same with binary messages, for one connection.",
                    "Compression, fragmented messages.",
                    column -> column.matches(Map.of("connections", "1")), Metric.ROUND_TRIP),
            new Section("5. WebSocket streaming", FullSuite.WEBSOCKET_STREAM,
                    "How much does one WebSocket connection carry from the server, a message a block?",
                    "Masking, which only clients do. Servers that cannot tell when to go on are missing.",
                    ALL, Metric.STREAM),
            new Section("6. Server swap: WebSocket, many connections", FullSuite.WEBSOCKET_BINARY,
                    "One fixed client, in Java and none of ours: which server echoes most on one core?",
                    "What these servers do for more than one core.",
                    column -> !column.matches(Map.of("connections", "1")), Metric.ECHO),
            new Section("7. Ablation", FullSuite.ABLATION,
                    "What does each switch of ours earn? A row is our echo server with one of them set otherwise.",
                    "What two switches earn together, but for the row with all of them.",
                    ALL, Metric.ECHO),
            new Section("7b. Ablation, WebSocket", FullSuite.WEBSOCKET_ABLATION,
                    "The same for our WebSocket server. Pieces that are no switches are taken out by a stream below it.",
                    "Wide unmasking: that is in table 11.",
                    ALL, Metric.ECHO),
            new Section("8. Latency under load", FullSuite.OPEN_LOOP,
                    "Messages come at a fixed rate whatever becomes of the replies: how late are those, from when the "
                            + "message was to be sent? The rates are parts of what ours does in table 2.",
                    "Bursts: intervals are even. A row with less than the rate could not keep up.",
                    ALL, Metric.OPEN_LOOP),
            new Section("9. Idle cost", FullSuite.IDLE,
                    "What does a connection cost that says nothing, its parked thread included?",
                    "What the kernel keeps for it.",
                    ALL, IdleCost.Cost.METRICS),
            new Section("10. Connects", FullSuite.CONNECTS,
                    "How many connections a second does a server accept, echo one message on, and see closed?",
                    "Who waits how long: sixteen threads of the client take turns on its one core.",
                    ALL, List.of(Metric.RATE, Metric.SERVER_CPU, Metric.CLIENT_CPU)),
            new Section("10b. WebSocket handshakes", FullSuite.HANDSHAKES,
                    "The same with an opening handshake.",
                    "TLS.",
                    ALL, List.of(Metric.RATE, Metric.SERVER_CPU, Metric.CLIENT_CPU)),
            new Section("11. Codec alone", FullSuite.CODEC,
                    "What do masking and the UTF-8 check cost beside a plain copy of the bytes, and what does it earn to "
                            + "mask eight bytes at a time?",
                    "What they cost when the bytes are not in the cache.",
                    ALL, List.of(CodecMain.BYTES_PER_NANO)),
            new Section("12. Settings of the others, TCP", FullSuite.TCP_SETTINGS,
                    "Which settings are a contender's best? In all tables it stands with those that have most "
                            + "messages a second for 64 connections and window 1.",
                    "Settings for more than one core.",
                    ALL, Metric.ECHO),
            new Section("12b. Settings of the others, WebSocket", FullSuite.WEBSOCKET_SETTINGS,
                    "The same for WebSocket servers.",
                    "Settings for more than one core.",
                    ALL, Metric.ECHO));

    private final Path folder;
    private final Map<String, ResultFile> files = new LinkedHashMap<>();

    private Report(Path folder) {
        this.folder = folder;
    }

    /// A table of each column that it has.
    ///
    /// @param file the comparison's name
    /// @param cannotShow what nobody should conclude from it
    record Section(String title, String file, String question, String cannotShow, Predicate<Column> columns,
            List<Metric> metrics) {}

    static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Path target = Path.of(args[1]).toAbsolutePath();
        var report = new Report(folder);
        report.read();
        Files.writeString(target, report.toMarkdown(target.getParent()));
        System.out.println("written: " + target);
    }

    /// @throws IOException if a file does not pass the [Gates]
    private void read() throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.filter(path -> path.toString().endsWith(ResultFile.SUFFIX)).sorted().toList()) {
                ResultFile file = ResultFile.read(path);
                Gates.check(file);
                files.put(file.name(), file);
            }
        }
        if (files.isEmpty()) {
            throw new IOException("no result files in " + folder);
        }
    }

    private String toMarkdown(Path home) throws IOException {
        List<String> parts = new ArrayList<>();
        parts.add(HEAD);
        parts.add("## Targets\n\n" + Targets.toMarkdown(this::columns, notes()));
        for (Section section : SECTIONS) {
            if (files.containsKey(section.file)) {
                parts.add(toMarkdown(section, home));
            }
        }
        parts.add(COMING_FROM_CPP);
        parts.add(roundTripsByPayload());
        parts.add("## Where this was measured\n\n" + environments());
        return String.join("\n", parts);
    }

    private List<Column> columns(String file) {
        return files.containsKey(file) ? Column.columnsOf(files.get(file)) : List.of();
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
        ResultFile file = files.get(section.file);
        List<Column> columns = Column.columnsOf(file).stream().filter(section.columns).toList();
        Metric main = section.metrics.getFirst();
        Path plot = folder.resolve(section.title.split("\\.")[0] + "-" + section.file + ".svg").toAbsolutePath();
        Files.writeString(plot, Plot.of(columns, main));
        var text = new StringBuilder("""
                ## %s

                %s

                - Command: `asyncio-bench/suite.sh %s`
                - It cannot show: %s
                - [Plot](%s)
                """.formatted(section.title, section.question, section.file, section.cannotShow,
                home.relativize(plot).toString().replace('\\', '/')));
        for (Run skipped : file.skipped()) {
            text.append("- Not measured: %s, %s%n".formatted(skipped.contender(), skipped.facts().get(Run.SKIPPED)));
        }
        for (Column column : columns) {
            text.append("\n### ").append(column.title()).append("\n\n");
            text.append(new ReportTable(column, section.metrics).toMarkdown());
            text.append('\n').append(ReportTable.noise(column, main)).append('\n');
        }
        return text.toString();
    }

    /// What stands here in place of the C++ table's rows.
    private String roundTripsByPayload() {
        List<Column> columns = columns(FullSuite.TCP_ECHO);
        var table = new StringBuilder("| Payload | p50 us | round trips a second |\n| --- | ---: | ---: |\n");
        for (int bytes : new int[] {64, KIB, 64 * KIB}) {
            columns.stream().filter(column -> column.matches(load(1, bytes, 1))).forEach(column -> table.append(
                    "| %s | %s | %s |%n".formatted(column.title(),
                            Metric.format(column.median(Contenders.ASYNCIO, Metric.P50)),
                            Metric.format(column.median(Contenders.ASYNCIO, Metric.RATE)))));
        }
        return table.toString();
    }

    /// One for all files, unless they differ.
    private String environments() {
        Map<Map<String, String>, List<String>> environments = new LinkedHashMap<>();
        files.forEach((name, file) -> environments
                .computeIfAbsent(file.environment().facts(), _ -> new ArrayList<>()).add(name));
        return environments.entrySet().stream()
                .map(entry -> "Of %s:%n%n| | |%n| --- | --- |%n".formatted(String.join(", ", entry.getValue()))
                        + entry.getKey().entrySet().stream()
                                .map(fact -> "| %s | %s |%n".formatted(fact.getKey(), fact.getValue()))
                                .collect(Collectors.joining()))
                .collect(Collectors.joining("\n"));
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
            - Numbers are medians over the rounds; in each round every contender takes its turn in fresh processes.
              Spread is between the least and the most of the rounds, as a part of the median.
            - "asyncio, again" is asyncio measured twice: the A/A pair, whose rounds are pooled. The column "asyncio is
              better by" is how many times better the pool's median is than the contender's: above 1 where asyncio
              wins, below 1 where it loses. A ratio alone is decided: no round of the contender lies among the pooled
              ones. Where rounds do, "tie" says that the medians differ by at most 5 %, or by what those of the A/A
              pair differ if that is more, and "undecided" that they differ by more: more rounds would have to tell.
              "A/A" is the ratio of the pair itself. Rows are ordered by result; none is left out.
            - The server has one core, the client another, and the machine has no more than it says below: on two
              cores, compilers and collectors of both compete with them.
            - Before a file gets here, gates in code have refused it if a run had no replies, counted other seconds
              than the wall clock, took no longer for more messages or larger ones, had a rate that contradicts its
              latency, beat a C program by more than noise, or moved bytes faster than memory does.
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
              the faster it looked. Here rates are by wall time, two clocks have to agree on it, and rate times
              latency has to be what was under way.

            What stands here instead, for one connection and one message at a time:
            """;
}
