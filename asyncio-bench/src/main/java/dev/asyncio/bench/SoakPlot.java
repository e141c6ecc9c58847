package dev.asyncio.bench;

import dev.asyncio.bench.SoakJudge.Sample;
import java.util.List;
import java.util.Locale;

/// What a soak has sampled, over its time, drawn in SVG: a panel for each measure, server and clients in each.
final class SoakPlot {

    private static final int WIDTH = 720;
    private static final int LEFT = 70;
    private static final int PANEL_HEIGHT = 110;
    private static final int TITLE_HEIGHT = 24;
    private static final String SERVER_COLOUR = "#c2410c";
    private static final String CLIENTS_COLOUR = "#64748b";

    private final StringBuilder shapes = new StringBuilder();
    private int height = 8;

    private SoakPlot() {}

    static String of(List<Sample> server, List<Sample> clients) {
        var plot = new SoakPlot();
        for (SoakMeasure measure : SoakMeasure.values()) {
            plot.addPanel(measure, server, clients);
        }
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
                <rect width="100%%" height="100%%" fill="white"/>
                %s</svg>
                """.formatted(WIDTH, plot.height, plot.shapes);
    }

    private void addPanel(SoakMeasure measure, List<Sample> server, List<Sample> clients) {
        double most = Math.max(most(measure, server), most(measure, clients));
        double seconds = server.getLast().seconds();
        text(LEFT, height + 14, "start", measure.title + " (server, and clients in grey)");
        height += TITLE_HEIGHT;
        text(LEFT - 6, height + 10, "end", Metric.format(most / measure.unit));
        text(LEFT - 6, height + PANEL_HEIGHT - TITLE_HEIGHT, "end", "0");
        text(WIDTH - 8, height + PANEL_HEIGHT - TITLE_HEIGHT + 14, "end", Metric.format(seconds) + " s");
        addLine(measure, clients, most, seconds, CLIENTS_COLOUR);
        addLine(measure, server, most, seconds, SERVER_COLOUR);
        height += PANEL_HEIGHT;
    }

    private static double most(SoakMeasure measure, List<Sample> samples) {
        return samples.stream().mapToDouble(sample -> sample.value(measure)).max().orElse(0);
    }

    private void addLine(SoakMeasure measure, List<Sample> samples, double most, double seconds, String colour) {
        if (most(measure, samples) == 0) {
            return; // not measured in this process
        }
        shapes.append("<polyline fill=\"none\" stroke-width=\"1.5\" stroke=\"").append(colour).append("\" points=\"");
        for (Sample sample : samples) {
            shapes.append(String.format(Locale.ROOT, "%.1f,%.1f ",
                    LEFT + sample.seconds() / seconds * (WIDTH - LEFT - 8),
                    height + (PANEL_HEIGHT - TITLE_HEIGHT) * (1 - sample.value(measure) / most)));
        }
        shapes.append("\"/>\n");
    }

    private void text(int x, int y, String anchor, String text) {
        shapes.append("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n".formatted(x, y, anchor, text));
    }
}
