package dev.asyncio.bench;

import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The rounds of a file, in each of which every contender should have run under every load, once.
final class Rounds {

    private final int count;
    private final Set<String> contenders = new LinkedHashSet<>();

    private Rounds(ResultFile file) {
        count = file.runs().stream().mapToInt(Rounds::number).max().orElse(0);
        file.runs().stream().map(Run::contender).forEach(contenders::add);
    }

    static Rounds of(ResultFile file) {
        return new Rounds(file);
    }

    static int number(Run run) {
        return Integer.parseInt(run.facts().get(Run.ROUND));
    }

    /// @throws IOException if something was run twice in a round, or in no round
    static void check(ResultFile file) throws IOException {
        Set<Map<String, String>> seen = new HashSet<>();
        for (Run run : file.runs()) {
            String round = run.facts().getOrDefault(Run.ROUND, "");
            Gates.require(round.matches("[1-9]\\d{0,5}"), run, "\"%s\" is no round", round);
            Gates.require(seen.add(run.facts()), run, "there are two of it");
        }
    }

    int count() {
        return count;
    }

    /// Which rounds a column lacks, in words; empty if none.
    String missing(Column column) {
        String missing = contenders.stream()
                .map(contender -> missing(column, contender))
                .filter(words -> !words.isEmpty())
                .collect(Collectors.joining("; "));
        return missing.isEmpty() ? "" : "Rounds missing: " + missing;
    }

    private String missing(Column column, String contender) {
        Set<Integer> run = column.runs(contender).stream().map(Rounds::number).collect(Collectors.toSet());
        List<String> missing = IntStream.rangeClosed(1, count)
                .filter(round -> !run.contains(round))
                .mapToObj(Integer::toString)
                .toList();
        if (missing.isEmpty()) {
            return "";
        }
        return contender + (missing.size() == count ? " (all)" : " (" + String.join(", ", missing) + ")");
    }
}
