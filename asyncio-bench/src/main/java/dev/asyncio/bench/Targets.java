package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What we want to reach, and whether we did, by the result files alone. A target is reached or missed if all rounds say
/// so, and there are enough of them, as it is with [Outcome].
final class Targets {

    private static final String NETTY_EPOLL = EchoContender.Kind.NETTY_EPOLL.toString();
    private static final String NETTY_NIO = EchoContender.Kind.NETTY_NIO.toString();
    private static final String JDK_VIRTUAL = EchoContender.Kind.JDK_VIRTUAL.toString();
    private static final String JDK_PLATFORM = EchoContender.Kind.JDK_PLATFORM.toString();
    private static final String JAVA_WEBSOCKET = WebSocketContender.Kind.JAVA_WEBSOCKET.toString();
    private static final int KIB = 1024;

    static final List<Target> ALL = List.of(
            Target.of("1 connection, 64 B, p50", FullSuite.TCP_ECHO, load(1, 64, 1), Metric.P50)
                    .atMostTimes(Contenders.C_SPIN, 1.1),
            Target.of("1 connection, 64 B, neutral client (table 1b), p50", FullSuite.TCP_ECHO, load(1, 64, 1),
                    Metric.P50)
                    .better(NETTY_NIO, 5).better(JDK_VIRTUAL, 5).better(JDK_PLATFORM, 5),
            Target.of("1 connection, 64 B, both ends in one process (table 1), p50", RoundTripComparison.NAME,
                    Map.of("bytes", "64"), Metric.P50)
                    .better(NETTY_NIO, 5).better(JDK_VIRTUAL, 5).better(JDK_PLATFORM, 5),
            Target.of("64 connections, 64 B, window 1", FullSuite.TCP_ECHO, load(64, 64, 1), Metric.RATE)
                    .better(Contenders.C_EPOLL, 0.95).better(NETTY_EPOLL, 1.1).better(JDK_VIRTUAL, 1.3),
            Target.of("64 connections, 64 B, window 16", FullSuite.TCP_ECHO, load(64, 64, 16), Metric.RATE)
                    .better(Contenders.C_EPOLL, 0.95),
            Target.of("8 connections, 64 KiB", FullSuite.TCP_ECHO, load(8, 64 * KIB, 1), Metric.RATE)
                    .better(Contenders.C_EPOLL, 1).better(NETTY_EPOLL, 1.2).better(NETTY_NIO, 1.2),
            Target.of("WebSocket, 1 connection, 64 B, p50", FullSuite.WEBSOCKET_BINARY, load(1, 64, 1), Metric.P50)
                    .better(Contenders.BUN, 5).better(NETTY_NIO, 5).better(JAVA_WEBSOCKET, 5),
            Target.of("WebSocket, 64 connections, window 1", FullSuite.WEBSOCKET_BINARY, load(64, 64, 1), Metric.RATE)
                    .better(Contenders.BUN, 1).better(NETTY_EPOLL, 1).better(JAVA_WEBSOCKET, 2),
            Target.of("WebSocket, 64 connections, window 16", FullSuite.WEBSOCKET_BINARY, load(64, 64, 16), Metric.RATE)
                    .better(Contenders.BUN, 1).better(NETTY_EPOLL, 2).better(JAVA_WEBSOCKET, 10),
            Target.of("WebSocket, 8 connections, 64 KiB", FullSuite.WEBSOCKET_BINARY, load(8, 64 * KIB, 1), Metric.RATE)
                    .better(Contenders.BUN, 1.2).better(NETTY_EPOLL, 1.6).better(JAVA_WEBSOCKET, 5),
            Target.of("10,000 connections, against the rate of 64", FullSuite.TCP_ECHO, load(10_000, 64, 1),
                    Metric.RATE)
                    .atLeastOf(load(64, 64, 1), "64 connections", 0.8),
            Target.of("heap of an idle TCP connection", FullSuite.IDLE, idle("TCP"), Metric.less("B", "heapBytes"))
                    .atMost(2 * KIB),
            Target.of("heap of an idle WebSocket connection", FullSuite.WEBSOCKET_IDLE, idle("WEBSOCKET"),
                    Metric.less("B", "heapBytes"))
                    .atMost(3 * KIB),
            Target.of("CPU of an idle process", FullSuite.IDLE, idle("TCP"), Metric.less("% of a core", "cpuPercent"))
                    .atMost(0.5));

    private Targets() {}

    private static Map<String, String> idle(String protocol) {
        return Map.of("protocol", protocol, "connections", "10000");
    }

    /// The table, with a line for each bound, and why it was not reached.
    ///
    /// @param runs of the suite, the one that is judged first; each tells the columns of a result file, none if there is
    ///     no such file
    /// @param notes why a target was not reached, by the target's words
    /// @throws IOException if a note is about no target that was missed or is open
    static String toMarkdown(List<Function<String, List<Column>>> runs, Properties notes) throws IOException {
        var table = new StringBuilder(row("| What | Target | Measured | Between | |", runs, _ -> "Second run"))
                .append(row("| --- | --- | ---: | ---: | --- |", runs, _ -> "---"));
        var explanations = new StringBuilder();
        Set<String> unused = new TreeSet<>(notes.stringPropertyNames());
        for (Target target : ALL) {
            List<Column> columns = runs.getFirst().apply(target.file());
            for (Bound bound : target.bounds()) {
                table.append(row(bound.toMarkdown(target.what(), columns), runs,
                        run -> bound.inShort(run.apply(target.file()))));
            }
            String key = target.what().replace(' ', '-');
            if (target.has(Bound.Standing.MISSED, columns)) {
                explain(target, notes.getProperty(key, "missed, and not explained yet."), explanations);
                unused.remove(key);
            } else if (target.isOpen(columns) && unused.remove(key)) {
                explain(target, notes.getProperty(key), explanations);
            }
        }
        if (!unused.isEmpty()) {
            throw new IOException("notes about what is no missed target: " + unused);
        }
        return explanations.isEmpty() ? table.toString()
                : table + "\nWhat was not reached, and why. These notes are written by hand, from profiles; what is within noise "
                        + "need not have one.\n\n" + explanations;
    }

    /// A row, and what it has for each further run.
    private static <T> String row(String first, List<T> runs, Function<T, String> cell) {
        return first + runs.stream().skip(1).map(run -> " " + cell.apply(run) + " |").collect(Collectors.joining())
                + "\n";
    }

    private static void explain(Target target, String why, StringBuilder explanations) {
        explanations.append("- ").append(target.what()).append(": ").append(why).append('\n');
    }
}
