package dev.asyncio.bench;

import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;

/// Columns as bars, drawn in SVG: a panel for each, the best contender on top, with a line from the least of the rounds
/// to the most.
final class Plot {

    private static final int WIDTH = 720;
    private static final int NAME_WIDTH = 230;
    private static final int VALUE_WIDTH = 110;
    private static final int ROW_HEIGHT = 18;
    private static final int TITLE_HEIGHT = 34;

    private final StringBuilder shapes = new StringBuilder();
    private int height;

    private Plot() {}

    static String of(List<Column> columns, Metric metric) {
        var plot = new Plot();
        columns.forEach(column -> plot.addPanel(column, metric));
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="white"/>
                %s</svg>
                """.formatted(WIDTH, plot.height + 8, plot.shapes);
    }

    private void addPanel(Column column, Metric metric) {
        text(8, height + 22, "start", "bold", column.title() + ": " + metric.title()
                + (metric.moreIsBetter() ? " (more is better)" : " (less is better)"));
        height += TITLE_HEIGHT;
        Comparator<String> byMedian = Comparator.comparingDouble(contender -> column.median(contender, metric));
        double most = column.allRuns().mapToDouble(metric.value()).max().orElse(1);
        column.contenders().stream()
                .sorted(metric.moreIsBetter() ? byMedian.reversed() : byMedian)
                .forEach(contender -> addBar(contender, column.median(contender, metric),
                        column.values(contender, metric).summaryStatistics(), most));
    }

    private void addBar(String contender, double value, DoubleSummaryStatistics rounds, double most) {
        String colour = contender.startsWith(Contenders.ASYNCIO) ? "#c2410c" : "#64748b";
        text(NAME_WIDTH - 6, height + 12, "end", "normal", contender);
        shapes.append(String.format(Locale.ROOT, "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>\n",
                NAME_WIDTH, height, width(value, most), ROW_HEIGHT - 4, colour));
        shapes.append(String.format(Locale.ROOT,
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"black\" stroke-width=\"2\"/>\n",
                NAME_WIDTH + width(rounds.getMin(), most), NAME_WIDTH + width(rounds.getMax(), most),
                height + ROW_HEIGHT / 2 - 2, height + ROW_HEIGHT / 2 - 2));
        text(NAME_WIDTH + (int) width(rounds.getMax(), most) + 6, height + 12, "start", "normal", Metric.format(value));
        height += ROW_HEIGHT;
    }

    private static double width(double value, double most) {
        return Math.max(1, value / most * (WIDTH - NAME_WIDTH - VALUE_WIDTH));
    }

    private void text(int x, int y, String anchor, String weight, String text) {
        shapes.append("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" font-weight=\"%s\">%s</text>\n"
                .formatted(x, y, anchor, weight, text.replace("&", "&amp;").replace("<", "&lt;")));
    }
}
