package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A [Column] as a table: a row for each contender, the best first, none left out. What no row has is no column of the
/// table.
final class ReportTable {

    private static final String COMPARISON = "asyncio, times as good";
    private static final String REMARKS = "remarks";
    private static final String NOTHING = Metric.format(Double.NaN);

    /// Two runs of the same program that differ by more tell of nothing but large differences.
    private static final double TOO_NOISY = 0.15;

    private final List<String> contenders;

    /// Each with its title on top.
    private final List<List<String>> cells = new ArrayList<>();

    /// @param metrics the first is what rows are compared and ordered by
    ReportTable(Column column, List<Metric> metrics) {
        this(column, metrics, List.of(metrics.getFirst()));
    }

    /// @param metrics the first is what rows are ordered by
    /// @param decidedBy what rows are compared by, the first metric and perhaps others of them
    ReportTable(Column column, List<Metric> metrics, List<Metric> decidedBy) {
        Metric main = metrics.getFirst();
        Comparator<String> byMedian = Comparator.comparingDouble(contender -> column.median(contender, main));
        contenders = column.contenders().stream()
                .sorted(main.moreIsBetter() ? byMedian.reversed() : byMedian)
                .toList();
        add("", contender -> contender);
        add(main.title(), contender -> shown(column, contender, main));
        add("spread",
                contender -> String.format(Locale.ROOT, "%.0f %%", 100 * column.spread(contender, main)));
        addIfAny(COMPARISON, contender -> column.comparison(contender, main));
        addIfAny("of " + CodecMain.MEMORY_COPY,
                contender -> Metric.format(column.timesAsGood(contender, CodecMain.MEMORY_COPY, main)));
        for (Metric metric : metrics.subList(1, metrics.size())) {
            addIfAny(metric.title(), contender -> shown(column, contender, metric));
            if (decidedBy.contains(metric)) {
                addIfAny(COMPARISON + ", " + metric.inShort(), contender -> column.comparison(contender, metric));
            }
        }
        addIfAny(REMARKS, contender -> Remarks.of(column, contender));
    }

    /// A number as far as it is known: what never came back was not timed, and a thousandth takes thousands.
    private static String shown(Column column, String contender, Metric metric) {
        if (metric.equals(Metric.P999) && Remarks.isBrief(column, contender)) {
            return NOTHING;
        }
        boolean isLeast = Metric.LATENCIES.contains(metric) && Remarks.isStarved(column, contender);
        return (isLeast ? "≥ " : "") + Metric.format(column.median(contender, metric));
    }

    private void addIfAny(String title, UnaryOperator<String> cell) {
        if (contenders.stream().map(cell).anyMatch(text -> !text.isEmpty() && !text.equals(NOTHING))) {
            add(title, cell);
        }
    }

    private void add(String title, UnaryOperator<String> cell) {
        List<String> added = new ArrayList<>(List.of(title));
        contenders.stream().map(cell).forEach(added::add);
        cells.add(added);
    }

    private List<List<String>> rows() {
        return IntStream.rangeClosed(0, contenders.size())
                .mapToObj(i -> cells.stream().map(column -> column.get(i)).toList())
                .toList();
    }

    String toMarkdown() {
        List<List<String>> rows = rows();
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
        List<Integer> widths = cells.stream()
                .map(column -> column.stream().mapToInt(String::length).max().orElse(0))
                .toList();
        return rows().stream().map(row -> line(row, widths)).collect(Collectors.joining());
    }

    private static String line(List<String> row, List<Integer> widths) {
        var line = new StringBuilder(("%-" + Math.max(1, widths.getFirst()) + "s").formatted(row.getFirst()));
        for (int i = 1; i < row.size(); i++) {
            line.append("  ").append(("%" + widths.get(i) + "s").formatted(row.get(i)));
        }
        return line.append('\n').toString();
    }

    private static final String LEGEND = """

            Numbers are medians over the rounds, spread is from the least to the most of them. "asyncio, times as good"
            compares within a round; above 1, asyncio wins. A ratio alone is decided: all rounds say so, three of them quiet,
            by more than the halves of the A/A pair (asyncio, measured twice) were ever apart, but for one of five rounds.
            quiet: no row that is compared is marked "compiling" or "disturbed" in this round. tie: at most 5 % in every
            round. undecided: neither. client-limited: the server could do more than this client asked for, so the ratio is
            a bound, "≤" or "≥". Contenders have their defaults here; suite.sh finds the best settings. More of this is in
            BENCHMARKS.md, under "How to read it".""";

    /// Prints all that a file has, and what the words mean.
    static void print(ResultFile file, List<Metric> metrics) {
        List<Column> columns = Column.columnsOf(file);
        Floor floor = Floor.of(columns);
        for (Column column : columns) {
            System.out.println();
            System.out.println(column.title());
            System.out.print(new ReportTable(column, metrics).toText());
            Stream.of(noise(column, metrics.getFirst()), floor.note(column))
                    .filter(note -> !note.isEmpty())
                    .forEach(System.out::println);
        }
        System.out.println(LEGEND);
    }

    /// What chance does in a column; empty if nothing is compared there.
    static String noise(Column column, Metric metric) {
        if (column.contenders().stream().allMatch(contender -> column.comparison(contender, metric).isEmpty())) {
            return "";
        }
        Noise noise = column.noise(metric);
        if (!noise.isKnown()) {
            return "Nothing is decided here: of the A/A pair, fewer than three rounds are quiet and can be compared.";
        }
        List<Double> apart = noise.apart();
        double limit = noise.limit();
        String most = "The halves of the A/A pair are at most %s apart in %s within a round"
                .formatted(percent(apart.getLast()), metric.title());
        return most + (apart.size() < Noise.MANY_ROUNDS ? "" : ", and " + percent(limit) + " but for that round")
                + (limit > TOO_NOISY ? ": too noisy to tell small differences." : ".");
    }

    /// Of a part.
    static String percent(double part) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * part);
    }
}
