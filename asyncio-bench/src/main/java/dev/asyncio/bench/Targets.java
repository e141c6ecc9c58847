package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What we want to reach, and whether we did, by the result files alone. A target is reached or missed if all rounds say
/// so, and there are enough of them; whether by more than chance is said, too, as it is with [Outcome].
final class Targets {

    private static final String NETTY_EPOLL = EchoContender.Kind.NETTY_EPOLL.toString();
    private static final String NETTY_NIO = EchoContender.Kind.NETTY_NIO.toString();
    private static final String NETTY_UNCHECKED = WebSocketContender.Kind.NETTY_EPOLL_UNCHECKED.toString();
    private static final String JDK_VIRTUAL = EchoContender.Kind.JDK_VIRTUAL.toString();
    private static final String JDK_PLATFORM = EchoContender.Kind.JDK_PLATFORM.toString();
    private static final String JAVA_WEBSOCKET = WebSocketContender.Kind.JAVA_WEBSOCKET.toString();
    private static final Metric HEAP = Metric.less("B", IdleCost.Cost.HEAP_BYTES);
    private static final Metric CPU = Metric.less("% of a core", IdleCost.Cost.CPU_PERCENT);
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
                    .better(Contenders.BUN, 5).better(NETTY_EPOLL, 5).better(NETTY_NIO, 5).better(JAVA_WEBSOCKET, 5),
            Target.of("WebSocket, 64 connections, window 1", FullSuite.WEBSOCKET_BINARY, load(64, 64, 1), Metric.RATE)
                    .better(Contenders.BUN, 1).better(NETTY_EPOLL, 1).better(JAVA_WEBSOCKET, 2),
            Target.of("WebSocket, 64 connections, window 16", FullSuite.WEBSOCKET_BINARY, load(64, 64, 16), Metric.RATE)
                    .better(Contenders.BUN, 1).better(NETTY_EPOLL, 2).better(NETTY_UNCHECKED, 2).better(NETTY_NIO, 2)
                    .better(JAVA_WEBSOCKET, 10),
            Target.of("WebSocket, 8 connections, 64 KiB", FullSuite.WEBSOCKET_BINARY, load(8, 64 * KIB, 1), Metric.RATE)
                    .better(Contenders.BUN, 1.2).better(NETTY_EPOLL, 1.6).better(NETTY_UNCHECKED, 1.6)
                    .better(NETTY_NIO, 1.6).better(JAVA_WEBSOCKET, 5),
            Target.of("10,000 connections, against the rate of 64", FullSuite.TCP_ECHO, load(10_000, 64, 1),
                    Metric.RATE)
                    .atLeastOf(load(64, 64, 1), "64 connections", 0.8),
            idle("heap of an idle TCP connection", FullSuite.IDLE, "TCP", HEAP, 2 * KIB),
            idle("heap of an idle WebSocket connection", FullSuite.WEBSOCKET_IDLE, "WEBSOCKET", HEAP, 3 * KIB),
            idle("CPU of a process with idle TCP connections", FullSuite.IDLE, "TCP", CPU, 0.5),
            idle("CPU of a process with idle WebSocket connections", FullSuite.WEBSOCKET_IDLE, "WEBSOCKET", CPU, 0.5));

    private Targets() {}

    /// With few connections and with many: what a process has only once weighs more for each of the few.
    private static Target idle(String what, String file, String protocol, Metric metric, double limit) {
        Map<String, String> few = Map.of("protocol", protocol, "connections", "1000");
        Map<String, String> many = Map.of("protocol", protocol, "connections", "10000");
        return Target.of(what, file, few, metric)
                .atMost(limit, few, "with 1,000 connections")
                .atMost(limit, many, "with 10,000 connections");
    }

    /// The table, with a line for each bound, and why it was not reached.
    ///
    /// @param runs the one that is judged first
    static String toMarkdown(List<SuiteRun> runs, Notes notes) {
        var table = new StringBuilder(row("| What | Target | Measured | Between | |", runs, SuiteRun::name))
                .append(row("| --- | --- | ---: | ---: | --- |", runs, _ -> "---"));
        var explanations = new StringBuilder();
        for (Target target : ALL) {
            List<Column> columns = runs.getFirst().columns(target.file());
            for (Bound bound : target.bounds()) {
                table.append(row(bound.toMarkdown(target.what(), columns), runs,
                        run -> bound.inShort(run.columns(target.file()))));
            }
            String note = notes.of(target);
            if (!note.isEmpty()) {
                explanations.append("- ").append(target.what()).append(": ").append(note).append('\n');
            }
        }
        return explanations.isEmpty() ? table.toString()
                : table + "\nWhat was not reached, and why. These notes are written by hand, from profiles; what is "
                        + "undecided need not have one.\n\n" + explanations;
    }

    /// A row, and what it has for each further run.
    private static String row(String first, List<SuiteRun> runs, Function<SuiteRun, String> cell) {
        return first + runs.stream().skip(1).map(run -> " " + cell.apply(run) + " |").collect(Collectors.joining())
                + "\n";
    }
}
