package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/// The runs of all contenders with the same parameters: what can be compared.
final class Column {

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

    /// Those that are not ours in another setting.
    List<String> others() {
        return contenders().stream().filter(contender -> !contender.startsWith(Contenders.ASYNCIO)).toList();
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
        take(left, "rate", words, "%s messages/s");
        take(left, "share", words, "about %s of ours in table 2");
        take(left, "protocol", words, "%s");
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

    /// Of all contenders.
    Stream<Run> allRuns() {
        return runs.values().stream().flatMap(List::stream);
    }

    /// How near the cores were to each other when they were nearest, while one of some contenders was measured; not a number
    /// if no run tells.
    double leastCoreNanos(Collection<String> contenders) {
        return contenders.stream()
                .flatMap(contender -> runs(contender).stream())
                .mapToDouble(run -> run.figure(Figure.CORE_NANOS))
                .filter(Double::isFinite)
                .min()
                .orElse(Double.NaN);
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

    /// Ours, whom all others are compared with: both halves of the A/A pair.
    Measured.Side ours() {
        return side(PAIR);
    }

    /// Some contenders as one. Where the server was the limit of one of them, that one tells what it can do.
    private Measured.Side side(Set<String> contenders) {
        List<String> measured = contenders.stream().filter(runs::containsKey).toList();
        return new Measured.Side(measured.stream().flatMap(contender -> runs(contender).stream()).toList(),
                !measured.isEmpty()
                        && measured.stream().allMatch(contender -> Limit.of(this, contender) == Limit.CLIENT));
    }

    /// Whether the halves of the A/A pair can be compared in quiet rounds enough to decide anything, or there is no pair.
    boolean canDecide() {
        return !runs.containsKey(Contenders.ASYNCIO_AGAIN)
                || noise(Metric.RATE).isKnown(); // and so by any other metric
    }

    Noise noise(Metric metric) {
        return Noise.of(advantage(Contenders.ASYNCIO_AGAIN, metric));
    }

    /// How many times better ours is than a contender; above 1 it is better. Of its own other half: than that.
    Measured advantage(String contender, Metric metric) {
        Measured.Side ours =
                contender.equals(Contenders.ASYNCIO_AGAIN) ? side(Set.of(Contenders.ASYNCIO)) : ours();
        return Measured.timesBetter(ours, side(Set.of(contender)), metric);
    }

    /// How many times as good one contender is as another; not a number if either was not run.
    double timesAsGood(String contender, String other, Metric metric) {
        return Measured.timesBetter(side(Set.of(contender)), side(Set.of(other)), metric).median();
    }

    /// Of ours beside a contender.
    Outcome outcome(String contender, Metric metric) {
        Measured advantage = advantage(contender, metric);
        return PAIR.contains(contender) || !Double.isFinite(advantage.median())
                ? Outcome.NONE
                : noise(metric).outcome(advantage);
    }

    /// What a table says about a contender: how many times better ours is, and what that is worth.
    String comparison(String contender, Metric metric) {
        if (contender.equals(Contenders.ASYNCIO)) {
            return "";
        }
        Measured advantage = advantage(contender, metric);
        return contender.equals(Contenders.ASYNCIO_AGAIN)
                ? Metric.formatRatio(advantage.median()) + " A/A"
                : comparison(advantage, metric);
    }

    /// The same of ours in another setting, whose own runs alone are compared.
    String comparison(String setting, String contender, Metric metric) {
        return comparison(Measured.timesBetter(side(Set.of(setting)), side(Set.of(contender)), metric), metric);
    }

    private String comparison(Measured advantage, Metric metric) {
        if (!Double.isFinite(advantage.median())) {
            return "";
        }
        Outcome outcome = noise(metric).outcome(advantage);
        return advantage.sign() + Metric.formatRatio(advantage.median()) + (outcome.isDecided() ? "" : " " + outcome);
    }
}
