package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What most readers come for: how ours stands beside those that they know, in some loads of the tables below.
final class Glance {

    private static final int KIB = 1024;

    /// One column of a part of the page, as a row here.
    ///
    /// @param ours by its setting, whom all others stand beside
    /// @param section its number
    private record Row(String ours, String section, Map<String, String> load) {

        Row(String section, Map<String, String> load) {
            this(Contenders.ASYNCIO, section, load);
        }

        Section part() {
            return Section.numbered(section);
        }

        Metric metric() {
            return part().main();
        }

        Optional<Column> in(ResultFolder results) {
            return part().of(results.columns(part().file())).stream().filter(column -> column.matches(load))
                    .findFirst();
        }
    }

    /// Where the halves of the A/A pair are so far apart, as a part of the lesser, a ratio says nothing.
    private static final double TOO_NOISY = 1;

    private static final List<String> TCP_SERVERS = List.of(Contenders.C_EPOLL, Contenders.C_SPIN,
            EchoContender.Kind.NETTY_EPOLL.toString(), EchoContender.Kind.NETTY_NIO.toString(),
            EchoContender.Kind.JDK_VIRTUAL.toString(), EchoContender.Kind.JDK_PLATFORM.toString());
    private static final List<Row> TCP = List.of(
            new Row("1b", load(1, 64, 1)), new Row("2", load(64, 64, 1)), new Row("2", load(64, 64, 16)),
            new Row("2", load(8, 64 * KIB, 1)), new Row("2", load(10_000, 64, 1)), new Row("3", stream(64)),
            new Row("3", stream(64 * KIB)), new Row("8", Map.of("share", "10%")), new Row("8", Map.of("share", "80%")),
            new Row("9", Map.of("connections", "10000")), new Row("10", Map.of()));

    private static final List<String> WEBSOCKET_SERVERS = List.of(Contenders.BUN,
            WebSocketContender.Kind.NETTY_EPOLL.toString(), WebSocketContender.Kind.NETTY_NIO.toString(),
            WebSocketContender.Kind.JAVA_WEBSOCKET.toString(), "Node ws", "Drogon");
    private static final List<Row> WEBSOCKET = List.of(
            new Row("4b", load(1, 64, 1)), new Row("6", load(64, 64, 1)), new Row("6", load(64, 64, 16)),
            new Row("6", load(8, 64 * KIB, 1)), new Row("5", stream(64)),
            new Row(Contenders.ASYNCIO_SOON, "5", stream(64)), new Row("5", stream(64 * KIB)),
            new Row(Contenders.ASYNCIO_SOON, "5", stream(64 * KIB)), new Row("9b", Map.of("connections", "10000")),
            new Row("10b", Map.of()));

    private Glance() {}

    private static Map<String, String> stream(int bytes) {
        return Map.of("bytes", Integer.toString(bytes));
    }

    /// Both tables, of what was measured.
    static String toMarkdown(ResultFolder results) {
        return table("TCP", TCP_SERVERS, TCP, results) + "\n"
                + table("WebSocket", WEBSOCKET_SERVERS, WEBSOCKET, results);
    }

    private static String table(String title, List<String> others, List<Row> rows, ResultFolder results) {
        String head = Stream.concat(Stream.of(title, Contenders.ASYNCIO), others.stream())
                .collect(Collectors.joining(" | ", "| ", " |\n"));
        return head + "| --- |" + " ---: |".repeat(1 + others.size()) + "\n" + rows.stream()
                .flatMap(row -> row.in(results).map(column -> line(row, column, others)).stream())
                .collect(Collectors.joining());
    }

    private static String line(Row row, Column column, List<String> others) {
        String setting = row.ours.replace(Contenders.ASYNCIO, "");
        String what = "[%s](#%s): %s, %s%s".formatted(
                row.section, row.part().anchor(), column.title(), row.metric().title(), setting);
        String ours = Metric.format(column.median(row.ours, row.metric()));
        return Stream
                .concat(Stream.of(what, ours), others.stream().map(contender -> comparison(row, column, contender)))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String comparison(Row row, Column column, String contender) {
        if (!column.contenders().contains(contender)) {
            return Metric.format(Double.NaN);
        }
        if (column.noise(row.metric()).widest() > TOO_NOISY) {
            return Outcome.UNDECIDED.toString();
        }
        return row.ours.equals(Contenders.ASYNCIO)
                ? column.comparison(contender, row.metric())
                : column.comparison(row.ours, contender, row.metric());
    }
}
