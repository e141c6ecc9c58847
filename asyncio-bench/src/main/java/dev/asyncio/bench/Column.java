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

    /// How many times faster the same program may be, on a machine that is not alone.
    private static final double TIE = 1.05;

    /// Of two that are equal, the same one may well be ahead in one round or two.
    private static final int ENOUGH_ROUNDS = 3;

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

    /// Of each round that has it.
    Map<Integer, Double> byRound(String contender, Metric metric) {
        Map<Integer, Double> values = new TreeMap<>();
        runs(contender).forEach(run -> values.put(Rounds.number(run), metric.value().applyAsDouble(run)));
        return values;
    }

    /// Ours, whom all others are compared with: in each round, the mean of both halves of the A/A pair.
    Map<Integer, Double> ours(Metric metric) {
        Map<Integer, Double> ours = byRound(Contenders.ASYNCIO, metric);
        byRound(Contenders.ASYNCIO_AGAIN, metric)
                .forEach((round, again) -> ours.merge(round, again, (first, second) -> Math.sqrt(first * second)));
        return ours;
    }

    /// Of each round that has both: what is measured in one round was measured within seconds, by a machine that is
    /// faster at some times than at others.
    static List<Double> quotients(Map<Integer, Double> dividends, Map<Integer, Double> divisors) {
        return dividends.keySet().stream()
                .filter(divisors::containsKey)
                .map(round -> dividends.get(round) / divisors.get(round))
                .toList();
    }

    boolean hasPair() {
        return runs.keySet().containsAll(PAIR);
    }

    /// How far the halves of the A/A pair were apart in the round where they were it most, as a part of the lesser. Not
    /// a number without a pair.
    double noise(Metric metric) {
        return advantages(Contenders.ASYNCIO_AGAIN, metric).stream()
                .mapToDouble(advantage -> timesApart(advantage) - 1)
                .max()
                .orElse(Double.NaN);
    }

    /// How many times better ours is than a contender in each round; above 1 it is better. Of its own other half: than
    /// that.
    List<Double> advantages(String contender, Metric metric) {
        Map<Integer, Double> ours = contender.equals(Contenders.ASYNCIO_AGAIN)
                ? byRound(Contenders.ASYNCIO, metric)
                : ours(metric);
        Map<Integer, Double> theirs = byRound(contender, metric);
        return metric.moreIsBetter() ? quotients(ours, theirs) : quotients(theirs, ours);
    }

    /// The median of the rounds; not a number if there are none.
    double advantage(String contender, Metric metric) {
        return Median.of(advantages(contender, metric), Double::doubleValue);
    }

    /// Decided where all rounds say so, by more than the halves of the A/A pair ever were apart; else a tie where the
    /// median is nearly 1, or as close to it as that of the pair. Without a pair, or with too few rounds, nobody knows
    /// what chance does.
    Outcome outcome(String contender, Metric metric) {
        double advantage = advantage(contender, metric);
        if (PAIR.contains(contender) || !Double.isFinite(advantage)) {
            return Outcome.NONE;
        }
        List<Double> advantages = advantages(contender, metric);
        if (!hasPair() || advantages.size() < ENOUGH_ROUNDS) {
            return Outcome.UNDECIDED;
        }
        double apart = 1 + noise(metric);
        if (advantages.stream().allMatch(each -> each > apart)) {
            return Outcome.WIN;
        }
        if (advantages.stream().allMatch(each -> 1 / each > apart)) {
            return Outcome.LOSS;
        }
        double pairApart = timesApart(advantage(Contenders.ASYNCIO_AGAIN, metric));
        return timesApart(advantage) <= Math.max(TIE, pairApart) ? Outcome.TIE : Outcome.UNDECIDED;
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
