package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What a reader should know of a contender's row before he compares it with others.
final class Remarks {

    static final double RATE_TOLERANCE = 0.02;

    /// Where the mean is so many times the median, some messages waited much longer than most.
    static final double UNEVEN = 1.3;

    /// The thousandth of fewer is the same burst on all connections.
    static final double LEAST_TURNS = 100;

    private Remarks() {}

    static String of(Column column, String contender) {
        List<Run> runs = column.runs(contender);
        List<String> remarks = new ArrayList<>();
        addIfAny(Limit.of(column, contender).remark(), remarks);
        switch (RunKind.of(runs.getFirst())) {
            case CLOSED_LOOP, ROUND_TRIP -> {
                if (isStarved(column, contender)) {
                    remarks.add("starved");
                }
                if (Median.of(runs, run -> run.figure(Figure.MEAN_MICROS) / run.figure(Figure.P50_MICROS)) > UNEVEN) {
                    remarks.add("uneven");
                }
            }
            case OPEN_LOOP -> {
                if (runs.stream().anyMatch(run -> ratePart(run) < 1 - RATE_TOLERANCE)) {
                    remarks.add("could not keep up");
                }
                if (runs.stream().anyMatch(run -> ratePart(run) > 1 + RATE_TOLERANCE)) {
                    remarks.add("caught up");
                }
            }
            default -> {
                // Nothing is known of how these went on.
            }
        }
        addCount("compiling", runs, run -> Figure.isCompiling(run.figures()), remarks);
        addCount("disturbed", runs, run -> Figure.isDisturbed(run.figures()), remarks);
        double leastCoreNanos = column.leastCoreNanos(column.contenders());
        addCount("cores apart", runs, run -> CoreDistance.areFar(run.figure(Figure.CORE_NANOS), leastCoreNanos),
                remarks);
        if (!Double.isNaN(leastCoreNanos)) { // older files have no distances at all
            addCount("distance unknown", runs, run -> Double.isNaN(run.figure(Figure.CORE_NANOS)), remarks);
        }
        long refusedCount = refusedCount(runs);
        if (refusedCount > 0) {
            remarks.add("refused before: " + refusedCount);
        }
        return String.join(", ", remarks);
    }

    /// Whether some connections waited so long that their latencies are missing.
    static boolean isStarved(Column column, String contender) {
        return column.runs(contender).stream().anyMatch(
                run -> RunKind.of(run) == RunKind.CLOSED_LOOP && Gates.inFlight(run) < Gates.LEAST_IN_FLIGHT);
    }

    /// Whether a connection's messages came round so seldom that nobody knows the thousandth of them.
    static boolean isBrief(Column column, String contender) {
        return Median.of(column.runs(contender), Remarks::turns) < LEAST_TURNS;
    }

    /// How often all that one connection had under way was answered, about; a window is answered at once, where it is
    /// not only the most that may be.
    private static double turns(Run run) {
        double messages = run.figure(Figure.MESSAGES) / run.parameter("connections");
        return RunKind.of(run) == RunKind.CLOSED_LOOP ? messages / run.parameter("window") : messages;
    }

    private static void addIfAny(String remark, List<String> remarks) {
        if (!remark.isEmpty()) {
            remarks.add(remark);
        }
    }

    private static void addCount(String what, List<Run> runs, Predicate<Run> isSo, List<String> remarks) {
        long count = runs.stream().filter(isSo).count();
        if (count > 0) {
            remarks.add("%s in %d of %d".formatted(what, count, runs.size()));
        }
    }

    /// Older files do not tell.
    private static long refusedCount(List<Run> runs) {
        return Math.round(runs.stream()
                .mapToDouble(run -> run.figures().getOrDefault(Figure.REFUSED, 0.0))
                .sum());
    }

    private static double ratePart(Run run) {
        return Figure.messagesPerSecond(run) / run.parameter("rate");
    }
}
