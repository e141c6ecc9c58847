package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What no server must pass with, in doctored figures.
class OverloadJudgeTest {

    private static final double UNLOADED_MICROS = 2_000;
    private static final int SERVED_COUNT = 10_000;

    /// Of whom a thousand wait outside, and come ten times a second in all; those inside send twenty thousand messages.
    private static final OverloadCrowd CROWD = new OverloadCrowd(11_000, SERVED_COUNT, 2, 1, 0, 10, 100);

    private static final Map<String, Double> BEFORE = Map.of(
            OverloadServer.CONNECTIONS, 0.0, SoakMeasure.HEAP.key, 5e6, SoakMeasure.NATIVE.key, 70e6,
            SoakMeasure.DESCRIPTORS.key, 20.0, SoakMeasure.VIRTUAL_THREADS.key, 4.0,
            SoakMeasure.REGISTRATIONS.key, 2.0);

    private static final OverloadJudge JUDGE = new OverloadJudge(
            run("unloaded", "replies", Map.of(Figure.P99_MICROS, UNLOADED_MICROS)),
            run("unloaded", "refusals", Map.of(Figure.P99_MICROS, 2 * UNLOADED_MICROS)), BEFORE);

    private static Run run(String name, String of, Map<String, Double> figures) {
        return new Run(Map.of(Run.CONTENDER, name, ReliabilityReport.OF, of), figures);
    }

    private static OverloadPhase phase(double p99Micros, double refusedP99Micros, double stopMillis) {
        return phase(p99Micros, refusedP99Micros, stopMillis, 200_000, 100);
    }

    private static OverloadPhase phase(
            double p99Micros, double refusedP99Micros, double stopMillis, double replyCount, double refusalCount) {
        return new OverloadPhase(
                run("load", "replies", Map.of(Figure.P99_MICROS, p99Micros, Figure.MESSAGES, replyCount,
                        Figure.SECONDS, 10.0, SoakMeasure.PAUSE.key, stopMillis, DueTimes.OWN_P99_MICROS, 50.0)),
                run("load", "refusals", Map.of(Figure.P99_MICROS, refusedP99Micros, Figure.MESSAGES, refusalCount,
                        DueTimes.EVER_DONE, refusalCount, Figure.SECONDS, 10.0, DueTimes.OWN_P99_MICROS, 60.0)),
                CROWD);
    }

    private static Map<String, Double> held(String key, double value) {
        Map<String, Double> held = new HashMap<>(BEFORE);
        held.put(OverloadServer.CONNECTIONS, (double) SERVED_COUNT);
        held.put(key, value);
        return held;
    }

    private static List<String> findMemory(String key, double value) {
        return JUDGE.findMemory(phase(0, 0, 0), OverloadScheme.WS, held(key, value));
    }

    @Test
    void aServerInTimePasses() {
        assertEquals(List.of(), JUDGE.findLate(phase(40_000, 80_000, 0)));
        assertEquals(List.of(), phase(0, 0, 0).findMissing());
        assertEquals(List.of(), phase(0, 0, 0).findNobodyRefused());
    }

    @Test
    void whatIsSlowWithoutALoadIsFound() {
        assertEquals(List.of(), JUDGE.findSlowUnloaded());
        var judge = new OverloadJudge(phase(20_001, 0, 0).replies(), phase(0, 20_001, 0).refusals(), BEFORE);
        assertEquals(
                List.of("load, replies: p99 20,001 us (limit 20,000: a machine that has other things to do proves"
                        + " nothing); the clients themselves were late by 50",
                        "load, refusals: p99 20,001 us (limit 20,000: a machine that has other things to do proves"
                                + " nothing); the clients themselves were late by 60"),
                judge.findSlowUnloaded());
    }

    @Test
    void lateRepliesAreFound() {
        assertEquals(
                List.of("load, replies: p99 40,001 us (limit 40,000: 20 times 2,000, and 0 for the longest stop by the"
                        + " collector); the clients themselves were late by 50"),
                JUDGE.findLate(phase(40_001, 0, 0)));
    }

    @Test
    void lateRefusalsAreFound() {
        assertEquals(
                List.of("load, refusals: p99 80,001 us (limit 80,000: 20 times 4,000, and 0 for the longest stop by the"
                        + " collector); the clients themselves were late by 60"),
                JUDGE.findLate(phase(0, 80_001, 0)));
    }

