package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    private static final double OVERDUE = 90;
    private static final double OTHERS_PERCENT = 5;

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
                Figure.P99_MICROS, p99Micros, Figure.MAX_MICROS, 2 * p99Micros, Figure.MESSAGES, count,
                DueTimes.OVERDUE, OVERDUE, ProcessorUse.OTHERS_PERCENT, OTHERS_PERCENT));
    }

    private static List<String> findLate(Map<FairnessKind, Run> runs, Set<FairnessKind> kinds) {
        return JUDGE.findLate(runs, kinds, FairnessJudge.TIMES);
    }

    @ParameterizedTest
    @EnumSource
    void whatIsLateBesideADisturbanceIsFound(FairnessKind kind) {
        Map<FairnessKind, Run> runs = runs("beside", 20_000, 10);
        assertEquals(List.of(), findLate(runs, ALL));
        runs.put(kind, run("beside", kind, 20_001, 10));
        assertEquals(List.of("beside, " + kind.title + ": p99 20,001 us (limit 20,000)"), findLate(runs, ALL));
        assertEquals(List.of(), findLate(runs, EnumSet.complementOf(EnumSet.of(kind))));
    }

    @Test
    void besideACrowdMoreIsAllowed() {
        Map<FairnessKind, Run> runs = runs("beside", 60_000, 10);
        assertEquals(List.of(), JUDGE.findLate(runs, ALL, FairnessJudge.CROWDED_TIMES));
        runs = runs("beside", 60_001, 10);
        assertEquals(ALL.size(), JUDGE.findLate(runs, ALL, FairnessJudge.CROWDED_TIMES).size());
    }

    @ParameterizedTest
    @EnumSource
    void whatIsLateWithoutADisturbanceIsFound(FairnessKind kind) {
        Map<FairnessKind, Run> runs = runs("alone", 15_000, 10);
        assertEquals(List.of(), new FairnessJudge(runs).findSlowAlone());
        runs.put(kind, run("alone", kind, 15_001, 10));
        assertEquals(List.of("alone, " + kind.title + ": p99 15,001 us (limit 15,000)"),
                new FairnessJudge(runs).findSlowAlone());
    }

    @Test
    void ofEachKindTheBestRoundIsJudged() {
        Map<FairnessKind, Run> one = runs("beside", 7, 10);
        Map<FairnessKind, Run> other = runs("beside", 8, 10);
        one.put(FairnessKind.REPLIES, run("beside", FairnessKind.REPLIES, 9, 10));
        Map<FairnessKind, Run> best = FairnessJudge.best(List.of(one, other));
        assertEquals(ALL, best.keySet());
        best.forEach((kind, run) -> assertEquals(kind == FairnessKind.REPLIES ? 8 : 7, run.figure(Figure.P99_MICROS)));
    }

    @Test
    void roundsInWhichOthersHadTheProcessorsAreNotJudged() {
        List<Map<FairnessKind, Run>> rounds = List.of(runs("beside", 7, 10));
        assertEquals(rounds, FairnessJudge.quiet(rounds, OTHERS_PERCENT + 1));
        assertEquals(List.of(), FairnessJudge.quiet(rounds, OTHERS_PERCENT));
        Map<FairnessKind, Run> none = FairnessJudge.best(List.of());
        assertFalse(JUDGE.canJudge(none));
        assertTrue(JUDGE.canJudge(rounds.getFirst()));
        assertFalse(new FairnessJudge(none).canJudge(rounds.getFirst()));
        assertEquals(List.of(), new FairnessJudge(none).findSlowAlone());
    }

    @Test
    void whatIsBelowTheNoiseOfAMachineIsNotJudgedBy() {
        var judge = new FairnessJudge(runs("alone", 1, 10));
        assertEquals(List.of(), judge.findLate(runs("beside", 10_000, 10), ALL, FairnessJudge.TIMES));
        assertEquals(ALL.size(), judge.findLate(runs("beside", 10_001, 10), ALL, FairnessJudge.TIMES).size());
    }

    @ParameterizedTest
    @EnumSource
    void whatMostlyDoesNotComeIsFound(FairnessKind kind) {
        Map<FairnessKind, Run> runs = runs("beside", 0, 10);
        assertEquals(List.of(), FairnessJudge.findUnserved(runs, ALL));
        runs.put(kind, run("beside", kind, 0, 9));
        assertEquals(List.of("beside, " + kind.title + ": 9 of 99 that were due"),
                FairnessJudge.findUnserved(runs, ALL));
    }

    @Test
    void whereNothingIsDueNobodyIsServed() {
        var nothing = new Run(Map.of(Run.CONTENDER, "beside", ReliabilityReport.OF, "replies"),
                Map.of(Figure.MESSAGES, 0.0, DueTimes.OVERDUE, 0.0));
        assertEquals(List.of("beside, replies: 0 of 0 that were due"), FairnessJudge.findUnserved(
                Map.of(FairnessKind.REPLIES, nothing), EnumSet.of(FairnessKind.REPLIES)));
    }

    @Test
    void aDisturbanceThatHoldsUpNobodyIsFound() {
        assertEquals(List.of(), FairnessJudge.findNotHeldUp(runs("beside", 500_000, 10), 2_000));
        assertEquals(List.of("beside: nobody waited for 2,000 ms"),
                FairnessJudge.findNotHeldUp(runs("beside", 499_999, 10), 2_000));
    }
}
