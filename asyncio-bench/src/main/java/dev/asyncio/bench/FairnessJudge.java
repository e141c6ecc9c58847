package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Judges by figures what others saw beside somebody who takes more than a share: as a multiple of what they saw alone,
/// where the library can bound it.
final class FairnessJudge {

    /// Of the p99 alone.
    private static final double TIMES = 30;

    /// What counts for the p99 alone at least: below that it is the machine's noise.
    private static final double NOISE_MICROS = 1_000;

    private final Map<FairnessKind, Run> alone;

    FairnessJudge(Map<FairnessKind, Run> alone) {
        this.alone = alone;
    }

    /// Whoever is slow when alone would be within any multiple of that.
    List<String> findSlowAlone() {
        List<String> findings = new ArrayList<>();
        alone.values().forEach(run -> findings.addAll(findLate(run, TIMES * NOISE_MICROS)));
        return findings;
    }

    /// @param bounded what the library can bound
    List<String> findLate(Map<FairnessKind, Run> runs, Set<FairnessKind> bounded) {
        List<String> findings = new ArrayList<>();
        for (FairnessKind kind : bounded) {
            double aloneMicros = Math.max(NOISE_MICROS, alone.get(kind).figure(Figure.P99_MICROS));
            findings.addAll(findLate(runs.get(kind), TIMES * aloneMicros));
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
        return kinds.stream()
                .map(runs::get)
                .filter(run -> !(run.figure(Figure.MESSAGES) > 0))
                .map(run -> "%s, %s: none at all".formatted(run.contender(), run.facts().get(ReliabilityReport.OF)))
                .toList();
    }

    /// Else it would be no disturbance for those on another loop either.
    static List<String> findNotHeldUp(Map<FairnessKind, Run> runs, long computeMillis) {
        Run replies = runs.get(FairnessKind.REPLIES);
        return replies.figure(Figure.MAX_MICROS) >= computeMillis * 1e3 / 2
                ? List.of()
                : List.of("%s: nobody waited for %,d ms".formatted(replies.contender(), computeMillis));
    }
}
