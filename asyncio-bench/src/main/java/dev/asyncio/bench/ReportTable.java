package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A [Column] as a table: a row for each contender, the best first, none left out.
final class ReportTable {

    private static final String REMARKS = "remarks";

    private final List<List<String>> rows = new ArrayList<>();

    /// @param metrics the first is what rows are compared and ordered by
    ReportTable(Column column, List<Metric> metrics) {
        Metric main = metrics.getFirst();
        boolean hasRemarks = column.contenders().stream().anyMatch(each -> !Remarks.of(column, each).isEmpty());
        rows.add(header(metrics, hasRemarks));
        Comparator<String> byMedian = Comparator.comparingDouble(contender -> column.median(contender, main));
        column.contenders().stream()
                .sorted(main.moreIsBetter() ? byMedian.reversed() : byMedian)
                .forEach(contender -> rows.add(row(column, contender, metrics, hasRemarks)));
    }

    private static List<String> header(List<Metric> metrics, boolean hasRemarks) {
        List<String> header =
                new ArrayList<>(List.of("", metrics.getFirst().title(), "spread", "asyncio is better by"));
        metrics.stream().skip(1).map(Metric::title).forEach(header::add);
        if (hasRemarks) {
            header.add(REMARKS);
        }
        return header;
    }

    private static List<String> row(Column column, String contender, List<Metric> metrics, boolean hasRemarks) {
        Metric main = metrics.getFirst();
        List<String> row = new ArrayList<>();
        row.add(contender);
        row.add(Metric.format(column.median(contender, main)));
        row.add(String.format(Locale.ROOT, "%.0f %%", 100 * column.spread(contender, main)));
        row.add(column.verdict(contender, main));
        metrics.stream().skip(1).map(metric -> Metric.format(column.median(contender, metric))).forEach(row::add);
        if (hasRemarks) {
            row.add(Remarks.of(column, contender));
        }
        return row;
    }

    String toMarkdown() {
        String dashes = rows.getFirst().stream()
                .skip(1)
                .map(title -> title.equals(REMARKS) ? " --- |" : " ---: |")
                .collect(Collectors.joining());
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            String name = row.getFirst().equals(Contenders.ASYNCIO) ? "**asyncio**" : row.getFirst();
            lines.add("| " + name + " | " + String.join(" | ", row.subList(1, row.size())) + " |");
        }
        lines.add(1, "| --- |" + dashes);
        return String.join("\n", lines) + "\n";
    }

    String toText() {
        List<Integer> widths = IntStream.range(0, rows.getFirst().size())
                .mapToObj(i -> rows.stream().mapToInt(row -> row.get(i).length()).max().orElse(0))
                .toList();
        return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining());
    }

    private static String line(List<String> row, List<Integer> widths) {
        var line = new StringBuilder(("%-" + Math.max(1, widths.getFirst()) + "s").formatted(row.getFirst()));
        for (int i = 1; i < row.size(); i++) {
            line.append("  ").append(("%" + widths.get(i) + "s").formatted(row.get(i)));
        }
        return line.append('\n').toString();
    }

    /// Prints all that a file has.
    static void print(ResultFile file, List<Metric> metrics) {
        for (Column column : Column.columnsOf(file)) {
            System.out.println();
            System.out.println(column.title());
            System.out.print(new ReportTable(column, metrics).toText());
            System.out.println(noise(column, metrics.getFirst()));
        }
    }

    /// What chance does in a column.
    static String noise(Column column, Metric metric) {
        return column.hasPair()
                ? String.format(Locale.ROOT,
                        "The halves of the A/A pair are at most %.1f %% apart in %s within a round.",
                        100 * column.noise(metric), metric.title())
                : "No A/A pair was run, so nothing is decided here.";
    }
}
