package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How often ours wins and loses in each part of the report, by each metric that decides there, with all losses by name.
final class Summary {

    private Summary() {}

    static String toMarkdown(ResultFolder results) {
        var table = new StringBuilder("""
                | Table | wins | ties | undecided | losses |
                | --- | ---: | ---: | ---: | ---: |
                """);
        List<String> losses = new ArrayList<>();
        for (Section section : Section.ALL) {
            if (section.comparesOthers()) {
                List<Column> columns = section.of(results.columns(section.file()));
                section.decidedBy().forEach(metric -> add(section.title(metric), metric, columns, table, losses));
            }
        }
        return losses.isEmpty()
                ? table.toString()
                : table + "\nLosses:\n\n" + String.join("", losses);
    }

    private static void add(String title, Metric metric, List<Column> columns, StringBuilder table,
            List<String> losses) {
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        for (Column column : columns) {
            for (String contender : column.others()) {
                Outcome outcome = column.outcome(contender, metric);
                counts.merge(outcome, 1, Integer::sum);
                if (outcome == Outcome.LOSS) {
                    losses.add("- %s: %s, %s, %s\n".formatted(title, column.title(), contender,
                            column.comparison(contender, metric)));
                }
            }
        }
        counts.remove(Outcome.NONE);
        if (!counts.isEmpty()) {
            table.append(String.format(Locale.ROOT, "| %s | %d | %d | %d | %d |\n", title,
                    counts.getOrDefault(Outcome.WIN, 0), counts.getOrDefault(Outcome.TIE, 0),
                    counts.getOrDefault(Outcome.UNDECIDED, 0), counts.getOrDefault(Outcome.LOSS, 0)));
        }
    }
}
