package dev.asyncio.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Judges by figures what others saw beside somebody who takes more than a share: as a multiple of what they saw alone,
/// where the library can bound it.
final class FairnessJudge {

    /// Of the p99 alone.
    static final double TIMES = 10;

    /// The same beside as many as there are carriers, each of whom may go on for milliseconds until it is another's turn.
    static final double CROWDED_TIMES = 30;

    /// How long half of what is due is waited for, beyond the measured time: whoever is late for want of a processor gets
    /// there yet.
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /// What must have been done by then at least.
    private static final double SERVED_PART = 0.1;

    /// Whoever is slower when alone tells of the machine.
    private static final double SLOW_MICROS = 15_000;

    /// What counts for the p99 alone at least: below that it is the machine's noise.
    private static final double NOISE_MICROS = 1_000;

    private final Map<FairnessKind, Run> alone;

    /// @param alone empty if there is nothing to judge by
    FairnessJudge(Map<FairnessKind, Run> alone) {
        this.alone = alone;
    }

    /// The rounds in which others had less of the processors.
    static List<Map<FairnessKind, Run>> quiet(List<Map<FairnessKind, Run>> rounds, double othersPercent) {
        return rounds.stream()
                .filter(runs -> runs.values().stream()
                        .allMatch(run -> run.figure(ProcessorUse.OTHERS_PERCENT) < othersPercent))
                .toList();
    }

    /// Of each kind the best round; empty if there is none.
    static Map<FairnessKind, Run> best(List<Map<FairnessKind, Run>> rounds) {
        Map<FairnessKind, Run> best = new EnumMap<>(FairnessKind.class);
        for (Map<FairnessKind, Run> runs : rounds) {
            runs.forEach((kind, run) -> best.merge(kind, run, FairnessJudge::better));
        }
        return best;
    }

    private static Run better(Run one, Run other) {
        return one.figure(Figure.P99_MICROS) <= other.figure(Figure.P99_MICROS) ? one : other;
    }

    boolean canJudge(Map<FairnessKind, Run> runs) {
        return !alone.isEmpty() && !runs.isEmpty();
    }

    /// Whoever is slow when alone would be within any multiple of that.
    List<String> findSlowAlone() {
        List<String> findings = new ArrayList<>();
        alone.values().forEach(run -> findings.addAll(findLate(run, SLOW_MICROS)));
        return findings;
    }

    /// @param bounded what the library can bound
    /// @param times of what is seen alone, how many are too many
    List<String> findLate(Map<FairnessKind, Run> runs, Set<FairnessKind> bounded, double times) {
        List<String> findings = new ArrayList<>();
        for (FairnessKind kind : bounded) {
            double aloneMicros = Math.max(NOISE_MICROS, alone.get(kind).figure(Figure.P99_MICROS));
            findings.addAll(findLate(runs.get(kind), times * aloneMicros));
        }
        return findings;
    }

    private static List<String> findLate(Run run, double limitMicros) {
        return run.figure(Figure.P99_MICROS) <= limitMicros
                ? List.of()
                : List.of("%s, %s: p99 %,.0f us (limit %,.0f)".formatted(run.contender(),
                        run.facts().get(ReliabilityReport.OF), run.figure(Figure.P99_MICROS), limitMicros));
    }

    /// Whoever is not served at all is not late.
    static List<String> findUnserved(Map<FairnessKind, Run> runs, Set<FairnessKind> kinds) {
        List<String> findings = new ArrayList<>();
        for (FairnessKind kind : kinds) {
            Run run = runs.get(kind);
            double doneCount = run.figure(Figure.MESSAGES);
            double dueCount = doneCount + run.figure(DueTimes.OVERDUE);
            if (!(doneCount > 0 && doneCount >= SERVED_PART * dueCount)) {
                findings.add("%s, %s: %,.0f of %,.0f that were due".formatted(run.contender(),
                        run.facts().get(ReliabilityReport.OF), doneCount, dueCount));
            }
        }
        return findings;
    }

    /// Else it would be no disturbance for those on another loop either.
    static List<String> findNotHeldUp(Map<FairnessKind, Run> runs, long computeMillis) {
        Run replies = runs.get(FairnessKind.REPLIES);
        return replies.figure(Figure.MAX_MICROS) >= computeMillis * 1e3 / 2
                ? List.of()
                : List.of("%s: nobody waited for %,d ms".formatted(replies.contender(), computeMillis));
    }
}
