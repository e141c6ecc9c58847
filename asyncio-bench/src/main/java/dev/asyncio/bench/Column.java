package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/// The runs of all contenders with the same parameters: what can be compared.
final class Column {

    private final Map<String, String> parameters;
    private final Map<String, List<Run>> runs = new LinkedHashMap<>();

    private Column(Map<String, String> parameters) {
        this.parameters = parameters;
    }

    /// In the order in which they were run first.
    static List<Column> columnsOf(ResultFile file) {
        Map<Map<String, String>, Column> columns = new LinkedHashMap<>();
        for (Run run : file.runs()) {
            Map<String, String> parameters = new LinkedHashMap<>(run.facts());
            parameters.remove(Run.CONTENDER);
            parameters.remove(Run.ROUND);
            columns.computeIfAbsent(parameters, Column::new).runs
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

    boolean matches(Map<String, String> wanted) {
        return parameters.entrySet().containsAll(wanted.entrySet());
    }

    /// As a heading has it.
    String title() {
        Map<String, String> left = new TreeMap<>(parameters);
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
        return runs.getOrDefault(contender, List.of()).stream().mapToDouble(metric.value());
    }

    /// Over the rounds; not a number if the contender was not run.
    double median(String contender, Metric metric) {
        return Median.of(runs.getOrDefault(contender, List.of()), metric.value());
    }

    /// Between the least and the most of the rounds, as a part of their median.
    double spread(String contender, Metric metric) {
        DoubleSummaryStatistics all = values(contender, metric).summaryStatistics();
        return (all.getMax() - all.getMin()) / median(contender, metric);
    }

    /// The noise floor: what lies between the rounds of the A/A pair, as a part of their median. Not a number without a
    /// pair.
    double noise(Metric metric) {
        DoubleSummaryStatistics all = pair(metric).summaryStatistics();
        return runs.containsKey(Contenders.ASYNCIO_AGAIN)
                ? (all.getMax() - all.getMin()) / pairMedian(metric)
                : Double.NaN;
    }

    private DoubleStream pair(Metric metric) {
        return DoubleStream.concat(
                values(Contenders.ASYNCIO, metric), values(Contenders.ASYNCIO_AGAIN, metric));
    }

    private double pairMedian(Metric metric) {
        return Median.of(pair(metric).boxed().toList(), Double::doubleValue);
    }

    /// How many times better ours is than a contender; above 1 it is better.
    double advantage(String contender, Metric metric) {
        double ours = median(Contenders.ASYNCIO, metric);
        double theirs = median(contender, metric);
        return metric.moreIsBetter() ? ours / theirs : theirs / ours;
    }

    /// Whether a contender is within the noise of ours.
    boolean isTie(String contender, Metric metric) {
        double difference = median(contender, metric) - median(Contenders.ASYNCIO, metric);
        return Math.abs(difference) <= noise(metric) * pairMedian(metric);
    }

    /// Whether a contender wins or loses against ours: it was run, is not ours, and no tie.
    boolean isDecided(String contender, Metric metric) {
        return !contender.equals(Contenders.ASYNCIO)
                && Double.isFinite(advantage(contender, metric))
                && !isTie(contender, metric);
    }

    /// What a table says about a contender.
    String verdict(String contender, Metric metric) {
        double advantage = advantage(contender, metric);
        if (contender.equals(Contenders.ASYNCIO) || !Double.isFinite(advantage)) {
            return "";
        }
        return isTie(contender, metric) ? "tie" : "%.2f".formatted(advantage);
    }
}
