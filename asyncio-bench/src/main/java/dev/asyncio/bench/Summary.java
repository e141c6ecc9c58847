package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// How often ours wins and loses in each part of the report, with all losses by name.
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
                add(section, section.of(results.columns(section.file())), table, losses);
            }
        }
        return losses.isEmpty()
                ? table.toString()
                : table + "\nLosses:\n\n" + String.join("", losses);
    }

    private static void add(Section section, List<Column> columns, StringBuilder table, List<String> losses) {
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        for (Column column : columns) {
            for (String contender : column.others()) {
                Outcome outcome = column.outcome(contender, section.main());
                counts.merge(outcome, 1, Integer::sum);
                if (outcome == Outcome.LOSS) {
                    losses.add("- %s: %s, %s, %s\n".formatted(section.title(), column.title(), contender,
                            column.comparison(contender, section.main())));
                }
            }
        }
        counts.remove(Outcome.NONE);
        if (!counts.isEmpty()) {
            table.append(String.format(Locale.ROOT, "| %s | %d | %d | %d | %d |\n", section.title(),
                    counts.getOrDefault(Outcome.WIN, 0), counts.getOrDefault(Outcome.TIE, 0),
                    counts.getOrDefault(Outcome.UNDECIDED, 0), counts.getOrDefault(Outcome.LOSS, 0)));
        }
    }
}
