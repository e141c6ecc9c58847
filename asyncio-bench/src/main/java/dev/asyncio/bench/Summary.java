package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How often ours wins and loses in each part of the report, by each metric that decides there, and against whom, with all
/// losses by name.
final class Summary {

    private final Map<String, Counts> byTable = new LinkedHashMap<>();
    private final Map<String, Counts> byOpponent = new LinkedHashMap<>();
    private final List<String> losses = new ArrayList<>();

    private Summary() {}

    /// What became of some comparisons.
    private static final class Counts {

        private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        private int aheadCount;
        private int behindCount;

        void add(Outcome outcome, Measured advantage) {
            outcomes.merge(outcome, 1, Integer::sum);
            if (outcome == Outcome.UNDECIDED && advantage.rounds().size() >= Noise.ENOUGH_ROUNDS) {
                aheadCount += advantage.rounds().stream().allMatch(times -> times > 1) ? 1 : 0;
                behindCount += advantage.rounds().stream().allMatch(times -> times < 1) ? 1 : 0;
            }
        }

        private int count(Outcome outcome) {
            return outcomes.getOrDefault(outcome, 0);
        }

        String row(String title) {
            return String.format(Locale.ROOT, "| %s | %d | %d | %d | %d | %d | %d |\n", title, count(Outcome.WIN),
                    count(Outcome.TIE), count(Outcome.UNDECIDED), aheadCount, behindCount, count(Outcome.LOSS));
        }
    }

    static String toMarkdown(ResultFolder results) {
        var summary = new Summary();
        for (Section section : Section.ALL) {
            if (section.comparesOthers()) {
                List<Column> columns = section.of(results.columns(section.file()));
                section.decidedBy().forEach(metric -> summary.add(section.title(metric), metric, columns));
            }
        }
        String tables = table("Table", summary.byTable) + "\n" + table("Opponent", summary.byOpponent);
        return summary.losses.isEmpty() ? tables : tables + "\nLosses:\n\n" + String.join("", summary.losses);
    }

    private static String table(String title, Map<String, Counts> all) {
        var table = new StringBuilder("""
                | %s | wins | ties | undecided | of these, ahead in each round | behind in each round | losses |
                | --- | ---: | ---: | ---: | ---: | ---: | ---: |
                """.formatted(title));
        all.forEach((name, counts) -> table.append(counts.row(name)));
        return table.toString();
    }

    private void add(String title, Metric metric, List<Column> columns) {
        for (Column column : columns) {
            for (String contender : column.others()) {
                Outcome outcome = column.outcome(contender, metric);
                if (outcome != Outcome.NONE) {
                    Measured advantage = column.advantage(contender, metric);
                    counts(byTable, title).add(outcome, advantage);
                    counts(byOpponent, opponent(contender)).add(outcome, advantage);
                }
                if (outcome == Outcome.LOSS) {
                    losses.add("- %s: %s, %s, %s\n".formatted(title, column.title(), contender,
                            column.comparison(contender, metric)));
                }
            }
        }
    }

    private static Counts counts(Map<String, Counts> all, String name) {
        return all.computeIfAbsent(name, _ -> new Counts());
    }

    /// Whatever its setting.
    private static String opponent(String contender) {
        return contender.replaceFirst(",.*", "");
    }
}
