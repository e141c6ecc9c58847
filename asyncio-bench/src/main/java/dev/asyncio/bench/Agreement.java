package dev.asyncio.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Whether two runs of the suite say the same: `Agreement FOLDER OTHER_FOLDER`. Prints where the one has ours win and the
/// other has it lose, outside the noise floors of both, and then ends with status 1.
public final class Agreement {

    private final List<String> contradictions = new ArrayList<>();
    private int comparedCount;

    private Agreement() {}

    static void main(String[] args) throws IOException {
        Agreement agreement = of(Path.of(args[0]), Path.of(args[1]));
        agreement.contradictions.forEach(System.out::println);
        System.out.println(agreement);
        System.exit(agreement.contradictions.isEmpty() ? 0 : 1);
    }

    /// Compares what both folders have.
    static Agreement of(Path folder, Path other) throws IOException {
        var agreement = new Agreement();
        for (Section section : Section.ALL) {
            Path path = folder.resolve(section.file() + ResultFile.SUFFIX);
            Path otherPath = other.resolve(section.file() + ResultFile.SUFFIX);
            if (Files.exists(path) && Files.exists(otherPath)) {
                agreement.compare(section, columns(path, section.columns()), columns(otherPath, section.columns()));
            }
        }
        return agreement;
    }

    private static List<Column> columns(Path path, Predicate<Column> wanted) throws IOException {
        return Column.columnsOf(ResultFile.read(path)).stream().filter(wanted).toList();
    }

    private void compare(Section section, List<Column> columns, List<Column> others) {
        for (Column column : columns) {
            others.stream()
                    .filter(other -> other.parameters().equals(column.parameters()))
                    .forEach(other -> compare(section, column, other));
        }
    }

    private void compare(Section section, Column column, Column other) {
        Metric metric = section.metrics().getFirst();
        for (String contender : column.contenders()) {
            if (column.outcome(contender, metric).isDecided() && other.outcome(contender, metric).isDecided()) {
                comparedCount++;
                double advantage = column.advantage(contender, metric);
                double otherAdvantage = other.advantage(contender, metric);
                if (advantage > 1 != otherAdvantage > 1) {
                    contradictions.add("%s, %s, %s: %.2f and %.2f".formatted(
                            section.title(), column.title(), contender, advantage, otherAdvantage));
                }
            }
        }
    }

    List<String> contradictions() {
        return contradictions;
    }

    @Override
    public String toString() {
        return "%d wins and losses outside the noise of both runs, %d of which contradict each other"
                .formatted(comparedCount, contradictions.size());
    }
}
