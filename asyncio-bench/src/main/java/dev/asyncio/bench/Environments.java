package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Where result files were measured. Files whose environments differ cannot be compared with each other.
final class Environments {

    /// The date, which is none of what makes a difference: a suite that was cut short goes on on another.
    static final String STARTED = "started";

    private static final String PINNED = "pinned";

    /// How fast a machine is is not told by its name.
    private static final String MEMORY_COPY = "copy in memory, GB/s";

    private static final String NOT_TOLD = "not told";

    private final Map<Map<String, String>, List<ResultFile>> files = new LinkedHashMap<>();

    Environments(Collection<ResultFile> all) {
        all.forEach(file -> files.computeIfAbsent(comparable(file.environment()), _ -> new ArrayList<>()).add(file));
    }

    /// Whether all files say that server and client had a core each.
    boolean haveCoreEach() {
        return files.keySet().stream().allMatch(facts -> "yes".equals(facts.get(PINNED)));
    }

    /// What has to be the same for two runs to be compared.
    static Map<String, String> comparable(Run environment) {
        Map<String, String> facts = new LinkedHashMap<>(environment.facts());
        facts.remove(STARTED);
        return facts;
    }

    /// A warning; empty if all files are of the same environment.
    String differences() {
        if (files.size() < 2) {
            return "";
        }
        Set<String> names = new LinkedHashSet<>();
        files.keySet().forEach(facts -> names.addAll(facts.keySet()));
        names.removeIf(name -> files.keySet().stream().map(facts -> facts.get(name)).distinct().count() == 1);
        return files.entrySet().stream()
                .map(entry -> "- %s: %s\n".formatted(names(entry.getValue()), names.stream()
                        .map(name -> name + " " + entry.getKey().getOrDefault(name, NOT_TOLD))
                        .collect(Collectors.joining(", "))))
                .collect(Collectors.joining("",
                        "\n**These files are of differing environments; do not compare one with the other:**\n\n", ""));
    }

    /// In what two runs of the suite were not in the same environment.
    static List<String> differences(Collection<ResultFile> files, Collection<ResultFile> others) {
        Set<String> names = new LinkedHashSet<>();
        Stream.concat(files.stream(), others.stream())
                .forEach(file -> names.addAll(comparable(file.environment()).keySet()));
        Stream<String> facts =
                names.stream().map(name -> difference(name, valuesByFile(files, name), valuesByFile(others, name)));
        String memoryCopy = difference(MEMORY_COPY, memoryCopies(files), memoryCopies(others));
        return Stream.concat(facts, Stream.of(memoryCopy))
                .filter(difference -> !difference.isEmpty())
                .toList();
    }

    /// What files say of one fact, and which says what where they do not agree; empty if there are none.
    private static String valuesByFile(Collection<ResultFile> files, String fact) {
        Map<String, List<ResultFile>> byValue = files.stream().collect(Collectors.groupingBy(
                file -> file.environment().facts().getOrDefault(fact, NOT_TOLD), TreeMap::new, Collectors.toList()));
        return byValue.size() == 1
                ? byValue.keySet().iterator().next()
                : byValue.entrySet().stream()
                        .map(entry -> "%s (%s)".formatted(entry.getKey(), names(entry.getValue())))
                        .collect(Collectors.joining("; "));
    }

    /// The least and the most, in words; empty if there are no files.
    private static String memoryCopies(Collection<ResultFile> files) {
        DoubleSummaryStatistics all = files.stream()
                .mapToDouble(file -> file.environment().figure(Environment.MEMORY_COPY) / 1e9)
                .summaryStatistics();
        String least = Metric.format(all.getMin());
        String most = Metric.format(all.getMax());
        return files.isEmpty() ? "" : least.equals(most) ? least : least + " to " + most;
    }

    /// When the first of some files was begun, and when the last, in words.
    static String began(Collection<ResultFile> files) {
        List<String> dates = files.stream()
                .flatMap(file -> Stream.ofNullable(file.environment().facts().get(STARTED)))
                .sorted()
                .toList();
        if (dates.isEmpty()) {
            return "at a time " + NOT_TOLD;
        }
        String first = dates.getFirst();
        String last = dates.getLast();
        return first.equals(last) ? "at " + first : "from " + first + " to " + last;
    }

    /// In words; empty if there is none.
    static String difference(String name, String value, String other) {
        return value.equals(other) ? "" : "%s: %s; in the other: %s".formatted(name, told(value), told(other));
    }

    private static String told(String value) {
        return value.isEmpty() ? NOT_TOLD : value;
    }

    private static String names(List<ResultFile> files) {
        return files.stream().map(ResultFile::name).collect(Collectors.joining(", "));
    }

    /// A table for each environment.
    String toMarkdown() {
        return files.entrySet().stream()
                .map(entry -> "Of %s:\n\n| | |\n| --- | --- |\n".formatted(names(entry.getValue()))
                        + rows(entry.getKey()) + row(MEMORY_COPY, memoryCopies(entry.getValue()))
                        + started(entry.getValue()))
                .collect(Collectors.joining("\n"));
    }

    private static String rows(Map<String, String> facts) {
        return facts.entrySet().stream()
                .map(fact -> row(fact.getKey(), fact.getValue()))
                .collect(Collectors.joining());
    }

    private static String started(List<ResultFile> files) {
        String dates = values(files, STARTED);
        return dates.isEmpty() ? "" : row(STARTED, dates);
    }

    /// What files say of one fact; empty if they do not.
    static String values(Collection<ResultFile> files, String fact) {
        return files.stream()
                .map(file -> file.environment().facts().get(fact))
                .filter(value -> value != null)
                .distinct()
                .sorted()
                .collect(Collectors.joining("; "));
    }

    private static String row(String name, String value) {
        return "| %s | %s |\n".formatted(name, value);
    }
}
