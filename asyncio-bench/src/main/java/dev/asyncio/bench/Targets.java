package dev.asyncio.bench;

import static dev.asyncio.bench.Contenders.ASYNCIO;
import static dev.asyncio.bench.PinnedComparison.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// What we want to reach, and whether we did, by the result files alone.
final class Targets {

    private static final String NETTY_EPOLL = EchoContender.Kind.NETTY_EPOLL.toString();
    private static final String NETTY_NIO = EchoContender.Kind.NETTY_NIO.toString();
    private static final String JDK_VIRTUAL = EchoContender.Kind.JDK_VIRTUAL.toString();
    private static final String JDK_PLATFORM = EchoContender.Kind.JDK_PLATFORM.toString();
    private static final String JAVA_WEBSOCKET = WebSocketContender.Kind.JAVA_WEBSOCKET.toString();
    private static final int KIB = 1024;

    private static final List<Target> ALL = List.of(
            of("1 connection, 64 B, p50", FullSuite.TCP_ECHO, load(1, 64, 1), Metric.P50)
                    .against(Contenders.C_SPIN, 1 / 1.1),
            of("1 connection, 64 B, both ends in one process, p50", RoundTripComparison.NAME, Map.of("bytes", "64"),
                    Metric.P50)
                    .against(NETTY_NIO, 5).against(JDK_VIRTUAL, 5).against(JDK_PLATFORM, 5),
            of("64 connections, 64 B, window 1", FullSuite.TCP_ECHO, load(64, 64, 1), Metric.RATE)
                    .against(Contenders.C_EPOLL, 0.95).against(NETTY_EPOLL, 1.1).against(JDK_VIRTUAL, 1.3),
            of("64 connections, 64 B, window 16", FullSuite.TCP_ECHO, load(64, 64, 16), Metric.RATE)
                    .against(Contenders.C_EPOLL, 0.95),
            of("8 connections, 64 KiB", FullSuite.TCP_ECHO, load(8, 64 * KIB, 1), Metric.RATE)
                    .against(Contenders.C_EPOLL, 1).against(NETTY_EPOLL, 1.2).against(NETTY_NIO, 1.2),
            of("WebSocket, 1 connection, 64 B, p50", FullSuite.WEBSOCKET_BINARY, load(1, 64, 1), Metric.P50)
                    .against(Contenders.BUN, 5).against(NETTY_NIO, 5).against(JAVA_WEBSOCKET, 5),
            of("WebSocket, 64 connections, window 1", FullSuite.WEBSOCKET_BINARY, load(64, 64, 1), Metric.RATE)
                    .against(Contenders.BUN, 1).against(NETTY_EPOLL, 1).against(JAVA_WEBSOCKET, 2),
            of("WebSocket, 64 connections, window 16", FullSuite.WEBSOCKET_BINARY, load(64, 64, 16), Metric.RATE)
                    .against(Contenders.BUN, 1).against(NETTY_EPOLL, 2).against(JAVA_WEBSOCKET, 10),
            of("WebSocket, 8 connections, 64 KiB", FullSuite.WEBSOCKET_BINARY, load(8, 64 * KIB, 1), Metric.RATE)
                    .against(Contenders.BUN, 1.2).against(NETTY_EPOLL, 1.6).against(JAVA_WEBSOCKET, 5),
            of("10,000 connections, against the rate of 64", FullSuite.TCP_ECHO, load(10_000, 64, 1), Metric.RATE)
                    .against(load(64, 64, 1), 0.8),
            of("heap of an idle TCP connection", FullSuite.IDLE, idle("TCP"), Metric.less("B", "heapBytes"))
                    .atMost(2 * KIB),
            of("heap of an idle WebSocket connection", FullSuite.IDLE, idle("WEBSOCKET"), Metric.less("B", "heapBytes"))
                    .atMost(3 * KIB),
            of("CPU of an idle process", FullSuite.IDLE, idle("TCP"), Metric.less("% of a core", "cpuPercent"))
                    .atMost(0.5));

    private Targets() {}

    private static Map<String, String> idle(String protocol) {
        return Map.of("protocol", protocol, "connections", "10000");
    }

    private static Target of(String what, String file, Map<String, String> load, Metric metric) {
        return new Target(what, file, load, metric, new ArrayList<>());
    }

    /// What is to be reached in one column.
    private record Target(String what, String file, Map<String, String> load, Metric metric, List<Bound> bounds) {

        /// Ours is to be so many times better than a contender.
        Target against(String contender, double factor) {
            bounds.add(new Bound("%.2f x %s".formatted(factor, contender), factor,
                    columns -> column(columns, load).map(column -> column.advantage(contender, metric))
                            .orElse(Double.NaN)));
            return this;
        }

        /// Ours is to be so many times its own rate under another load.
        Target against(Map<String, String> other, double factor) {
            bounds.add(new Bound("%.2f x".formatted(factor), factor,
                    columns -> ours(columns, load) / ours(columns, other)));
            return this;
        }

        Target atMost(double limit) {
            bounds.add(new Bound("at most %s %s".formatted(Metric.format(limit), metric.title()), -limit,
                    columns -> -ours(columns, load)));
            return this;
        }

        private double ours(List<Column> columns, Map<String, String> load) {
            return column(columns, load).map(column -> column.median(ASYNCIO, metric)).orElse(Double.NaN);
        }
    }

    private static Optional<Column> column(List<Column> columns, Map<String, String> load) {
        return columns.stream().filter(column -> column.matches(load)).findFirst();
    }

    /// @param text how a reader has it
    /// @param least of the actual value; limits are negative
    private record Bound(String text, double least, ToDoubleFunction<List<Column>> actual) {

        String verdict(double value) {
            if (!Double.isFinite(value)) {
                return "not measured";
            }
            return value >= least ? "reached" : "**missed**";
        }
    }

    /// The table, with a line for each bound.
    ///
    /// @param columnsOf the columns of a result file; none if there is no such file
    /// @param notes why a target was missed, by the target's words
    static String toMarkdown(Function<String, List<Column>> columnsOf, Properties notes) {
        var table = new StringBuilder("| What | Target | Measured | |\n| --- | --- | ---: | --- |\n");
        var explanations = new StringBuilder();
        for (Target target : ALL) {
            List<Column> columns = columnsOf.apply(target.file);
            boolean missed = false;
            for (Bound bound : target.bounds) {
                double value = bound.actual.applyAsDouble(columns);
                String verdict = bound.verdict(value);
                missed |= value < bound.least;
                table.append("| %s | %s | %s | %s |%n"
                        .formatted(target.what, bound.text, Metric.format(Math.abs(value)), verdict));
            }
            if (missed) {
                explanations.append("- %s: %s%n".formatted(
                        target.what,
                        notes.getProperty(target.what.replace(' ', '-'), "missed, and not explained yet.")));
            }
        }
        return explanations.isEmpty() ? table.toString() : table + "\nWhat was missed, and why:\n\n" + explanations;
    }
}