    @Test
    void aStopByTheCollectorExcusesNoMoreThanItself() {
        assertEquals(List.of(), JUDGE.findLate(phase(340_000, 380_000, 300)));
        assertEquals(2, JUDGE.findLate(phase(340_001, 380_001, 300)).size());
    }

    @Test
    void endlessStopsAreFound() {
        assertEquals(
                List.of("load: the collector stopped the server for 301,000 us (limit 300,000)"),
                JUDGE.findLate(phase(0, 0, 301)));
    }

    @Test
    void whatIsBelowTheNoiseOfAMachineIsNotJudgedBy() {
        var judge = new OverloadJudge(run("unloaded", "replies", Map.of(Figure.P99_MICROS, 1.0)),
                run("unloaded", "refusals", Map.of(Figure.P99_MICROS, 1.0)), BEFORE);
        assertEquals(List.of(), judge.findLate(phase(20_000, 20_000, 0)));
        assertEquals(2, judge.findLate(phase(20_001, 20_001, 0)).size());
    }

    @Test
    void repliesThatDoNotComeAreFound() {
        assertEquals(List.of("load, replies: 17,999.0 a second, 20,000.0 were to be asked for"),
                phase(0, 0, 0, 179_990, 100).findMissing());
    }

    @Test
    void aCrowdOutsideThatDoesNotComeAgainIsFound() {
        assertEquals(List.of("load, refusals: 8.9 a second, 10.0 were to be asked for"),
                phase(0, 0, 0, 200_000, 89).findMissing());
    }

    @Test
    void aServerThatRefusesNobodyIsFound() {
        assertEquals(List.of("load: nobody was refused, so this was no overload"),
                phase(0, 0, 0, 200_000, 0).findNobodyRefused());
    }

    @Test
    void memoryHasALimit() {
        double heapLimit = 5e6 + (16 << 20) + SERVED_COUNT * 8_192.0;
        assertEquals(List.of(), findMemory(SoakMeasure.HEAP.key, heapLimit));
        assertEquals(List.of("load: the heap grew by 98,697,217 bytes (limit 98,697,216)"),
                findMemory(SoakMeasure.HEAP.key, heapLimit + 1));
        assertEquals(List.of("load: native memory grew by 16,777,217 bytes (limit 16,777,216)"),
                findMemory(SoakMeasure.NATIVE.key, 70e6 + (16 << 20) + 1));
    }

    @Test
    void whoWasNotServedIsMissed() {
        assertEquals(List.of("load: 9,999 connections were served, 10,000 were to be"),
                findMemory(OverloadServer.CONNECTIONS, 9_999));
    }

    @Test
    void whoWasServedAlthoughThereWasNoRoomIsFound() {
        assertEquals(List.of(), findMemory(OverloadServer.CONNECTIONS, 10_064));
        assertEquals(List.of("load: 10,065 connections were served, 10,000 were to be"),
                findMemory(OverloadServer.CONNECTIONS, 10_065));
    }

    @ParameterizedTest
    @EnumSource(names = {"DESCRIPTORS", "VIRTUAL_THREADS", "REGISTRATIONS"})
    void whatIsHeldWhenTheLoadHasGoneIsFound(SoakMeasure measure) {
        assertEquals(List.of(), JUDGE.findHeld(BEFORE));
        double before = BEFORE.get(measure.key);
        assertEquals(List.of("%s: %.0f before, %.0f still".formatted(measure.title, before, before + 1)),
                JUDGE.findHeld(held(measure.key, before + 1)));
    }

    @Test
    void memoryHeldWhenTheLoadHasGoneIsFound() {
        assertEquals(List.of("the heap grew by 16,777,217 bytes (limit 16,777,216)"),
                JUDGE.findHeld(held(SoakMeasure.HEAP.key, 5e6 + (16 << 20) + 1)));
    }

    @Test
    void whoeverIsStillSlowIsFound() {
        assertEquals(List.of(), JUDGE.findStillSlow(phase(6_000, 0, 0).replies()));
        assertEquals(List.of("still slow: p99 6,001 us (limit 6,000)"),
                JUDGE.findStillSlow(phase(6_001, 0, 0).replies()));
    }
}
