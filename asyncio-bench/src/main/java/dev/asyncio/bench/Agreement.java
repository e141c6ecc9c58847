package dev.asyncio.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;

/// Whether two runs of the suite say the same: `Agreement FOLDER OTHER_FOLDER`. Prints in what they were run otherwise,
/// what is not in both, what only the one decides, and where the one says what the other refutes. If there is any such
/// contradiction, or something that is not in both, it ends with status 1. What only one of the two decides is no
/// contradiction, however far the other is from it: that one says nothing there.
public final class Agreement {

    private final List<String> differences;
    private final List<String> contradictions = new ArrayList<>();

    /// Decided by one run only, while the other is further away than the noise of both.
    private final List<String> differing = new ArrayList<>();

    private final List<String> decidedOnce = new ArrayList<>();

    /// What is not in both, by the table's title.
    private final Map<String, List<String>> notCompared = new LinkedHashMap<>();

    private int notComparedCount;
    private int sameCount;
    private int undecidedCount;

    private Agreement(List<String> differences) {
        this.differences = differences;
    }

    static void main(String[] args) throws IOException {
        Arguments.require(2, "Agreement FOLDER OTHER_FOLDER", args);
        Agreement agreement = of(Arguments.folder(args[0]), Arguments.folder(args[1]));
        agreement.differences.forEach(what -> System.out.println("run otherwise: " + what));
        agreement.notCompared().forEach(what -> System.out.println("not compared: " + what));
        agreement.decidedOnce.forEach(what -> System.out.println("decided once: " + what));
        agreement.differing.forEach(what -> System.out.println("differs: " + what));
        agreement.contradictions.forEach(what -> System.out.println("contradiction: " + what));
        System.out.println(agreement);
        System.exit(agreement.isReached() ? 0 : 1);
    }

    /// @throws IOException if a file of either does not pass the [Gates], or is a copy of the other's
    static Agreement of(Path folder, Path other) throws IOException {
        return of(ResultFolder.read(folder), ResultFolder.read(other));
    }

    /// @throws IOException if a file of the one is a copy of the other's, which would agree with itself
    static Agreement of(ResultFolder results, ResultFolder others) throws IOException {
        for (ResultFile file : results.files()) {
            ResultFile other = others.file(file.name());
            if (other != null && file.isCopyOf(other)) {
                throw new IOException(file.name() + ": both runs have the same results, begun at the same time");
            }
        }
        var agreement = new Agreement(differences(results, others));
        for (Section section : Section.ALL) {
            if (section.comparesOthers()) {
                agreement.compare(section, columns(section, results), columns(section, others));
            }
        }
        return agreement;
    }

    /// In where they ran, and in the settings that were chosen for the others.
    private static List<String> differences(ResultFolder results, ResultFolder others) {
        List<String> differences = new ArrayList<>(Environments.differences(results.files(), others.files()));
        for (String sweep : Sweep.ALL) {
            differences.add(Environments.difference(
                    sweep, Sweep.chosen(results.columns(sweep)), Sweep.chosen(others.columns(sweep))));
        }
        differences.removeIf(String::isEmpty);
        return differences;
    }

    /// By what was asked for: a rate that is a share of what was measured before is not the same in two runs.
    private static Map<Map<String, String>, Column> columns(Section section, ResultFolder results) {
        Map<Map<String, String>, Column> columns = new LinkedHashMap<>();
        for (Column column : section.of(results.columns(section.file()))) {
            Map<String, String> asked = new HashMap<>(column.parameters());
            if (asked.containsKey("share")) {
                asked.remove("rate");
            }
            columns.put(asked, column);
        }
        return columns;
    }

    private void compare(Section section, Map<Map<String, String>, Column> columns,
            Map<Map<String, String>, Column> others) {
        for (Map<String, String> asked : union(columns.keySet(), others.keySet())) {
            Column column = columns.get(asked);
            Column other = others.get(asked);
            if (column == null || other == null) {
                Column only = column == null ? other : column;
                notComparedCount += only.others().size() * section.decidedBy().size();
                addNotCompared(section, only.title());
            } else {
                compare(section, column, other);
            }
        }
    }

    private static <T> Set<T> union(Collection<T> one, Collection<T> other) {
        Set<T> union = new LinkedHashSet<>(one);
        union.addAll(other);
        return union;
    }

