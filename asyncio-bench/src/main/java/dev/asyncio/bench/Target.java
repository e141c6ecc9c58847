package dev.asyncio.bench;

import dev.asyncio.bench.Bound.Direction;
import dev.asyncio.bench.Bound.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// What is to be reached in one column.
record Target(String what, String file, Map<String, String> load, Metric metric, List<Bound> bounds) {

    static Target of(String what, String file, Map<String, String> load, Metric metric) {
        return new Target(what, file, load, metric, new ArrayList<>());
    }

    /// Ours is to be at least so many times better than a contender.
    Target better(String contender, double factor) {
        String text = metric.moreIsBetter()
                ? Bound.format(factor) + " x " + contender
                : Bound.format(factor) + " times shorter than that of " + contender;
        return with("at least " + text, Direction.AT_LEAST, factor, columns -> column(columns, load)
                .map(column -> column.advantage(contender, metric))
                .orElse(Measured.NOTHING), List.of(load));
    }

    /// Ours is to be at most so many times what a contender has; the less, the better.
    Target atMostTimes(String contender, double factor) {
        return with("at most %s x that of %s".formatted(Bound.format(factor), contender), Direction.AT_MOST, factor,
                columns -> column(columns, load)
                        .map(column -> column.advantage(contender, metric).inverse())
                        .orElse(Measured.NOTHING),
                List.of(load));
    }

    /// Ours is to be at least a part of what it is under another load; the more, the better.
    Target atLeastOf(Map<String, String> other, String otherWords, double factor) {
        return with("at least %s x that of %s".formatted(Bound.format(factor), otherWords), Direction.AT_LEAST, factor,
                columns -> Measured.timesBetter(ours(columns, load), ours(columns, other), metric),
                List.of(load, other));
    }

    /// Each half of the pair is to have at most so much under a load; the less, the better.
    Target atMost(double limit, Map<String, String> under, String underWords) {
        return with("at most %s %s, %s".formatted(Metric.format(limit), metric.title(), underWords), Direction.AT_MOST,
                limit, columns -> ours(columns, under).most(metric), List.of());
    }

    /// @param noisy the loads whose noise counts
    private Target with(String text, Direction direction, double limit, Function<List<Column>, Measured> measured,
            List<Map<String, String>> noisy) {
        bounds.add(new Bound(text, direction, limit, measured, columns -> noisy.stream()
                .flatMap(wanted -> column(columns, wanted).stream())
                .map(column -> column.noise(metric))
                .toList()));
        return this;
    }

    private static Measured.Side ours(List<Column> columns, Map<String, String> wanted) {
        return column(columns, wanted).map(Column::ours).orElse(new Measured.Side(List.of(), false));
    }

    private static Optional<Column> column(List<Column> columns, Map<String, String> wanted) {
        return columns.stream().filter(column -> column.matches(wanted)).findFirst();
    }

    /// In some bound.
    boolean isMissed(List<Column> columns) {
        return has(Set.of(Standing.MISSED, Standing.MISSED_WITHIN_NOISE), columns);
    }

    /// It is, or neither reached nor missed in some bound.
    boolean mayBeMissed(List<Column> columns) {
        return isMissed(columns)
                || has(Set.of(Standing.UNDECIDED, Standing.CLIENT_LIMITED, Standing.TOO_FEW_ROUNDS), columns);
    }

    private boolean has(Set<Standing> standings, List<Column> columns) {
        return bounds.stream().anyMatch(bound -> standings.contains(bound.standing(columns)));
    }
}
