package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
        return files.keySet().stream().allMatch(facts -> Pinning.YES.equals(facts.get(PINNED)));
    }

    /// Whether each process was pinned to a processor, be it one of the two that share a core.
    static boolean arePinned(Run environment) {
        return environment.facts().getOrDefault(PINNED, "").startsWith(Pinning.YES);
    }

    /// What has to be the same for two runs to be compared.
    static Map<String, String> comparable(Run environment) {
        Map<String, String> facts = new LinkedHashMap<>(environment.facts());
        facts.remove(STARTED);
        return facts;
    }

    /// Empty if all files are of the same environment.
    String warning() {
        return files.size() < 2
                ? ""
                : "\n**Not all files were measured in the same environment: compare one table with another only if "
                        + "[Where this was measured](#where-this-was-measured) has the files of both in one row.**\n";
    }

    /// Those that not all files tell alike.
    private Set<String> differing() {
        Set<String> names = new LinkedHashSet<>();
        files.keySet().forEach(facts -> names.addAll(facts.keySet()));
        names.removeIf(name -> files.keySet().stream().map(facts -> facts.get(name)).distinct().count() == 1);
        return names;
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

    /// What tells one machine from another, in a line.
    static String inShort(Run environment) {
        return Stream.of("machine", Environment.CORES, "kernel", "JDK", PINNED, "asyncio")
                .map(name -> name + ": " + told(environment.facts().getOrDefault(name, "")))
                .collect(Collectors.joining("; "));
    }

    /// In what a file was not begun in this environment.
    static List<String> differences(ResultFile file, Run now) {
        Map<String, String> facts = comparable(file.environment());
        Map<String, String> others = comparable(now);
        return Stream.concat(facts.keySet().stream(), others.keySet().stream())
                .distinct()
                .filter(name -> !Objects.equals(facts.get(name), others.get(name)))
                .map(name -> "%s: %s in the file, %s now".formatted(name, facts.getOrDefault(name, NOT_TOLD),
                        others.getOrDefault(name, NOT_TOLD)))
                .toList();
    }

    /// When the first of some files was begun, and when the last, in words.
    static String began(Collection<ResultFile> files) {
        List<String> dates = firstAndLastDate(files);
        return switch (dates.size()) {
            case 0 -> "at a time " + NOT_TOLD;
            case 1 -> "at " + dates.getFirst();
            default -> "from " + String.join(" to ", dates);
        };
    }

    /// One if they are the same; none if no file tells.
    private static List<String> firstAndLastDate(Collection<ResultFile> files) {
        List<String> dates = files.stream()
                .flatMap(file -> Stream.ofNullable(file.environment().facts().get(STARTED)))
                .distinct()
                .sorted()
                .toList();
        return dates.size() < 2 ? dates : List.of(dates.getFirst(), dates.getLast());
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

    /// A table of what all files have in common, and one of the rest, with a line for each environment.
    String toMarkdown() {
        Set<String> differing = differing();
        var table = new StringBuilder("| | |\n| --- | --- |\n");
        files.keySet().stream().limit(1).flatMap(facts -> facts.entrySet().stream())
                .filter(fact -> !differing.contains(fact.getKey()))
                .forEach(fact -> table.append(row(List.of(fact.getKey(), fact.getValue()))));
        List<String> names = new ArrayList<>(List.of("files"));
        names.addAll(differing);
        names.addAll(List.of(MEMORY_COPY, STARTED));
        table.append('\n').append(row(names)).append("|").append(" --- |".repeat(names.size())).append('\n');
        files.forEach((facts, measured) -> {
            List<String> cells = new ArrayList<>(List.of(names(measured)));
            differing.forEach(name -> cells.add(facts.getOrDefault(name, NOT_TOLD)));
            cells.addAll(List.of(memoryCopies(measured), told(String.join(" to ", firstAndLastDate(measured)))));
            table.append(row(cells));
        });
        return table.toString();
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }
}