    private void compare(Section section, Column column, Column other) {
        for (String contender : union(column.others(), other.others())) {
            if (column.contenders().contains(contender) && other.contenders().contains(contender)) {
                String row = column.title() + ", " + contender;
                section.decidedBy().forEach(metric -> compare(section.title(metric) + ", " + row,
                        new Finding(column, contender, metric), new Finding(other, contender, metric)));
            } else {
                notComparedCount += section.decidedBy().size();
                addNotCompared(section, column.title() + ", " + contender);
            }
        }
    }

    private void addNotCompared(Section section, String what) {
        notCompared.computeIfAbsent(section.title(), _ -> new ArrayList<>()).add(what);
    }

    /// What a run says of ours beside a contender.
    private record Finding(Column column, String contender, Metric metric) {

        Outcome outcome() {
            return column.outcome(contender, metric);
        }

        private Measured advantage() {
            return column.advantage(contender, metric);
        }

        double median() {
            return advantage().median();
        }

        double noise() {
            Noise noise = column.noise(metric);
            double limit = noise.limit(advantage());
            return Double.isNaN(limit) ? noise.widest() : limit;
        }

        /// Of two that are decided otherwise, each refutes the other. A tie is refuted by what is neither equal to 1 nor to
        /// the tie.
        boolean refutes(Finding other) {
            return outcome().isDecided() && (other.outcome().isDecided() || other.outcome() == Outcome.TIE
                    && !Noise.isEqual(median()) && !Noise.isEqual(median() / other.median()));
        }

        /// By more than chance, in either run.
        boolean differsFrom(Finding other) {
            double noise = DoubleStream.of(noise(), other.noise()).filter(Double::isFinite).max().orElseThrow();
            return Noise.timesApart(median() / other.median()) > 1 + noise;
        }

        @Override
        public String toString() {
            return column.comparison(contender, metric);
        }
    }

    private void compare(String row, Finding one, Finding other) {
        if (one.outcome() == Outcome.NONE || other.outcome() == Outcome.NONE) {
            return;
        }
        String both = "%s: %s and %s".formatted(row, one, other);
        if (!one.outcome().isDecided() && !other.outcome().isDecided()) {
            undecidedCount++;
        } else if (one.outcome() == other.outcome()) {
            sameCount++;
        } else if (one.refutes(other) || other.refutes(one)) {
            contradictions.add(both);
        } else if (one.differsFrom(other)) {
            differing.add(both);
        } else {
            decidedOnce.add(both);
        }
    }

    List<String> contradictions() {
        return contradictions;
    }

    List<String> differing() {
        return differing;
    }

    List<String> decidedOnce() {
        return decidedOnce;
    }

    List<String> differences() {
        return differences;
    }

    /// A line for each table of which something is not in both.
    List<String> notCompared() {
        return notCompared.entrySet().stream()
                .map(table -> table.getKey() + ": " + String.join("; ", table.getValue()))
                .toList();
    }

    /// Something was compared, nothing of one run is missing in the other, and nothing contradicts.
    boolean isReached() {
        return sameCount + differing.size() + decidedOnce.size() + undecidedCount > 0 && notComparedCount == 0
                && contradictions.isEmpty();
    }

    /// As the report has it.
    String toMarkdown() {
        return this + ".\n"
                + list("Contradictions:", contradictions)
                + folded("They were run otherwise in", differences)
                + folded("Decided in one run only, while the other differs", differing)
                + folded("Decided in one run only", decidedOnce)
                + folded("Not compared, since only one run has it", notCompared());
    }

    private static String list(String title, List<String> all) {
        return all.isEmpty() ? "" : "\n" + title + "\n\n- " + String.join("\n- ", all) + "\n";
    }

    /// As a list that is shown when it is asked for.
    private static String folded(String title, List<String> all) {
        return all.isEmpty() ? "" : "\n<details>" + list("<summary>" + title + "</summary>", all) + "\n</details>\n";
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT,
                "%d decided the same, %d contradicted, %d differ, %d decided in one run only, %d in neither; "
                        + "%d not compared",
                sameCount, contradictions.size(), differing.size(), decidedOnce.size(), undecidedCount,
                notComparedCount);
    }
}
