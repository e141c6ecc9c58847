package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/// The runs of all contenders with the same parameters: what can be compared.
final class Column {

    /// Medians of the same program differ by that much on a machine that is not alone.
    private static final double TIE_MARGIN = 0.05;

    private static final String MODE = "mode";
    private static final Set<String> PAIR = Set.of(Contenders.ASYNCIO, Contenders.ASYNCIO_AGAIN);

    private final Map<String, String> parameters;
    private final Map<String, List<Run>> runs = new LinkedHashMap<>();

    private final boolean hasOtherModes;

    private Column(Map<String, String> parameters, boolean hasOtherModes) {
        this.parameters = parameters;
        this.hasOtherModes = hasOtherModes;
    }

    /// In the order in which they were run first.
    static List<Column> columnsOf(ResultFile file) {
        boolean hasModes = file.runs().stream().map(run -> run.facts().get(MODE)).distinct().count() > 1;
        Map<Map<String, String>, Column> columns = new LinkedHashMap<>();
        for (Run run : file.runs()) {
            Map<String, String> parameters = new LinkedHashMap<>(run.facts());
            parameters.remove(Run.CONTENDER);
            parameters.remove(Run.ROUND);
            columns.computeIfAbsent(parameters, key -> new Column(key, hasModes)).runs
                    .computeIfAbsent(run.contender(), _ -> new ArrayList<>()).add(run);
        }
        return List.copyOf(columns.values());
    }

    Map<String, String> parameters() {
        return parameters;
    }

    Set<String> contenders() {
        return runs.keySet();
    }

    /// Of a contender; none if it was not run.
    List<Run> runs(String contender) {
        return runs.getOrDefault(contender, List.of());
    }

    boolean matches(Map<String, String> wanted) {
        return parameters.entrySet().containsAll(wanted.entrySet());
    }

    /// As a heading has it.
    String title() {
        Map<String, String> left = new TreeMap<>(parameters);
        if (!hasOtherModes) {
            left.remove(MODE);
        }
        List<String> words = new ArrayList<>();
        take(left, "bytes", words, "%s B");
        take(left, "connections", words, "%s connections");
        take(left, "window", words, "window %s");
        left.forEach((name, value) -> words.add(name + " " + value));
        return String.join(", ", words).replaceAll("^65536 B", "64 KiB").replaceAll("^1024 B", "1 KiB")
                .replaceAll("^4096 B", "4 KiB").replaceAll("\\b1 connections", "1 connection");
    }

    private static void take(Map<String, String> left, String name, List<String> words, String pattern) {
        String value = left.remove(name);
        if (value != null) {
            words.add(pattern.formatted(value));
        }
    }

    /// Of each round.
    DoubleStream values(String contender, Metric metric) {
        return runs(contender).stream().mapToDouble(metric.value());
    }

    /// Over the rounds; not a number if the contender was not run.
    double median(String contender, Metric metric) {
        return Median.of(runs(contender), metric.value());
    }

    /// Between the least and the most of the rounds, as a part of their median.
    double spread(String contender, Metric metric) {
        DoubleSummaryStatistics all = values(contender, metric).summaryStatistics();
        return (all.getMax() - all.getMin()) / median(contender, metric);
    }

    /// The rounds of both halves of the A/A pair: ours, whom all others are compared with.
    List<Double> ours(Metric metric) {
        return DoubleStream
                .concat(values(Contenders.ASYNCIO, metric), values(Contenders.ASYNCIO_AGAIN, metric))
                .boxed()
                .toList();
    }

    /// Of all rounds of ours; not a number if it was not run.
    double ourMedian(Metric metric) {
        return Median.of(ours(metric), Double::doubleValue);
    }

    boolean hasPair() {
        return runs.keySet().containsAll(PAIR);
    }

    /// How far the medians of the A/A pair are apart, as a part of the lesser. Not a number without a pair.
    double pairDifference(Metric metric) {
        return timesApart(median(Contenders.ASYNCIO, metric) / median(Contenders.ASYNCIO_AGAIN, metric)) - 1;
    }

    /// What lies between the rounds of the A/A pair, as a part of their median. Not a number without a pair.
    double noise(Metric metric) {
        DoubleSummaryStatistics all = ours(metric).stream().mapToDouble(Double::doubleValue).summaryStatistics();
        return hasPair() ? (all.getMax() - all.getMin()) / ourMedian(metric) : Double.NaN;
    }

    /// How many times better ours is than a contender; above 1 it is better. Of its own other half: than that.
    double advantage(String contender, Metric metric) {
        double ours = contender.equals(Contenders.ASYNCIO_AGAIN)
                ? median(Contenders.ASYNCIO, metric)
                : ourMedian(metric);
        double theirs = median(contender, metric);
        return metric.moreIsBetter() ? ours / theirs : theirs / ours;
    }

    /// Decided where no round of a contender lies among those of ours; else a tie where the medians are as close as
    /// those of the A/A pair, or nearly equal. Without a pair, nobody knows what chance does.
    Outcome outcome(String contender, Metric metric) {
        double advantage = advantage(contender, metric);
        if (PAIR.contains(contender) || !Double.isFinite(advantage)) {
            return Outcome.NONE;
        }
        if (!hasPair()) {
            return Outcome.UNDECIDED;
        }
        if (isApart(contender, metric)) {
            return advantage > 1 ? Outcome.WIN : Outcome.LOSS;
        }
        double margin = Math.max(TIE_MARGIN, pairDifference(metric));
        return timesApart(advantage) <= 1 + margin ? Outcome.TIE : Outcome.UNDECIDED;
    }

    private boolean isApart(String contender, Metric metric) {
        DoubleSummaryStatistics ours = ours(metric).stream().mapToDouble(Double::doubleValue).summaryStatistics();
        DoubleSummaryStatistics theirs = values(contender, metric).summaryStatistics();
        return ours.getMax() < theirs.getMin() || theirs.getMax() < ours.getMin();
    }

    private static double timesApart(double ratio) {
        return Math.max(ratio, 1 / ratio);
    }

    /// What a table says about a contender: how many times better ours is, and what that is worth.
    String verdict(String contender, Metric metric) {
        double advantage = advantage(contender, metric);
        if (contender.equals(Contenders.ASYNCIO) || !Double.isFinite(advantage)) {
            return "";
        }
        String ratio = String.format(Locale.ROOT, "%.2f", advantage);
        return switch (outcome(contender, metric)) {
            case NONE -> ratio + " A/A";
            case WIN, LOSS -> ratio;
            case TIE, UNDECIDED -> ratio + " " + outcome(contender, metric);
        };
    }
}
