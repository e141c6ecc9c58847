package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What no server must pass with, in doctored figures.
class FairnessJudgeTest {

    private static final Set<FairnessKind> ALL = EnumSet.allOf(FairnessKind.class);
    private static final double ALONE_MICROS = 2_000;

    private static final FairnessJudge JUDGE = new FairnessJudge(runs("alone", ALONE_MICROS, 10));

    private static Map<FairnessKind, Run> runs(String phase, double p99Micros, double count) {
        Map<FairnessKind, Run> runs = new EnumMap<>(FairnessKind.class);
        for (FairnessKind kind : ALL) {
            runs.put(kind, run(phase, kind, p99Micros, count));
        }
        return runs;
    }

    private static Run run(String phase, FairnessKind kind, double p99Micros, double count) {
        return new Run(Map.of(Run.CONTENDER, phase, ReliabilityReport.OF, kind.title), Map.of(
                Figure.P99_MICROS, p99Micros, Figure.MAX_MICROS, 2 * p99Micros, Figure.MESSAGES, count));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsLateBesideADisturbanceIsFound(FairnessKind kind) {
        Map<FairnessKind, Run> runs = runs("beside", 60_000, 10);
        assertEquals(List.of(), JUDGE.findLate(runs, ALL));
        runs.put(kind, run("beside", kind, 60_001, 10));
        assertEquals(List.of("beside, " + kind.title + ": p99 60,001 us (limit 60,000)"), JUDGE.findLate(runs, ALL));
        assertEquals(List.of(), JUDGE.findLate(runs, EnumSet.complementOf(EnumSet.of(kind))));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsLateWithoutADisturbanceIsFound(FairnessKind kind) {
        Map<FairnessKind, Run> runs = runs("alone", 30_000, 10);
        assertEquals(List.of(), new FairnessJudge(runs).findSlowAlone());
        runs.put(kind, run("alone", kind, 30_001, 10));
        assertEquals(List.of("alone, " + kind.title + ": p99 30,001 us (limit 30,000)"),
                new FairnessJudge(runs).findSlowAlone());
    }

    @Test
    void whatIsBelowTheNoiseOfAMachineIsNotJudgedBy() {
        var judge = new FairnessJudge(runs("alone", 1, 10));
        assertEquals(List.of(), judge.findLate(runs("beside", 30_000, 10), ALL));
        assertEquals(ALL.size(), judge.findLate(runs("beside", 30_001, 10), ALL).size());
    }

    @ParameterizedTest
    @EnumSource
    void whatDoesNotComeAtAllIsFound(FairnessKind kind) {
        Map<FairnessKind, Run> runs = runs("beside", 0, 1);
        assertEquals(List.of(), FairnessJudge.findUnserved(runs, ALL));
        runs.put(kind, run("beside", kind, 0, 0));
        assertEquals(List.of("beside, " + kind.title + ": none at all"), FairnessJudge.findUnserved(runs, ALL));
    }

    @Test
    void aDisturbanceThatHoldsUpNobodyIsFound() {
        assertEquals(List.of(), FairnessJudge.findNotHeldUp(runs("beside", 500_000, 10), 2_000));
        assertEquals(List.of("beside: nobody waited for 2,000 ms"),
                FairnessJudge.findNotHeldUp(runs("beside", 499_999, 10), 2_000));
    }
}
