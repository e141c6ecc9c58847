package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.SoakJudge.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SoakJudgeTest {

    private static final int COUNT = 30;

    private static List<Sample> samples(int count, SoakMeasure measure, IntToDoubleFunction value) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Sample(i, Map.of(measure.key, value.applyAsDouble(i))))
                .toList();
    }

    private static List<String> findGrowth(SoakMeasure measure, IntToDoubleFunction value) {
        return SoakJudge.findGrowth("server", samples(COUNT, measure, value));
    }

    @ParameterizedTest
    @EnumSource
    void whatGrowsSteadilyIsFound(SoakMeasure measure) {
        double step = measure.growthLimit(0) / COUNT * 2;
        List<String> findings = findGrowth(measure, i -> i * step);
        assertEquals(measure.isJudged() ? 1 : 0, findings.size());
    }

    /// A sample every six seconds for so long. The heap scatters as it does really, and is added to.
    private static List<Sample> heapFor(int minutes, double bytesASecond) {
        return IntStream.range(0, minutes * 10)
                .mapToObj(i -> 6 * i)
                .map(seconds -> new Sample(seconds, Map.of(SoakMeasure.HEAP.key,
                        (10 << 20) + 700_000 * (seconds * 7 % 5) + seconds * bytesASecond)))
                .toList();
    }

    @Test
    void fiftyBytesOfEachConnectionAreFound() {
        double connectionsASecond = 250; // as a soak really has
        assertEquals(List.of(), SoakJudge.findGrowth("server", heapFor(10, 0)));
        assertEquals(
                List.of("server: heap after GC, MiB grew by 4.7 from about 16.1 (limit 1.7), 42.9 an hour"),
                SoakJudge.findGrowth("server", heapFor(10, 50 * connectionsASecond)));
    }

    /// In ten minutes, so little is not to be told from chance.
    @Test
    void anHourShowsWhatTenMinutesDoNot() {
        double bytesASecond = 2_000;
        assertEquals(List.of(), SoakJudge.findGrowth("server", heapFor(10, bytesASecond)));
        assertEquals(
                List.of("server: heap after GC, MiB grew by 4.6 from about 15.9 (limit 3.2), 6.9 an hour"),
                SoakJudge.findGrowth("server", heapFor(60, bytesASecond)));
    }

    @ParameterizedTest
    @EnumSource(names = {"HEAP", "NATIVE", "DIRECT", "RESIDENT"})
    void memoryMayGrowLessInALongRun(SoakMeasure measure) {
        double step = 2 * measure.settledLimit(SoakMeasure.HOUR_SECONDS) / SoakMeasure.HOUR_SECONDS;
        List<Sample> briefRun = samples(COUNT, measure, i -> i * step);
        List<Sample> longRun = briefRun.stream().map(sample -> new Sample(sample.seconds() * 20,
                Map.of(measure.key, sample.value(measure) * 20))).toList();
        assertEquals(List.of(), SoakJudge.findGrowth("server", briefRun));
        assertEquals(1, SoakJudge.findGrowth("server", longRun).size());
    }

    @Test
    void growthIsSaidForAnHour() {
        List<Sample> samples = samples(COUNT, SoakMeasure.HEAP, i -> i < COUNT / 3 ? 1e9 : 2 * i);
        assertEquals(7_200, SoakJudge.growthAnHour(samples, SoakMeasure.HEAP));
    }

    @Test
    void whatIsFlatIsNotFound() {
        assertEquals(List.of(), findGrowth(SoakMeasure.HEAP, i -> (8 + i % 3) << 20));
    }

    @Test
    void growthAtTheBeginningDoesNotCount() {
        assertEquals(List.of(), findGrowth(SoakMeasure.HEAP, i -> Math.min(i, COUNT / 3) * 1e9));
    }

    @Test
    void fewOutliersDoNotHideALeak() {
        assertEquals(1, findGrowth(SoakMeasure.HEAP, i -> i % 7 == 0 ? 8 << 20 : (8 + i) << 20).size());
    }

    @Test
    void fewOutliersAreNoLeak() {
        assertEquals(List.of(), findGrowth(SoakMeasure.HEAP, i -> i > COUNT - 4 ? 1e9 : 8 << 20));
    }

    @Test
    void fewSamplesProveNothing() {
        List<String> findings = SoakJudge.findGrowth("server", samples(3, SoakMeasure.HEAP, _ -> 1));
        assertEquals(List.of("server: 3 samples are too few to judge by"), findings);
    }

    /// A sample every ten seconds: by the eleventh and by the twelfth, a client has waited in vain.
    ///
    /// @param when a sample is like that
    private static boolean wasStarved(
            int when, double othersPercent, double serverStallMillis, double clientStallMillis) {
        List<Sample> server = new ArrayList<>();
        List<Sample> clients = new ArrayList<>();
        for (int i = 0; i <= 15; i++) {
            server.add(new Sample(10 * i, Map.of(
                    SoakMeasure.OTHERS.key, i == when ? othersPercent : 0,
                    SoakMeasure.VIRTUAL_STALL.key, i == when ? serverStallMillis : 0)));
            clients.add(new Sample(10 * i, Map.of(
                    SoakMeasure.VIRTUAL_STALL.key, i == when ? clientStallMillis : 0,
                    SoakCounts.LATE + "reply", (double) Math.clamp(i - 10, 0, 2))));
        }
        return SoakJudge.wasStarvedWhereLate(server, clients);
    }

    @Test
    void whatIsLateWhileOthersHaveTheProcessorsMayHaveBeenStarved() {
        assertTrue(wasStarved(11, 25, 2_000, 0));
        assertTrue(wasStarved(11, 25, 0, 2_000));
        assertTrue(wasStarved(10, 25, 2_000, 0));
    }

    @Test
    void whatIsLateOnAMachineOfItsOwnWasNotStarved() {
        assertFalse(wasStarved(11, 24, 20_000, 20_000));
    }

    @Test
    void whatIsLateWhereOthersHadTheirTurnsWasNotStarved() {
        assertFalse(wasStarved(11, 100, 1_999, 1_999));
    }

    @Test
    void whatWasLongBeforeOrAfterwardsIsNoExcuse() {
        assertFalse(wasStarved(8, 100, 20_000, 20_000));
        assertFalse(wasStarved(13, 100, 20_000, 20_000));
    }

    @Test
    void oneDescriptorLeftOverIsFound() {
        Sample before = samples(1, SoakMeasure.DESCRIPTORS, _ -> 20).getFirst();
        Sample after = samples(1, SoakMeasure.DESCRIPTORS, _ -> 21).getFirst();
        assertEquals(List.of("server: descriptors: 20 before, 21 after"),
                SoakJudge.findLeftOver("server", before, after));
        assertTrue(SoakJudge.findLeftOver("server", after, before).isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void whatIsLeftOverIsFound(SoakMeasure measure) {
        double base = 100 << 20;
        double most = base + measure.leftOverLimit;
        assertEquals(List.of(), findLeftOver(measure, base, most));
        int expected = measure.isJudged() && measure.leftOverLimit < Double.POSITIVE_INFINITY ? 1 : 0;
        assertEquals(expected, findLeftOver(measure, base, most + 1).size());
    }

    @Test
    void memoryLeftOverIsSaidInItsUnit() {
        assertEquals(List.of("server: heap after GC, MiB: 8.0 before, 10.5 after"),
                findLeftOver(SoakMeasure.HEAP, 8 << 20, 21 << 19));
    }

    private static List<String> findLeftOver(SoakMeasure measure, double before, double after) {
        return SoakJudge.findLeftOver("server", new Sample(0, Map.of(measure.key, before)),
                new Sample(1, Map.of(measure.key, after)));
    }

    @ParameterizedTest
    @EnumSource(names = {"HEAP", "DIRECT"})
    void memoryThatGoesStillIsSeen(SoakMeasure measure) {
        Sample sample = samples(1, measure, _ -> 9 << 20).getFirst();
        Sample later = samples(1, measure, _ -> 8 << 20).getFirst();
        assertTrue(later.holdsLessThan(sample));
        assertFalse(sample.holdsLessThan(later));
        assertFalse(sample.holdsLessThan(sample));
    }
}
