package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// That a lost, shortened or altered reply fails a run, and so does a server that was never started, is the load clients'
/// gate: see [LoadClientTest].
class GatesTest {

    private static final Map<String, String> ALONE = load(1, 64, 1);
    private static final Map<String, String> ALONE_LARGE = load(1, 64 * 1024, 1);

    @TempDir
    private Path folder;

    private ResultFile file;

    @BeforeEach
    void begin() throws IOException {
        file = Results.begin(folder, "gates");
        file.append(Results.honest(Contenders.ASYNCIO, ALONE, 1, 50_000));
    }

    private void assertRefused(String reason, Run broken) throws IOException {
        Gates.check(file);
        file.append(broken);
        IOException refusal = assertThrows(IOException.class, () -> Gates.check(file));
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }

    @Test
    void aRunWithoutFiguresIsRefused() throws IOException {
        assertRefused("nothing was measured", new Run(Run.facts("broken", ALONE, 1), Map.of()));
    }

    @Test
    void aRunWithoutRepliesIsRefused() throws IOException {
        assertRefused("no reply came",
                Results.with(Figure.MESSAGES, 0, Results.honest("broken", ALONE, 1, 50_000)));
    }

    @Test
    void cpuTimeIsNoWallTime() throws IOException {
        assertRefused("the client counted 0.300 s, 1.010 s passed",
                Results.with(Figure.SECONDS, 0.3, Results.honest("broken", ALONE, 1, 50_000)));
    }

    @Test
    void cpuTimeIsNoWallTimeEvenWhereBothClocksAreWrong() throws IOException {
        Run run = Results.with(Figure.SECONDS, 0.3, Results.honest("broken", ALONE, 1, 50_000));
        assertRefused("rate times latency is 3.33 messages, but 1 were under way",
                Results.with(Figure.SECONDS_SEEN, 0.3, run));
    }

    @ParameterizedTest
    @ValueSource(strings = {Figure.SERVER_CPU_SECONDS, Figure.CLIENT_CPU_SECONDS})
    void aRunWithoutTheCpuTimeOfBothSidesIsRefused(String figure) throws IOException {
        assertRefused(figure + " is missing", Results.without(figure, Results.honest("broken", ALONE, 1, 50_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {Figure.SERVER_CPU_SECONDS, Figure.CLIENT_CPU_SECONDS})
    void aStreamWithoutTheCpuTimeOfBothSidesIsRefused(String figure) throws IOException {
        file = Results.begin(folder, FullSuite.TCP_STREAM);
        assertRefused(figure + " is missing", Results.without(figure, Results.stream("broken", 1)));
    }

    private void beginWhere(String cores, String pinned) throws IOException {
        file = Results.begin(folder, "cores", Map.of("cores", cores, "pinned", pinned));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            yes                             | serverCpuSeconds    | 1.07 | 1.2
            yes                             | serverKernelSeconds | 1.07 | 1.2
            yes                             | clientCpuSeconds    | 1.07 | 1.2
            yes, two hyperthreads of a core | serverCpuSeconds    | 1.07 | 1.2
            no                              | serverCpuSeconds    | 2.10 | 2.3
            no                              | clientCpuSeconds    | 2.10 | 2.3
            """)
    void aProcessHasNoMoreCpuTimeThanPassedOnItsCores(String pinned, String figure, double most, double more)
            throws IOException {
        beginWhere("2", pinned);
        file.append(Results.with(figure, most, Results.honest("busy", ALONE, 1, 50_000)));
        assertRefused("%s: expected at most ".formatted(figure),
                Results.with(figure, more, Results.honest("broken", ALONE, 1, 50_000)));
    }

    @Test
    void bothEndsInOneProcessHaveTheCpuTimeOfAllCores() throws IOException {
        beginWhere("2", "yes");
        file.append(Results.with(Figure.PROCESS_CPU_SECONDS, 2, Results.roundTrip("busy", 64, 20)));
        assertRefused("processCpuSeconds: expected at most 2.130 of 2 cores within 1.000 s, got 2.300",
                Results.with(Figure.PROCESS_CPU_SECONDS, 2.3, Results.roundTrip("broken", 64, 20)));
    }

    @Test
    void theCpuTimeOfVeryManyConnectionsIsToldLate() throws IOException {
        beginWhere("2", "yes");
        Map<String, String> many = load(1_000, 64, 1);
        file.append(Results.with(Figure.CLIENT_CPU_SECONDS, 1.12, Results.honest("busy", many, 1, 100_000)));
        assertRefused("clientCpuSeconds: expected at most 1.130 of 1 cores within 1.000 s, got 1.140",
                Results.with(Figure.CLIENT_CPU_SECONDS, 1.14, Results.honest("broken", many, 1, 100_000)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "two"})
    void howManyCoresThereAreHasToBeKnown(String cores) throws IOException {
        beginWhere(cores, "yes");
        assertRefused("the environment's cores are \"%s\", which is no number".formatted(cores),
                Results.honest("busy", ALONE, 1, 50_000));
    }

    @Test
    void fourTimesTheMessagesTakeLonger() throws IOException {
        assertRefused("4 times the messages took only 1.00 times the seconds",
                Results.with(Figure.MANY_SECONDS, 0.02, Results.honest("broken", ALONE, 1, 50_000)));
    }

    @Test
    void messagesThatWereNeverUnderWayAreRefused() throws IOException {
        assertRefused("rate times latency is 0.05 messages, but 1 were under way",
                Results.withMean(1, Results.honest("broken", ALONE, 1, 50_000)));
    }

    @Test
    void bytesAreNotFasterThanMemory() throws IOException {
        assertRefused("12800000000 bytes a second, but memory copies only 10000000000",
                Results.honest("broken", load(64, 64 * 1024, 1), 1, 12.8e9 / 65_536));
    }

    @Test
    void aLargePayloadTakesLonger() throws IOException {
        file.append(Results.honest("broken", ALONE, 1, 22_000));
        assertRefused("45.5 us with 65536 bytes, and 22.5 us of work, no more than with 64",
                Results.honest("broken", ALONE_LARGE, 1, 22_000));
    }

    @Test
    void oneRoundInWhichNobodyHadToBeWokenIsNoReasonToRefuseTheRest() throws IOException {
        for (int round = 1; round <= 3; round++) {
            file.append(Results.honest("slower", ALONE, round, 20_000));
            file.append(Results.honest("slower", ALONE_LARGE, round, round == 1 ? 25_000 : 16_500));
        }
        Gates.check(file);
    }

    @Test
    void whoeverIsWokenForShortMessagesAloneIsKnownByTheWorkOfLongOnes() throws IOException {
        file.append(Results.with(Figure.SERVER_CPU_SECONDS, 0.2, Results.honest("woken", ALONE, 1, 40_000)));
        file.append(Results.with(Figure.SERVER_CPU_SECONDS, 0.5, Results.honest("woken", ALONE_LARGE, 1, 41_000)));
        file.append(Results.with(Figure.SERVER_CPU_SECONDS, 0.2, Results.honest("broken", ALONE, 1, 40_000)));
        assertRefused("broken: 24.4 us with 65536 bytes, and 5.6 us of work, no more than with 64",
                Results.with(Figure.SERVER_CPU_SECONDS, 0.23, Results.honest("broken", ALONE_LARGE, 1, 41_000)));
    }

    @Test
    void whoTakesLongerThanMostForALongMessageMayTakeAsLongForAShortOne() throws IOException {
        file.append(Results.honest("slow", ALONE, 1, 10_000));
        file.append(Results.honest("slow", ALONE_LARGE, 1, 10_000));
        file.append(Results.honest(Contenders.ASYNCIO, ALONE_LARGE, 1, 41_000));
        file.append(Results.honest(Contenders.ASYNCIO_AGAIN, ALONE_LARGE, 1, 40_000));
        file.append(Results.honest("broken", ALONE, 1, 40_500));
        assertRefused("broken: 24.7 us with 65536 bytes", Results.honest("broken", ALONE_LARGE, 1, 40_500));
    }

    @Test
    void nobodyBeatsTheFloor() throws IOException {
        file.append(Results.honest(Contenders.C_EPOLL, ALONE, 1, 55_000));
        assertRefused("27000000 messages a second, the floor has 55000",
                Results.honest("broken", ALONE, 1, 27_000_000));
    }

    @Test
    void aLittleMoreThanTheFloorIsNoise() throws IOException {
        for (int round = 1; round <= 3; round++) {
            file.append(Results.honest(Contenders.C_EPOLL, ALONE, round, 44_000));
        }
        Gates.check(file);
        assertEquals(4, file.runs().size());
    }

    @Test
    void aFloorInTheNoiseOfOursIsAFloorAllTheSame() throws IOException {
        file.append(Results.honest(Contenders.ASYNCIO, ALONE, 2, 100_000));
        file.append(Results.honest(Contenders.ASYNCIO_AGAIN, ALONE, 1, 50_000));
        for (int round = 1; round <= 3; round++) {
            file.append(Results.honest(Contenders.C_EPOLL, ALONE, round, 75_000));
        }
        assertRefused("90000 messages a second, the floor has 75000 and the noise is 15 %",
                Results.honest("broken", ALONE, 1, 90_000));
    }

    @Test
    void aFloorOfOneRoundIsARoughOne() throws IOException {
        file.append(Results.honest(Contenders.C_EPOLL, ALONE, 1, 40_000));
        file.append(Results.honest("lucky", ALONE, 1, 79_000));
        assertRefused("81000 messages a second, the floor has 40000 and the noise is 100 %",
                Results.honest("broken", ALONE, 1, 81_000));
    }

    @Test
    void aLargePayloadTakesLongerWithBothEndsInOneProcessToo() throws IOException {
        file = Results.begin(folder, RoundTripComparison.NAME);
        file.append(Results.roundTrip("broken", 64, 45));
        assertRefused("45.5 us with 65536 bytes, and 8.0 us of work, no more than with 64",
                Results.roundTrip("broken", 65_536, 45.5));
    }

    @ParameterizedTest
    @ValueSource(strings = {Figure.SECONDS_SEEN, Figure.FEW_SECONDS, Figure.MANY_SECONDS, Figure.MEAN_MICROS,
        Figure.P50_MICROS, Figure.P90_MICROS, Figure.P99_MICROS, Figure.P999_MICROS, Figure.MAX_MICROS,
        Figure.BYTES})
    void aFigureThatIsNotThereIsRefused(String figure) throws IOException {
        Run honest = Results.honest("broken", ALONE, 1, 50_000);
        assertRefused(figure + " is NaN, which is not above 0", Results.without(figure, honest));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void aFigureThatCannotBeIsRefused(double value) throws IOException {
        assertRefused(Figure.MANY_SECONDS + " is " + value,
                Results.with(Figure.MANY_SECONDS, value, Results.honest("broken", ALONE, 1, 50_000)));
    }

    @Test
    void cpuTimeIsNotNegative() throws IOException {
        assertRefused(Figure.SERVER_CPU_SECONDS + " is -0.1, less than nothing",
                Results.with(Figure.SERVER_CPU_SECONDS, -0.1, Results.honest("broken", ALONE, 1, 50_000)));
    }

    @Test
    void aRoundTripHasLatenciesToo() throws IOException {
        file = Results.begin(folder, RoundTripComparison.NAME);
        assertRefused(Figure.P999_MICROS + " is NaN",
                Results.without(Figure.P999_MICROS, Results.roundTrip("broken", 64, 45)));
    }

    @Test
    void roundTripsTakeAsLongTogetherAsOneAfterTheOther() throws IOException {
        file = Results.begin(folder, RoundTripComparison.NAME);
        assertRefused("rate times latency is 4.50 messages, but 1 were under way",
                Results.with(Figure.SECONDS, 0.5, Results.roundTrip("broken", 64, 45)));
    }

    private static Run idle(int connections, IdleCost.Cost cost) {
        Map<String, String> load = Map.of("protocol", "TCP", "connections", Integer.toString(connections));
        return new Run(Run.facts("broken", load, 1), cost.figures());
    }

    @ParameterizedTest
    @CsvSource({
        "10000, 1600, 0, -65, outsideBytes is -65.0 for each connection",
        "10000, 1600, -65, 0, directBytes is -65.0 for each connection",
        "10000, 0, 0, 5000, heapBytes is 0.0",
        "10000, 255, 0, 5000, heapBytes is 255.0 for each connection",
        "100, 1600, 0, -641, outsideBytes is -641.0 for each connection"
    })
    void aProcessHasNoLessWithConnectionsThanBefore(int connections, long heap, long direct, long outside,
            String reason) throws IOException {
        file = Results.begin(folder, FullSuite.IDLE);
        file.append(idle(10_000, new IdleCost.Cost(0, 1_600, 0, -64)));
        file.append(idle(100, new IdleCost.Cost(0, 1_600, 0, -640)));
        assertRefused(reason, idle(connections, new IdleCost.Cost(0, heap, direct, outside)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpuPercent", "heapBytes", "directBytes", "outsideBytes"})
    void whatAnIdleProcessHasIsKnown(String figure) throws IOException {
        file = Results.begin(folder, FullSuite.IDLE);
        assertRefused(figure + " is NaN",
                Results.without(figure, idle(10_000, new IdleCost.Cost(0, 1_600, 0, 40))));
    }

    @Test
    void percentilesRise() throws IOException {
        assertRefused("p90Us is 30.0, but p99Us is 20.0",
                Results.with(Figure.P99_MICROS, 20,
                        Results.with(Figure.P90_MICROS, 30, Results.honest("broken", ALONE, 1, 50_000))));
    }

    /// With a mean of 20 us, a p90 of 30 and a p99 of 40.
    @ParameterizedTest
    @ValueSource(doubles = {0.01, 60})
    void theMeanIsOneThatThePercentilesAllow(double p50) throws IOException {
        Run honest = Results.honest("broken", ALONE, 1, 50_000);
        assertRefused("the mean latency is 20.0 us, but by the percentiles from ",
                Results.with(Figure.P50_MICROS, p50, Results.with(Figure.P90_MICROS, Math.max(p50, 30),
                        Results.with(Figure.P99_MICROS, Math.max(p50, 40), honest))));
    }

    @Test
    void theMeanOfAnOpenLoopIsOneThatThePercentilesAllowToo() throws IOException {
        Map<String, String> open = load(1, 64, 64);
        open.put("rate", "1000");
        file = Results.begin(folder, FullSuite.OPEN_LOOP);
        Run honest = Results.honest("broken", open, 1, 1_000);
        assertRefused("the mean latency is 1000000.0 us, but by the percentiles from ",
                Results.with(Figure.MEAN_MICROS, 1e6, honest));
    }

    /// With a mean of 20 us all the same.
    @Test
    void nobodyIsWaitedForLessThanTheFloor() throws IOException {
        for (int round = 1; round <= 3; round++) {
            file.append(Results.honest(Contenders.C_SPIN, ALONE, round, 50_000));
        }
        file.append(Results.with(Figure.P50_MICROS, 17.5, Results.honest("lucky", ALONE, 1, 50_000)));
        assertRefused("a p50 of 17.00 us, the floor has 20.00 us and the noise is 15 %",
                Results.with(Figure.P50_MICROS, 17, Results.honest("broken", ALONE, 1, 50_000)));
    }

    @Test
    void noDelayWasOn() throws IOException {
        file = Results.begin(folder, "no-delay", Map.of(Environment.OPTIONS, "TCP_NODELAY on, SO_RCVBUF 65536"));
        file.append(Results.honest("honest", ALONE, 1, 50_000));
        Gates.check(file);
        file = Results.begin(folder, "delay", Map.of(Environment.OPTIONS, "TCP_NODELAY off, SO_RCVBUF 65536"));
        file.append(Results.honest("broken", ALONE, 1, 50_000));
        IOException refusal = assertThrows(IOException.class, () -> Gates.check(file));
        assertTrue(refusal.getMessage().contains("TCP_NODELAY off"), refusal.getMessage());
    }

    @Test
    void bytesAreThoseOfTheMessages() throws IOException {
        assertRefused("3200100 bytes came, but the messages have 3200000",
                Results.with(Figure.BYTES, 3_200_100, Results.honest("broken", ALONE, 1, 50_000)));
    }

    @Test
    void aQuarterLessUnderWayIsRefused() throws IOException {
        assertRefused("rate times latency is 48.00 messages, but 64 were under way",
                Results.with(Figure.MEAN_MICROS, 480, Results.honest("broken", load(64, 64, 1), 1, 100_000)));
    }

    @Test
    void someOfVeryManyMayStarve() throws IOException {
        Map<String, String> many = load(1_000, 64, 1);
        file.append(Results.withMean(4_000, Results.honest("starving", many, 1, 100_000)));
        assertRefused("rate times latency is 200.00 messages, but 1000 were under way",
                Results.withMean(2_000, Results.honest("broken", many, 1, 100_000)));
    }

    @Test
    void moreOfVeryManyPlatformThreadsMayStarve() throws IOException {
        Run threads = Results.honest("JDK, platform threads", load(1_000, 64, 1), 1, 100_000);
        file.append(Results.withMean(1_200, threads));
        assertRefused("rate times latency is 90.00 messages, but 1000 were under way",
                Results.withMean(900, threads));
    }

    @Test
    void aTenthOfTheSecondsIsNotLost() throws IOException {
        assertRefused("the client counted 0.900 s, 1.010 s passed",
                Results.with(Figure.SECONDS, 0.9, Results.honest("broken", ALONE, 1, 50_000)));
    }

    @Test
    void moreSecondsThanPassedAreNoWallTime() throws IOException {
        assertRefused("the client counted 1.400 s, 1.010 s passed",
                Results.with(Figure.SECONDS, 1.4, Results.honest("broken", ALONE, 1, 50_000)));
    }

    private static Run streamed(int round, double seconds, double secondsSeen) {
        Run run = Results.with(Figure.SECONDS, seconds, Results.stream(Contenders.ASYNCIO, round));
        return Results.with(Figure.SECONDS_SEEN, secondsSeen, run);
    }

    /// Its rate would be a tenth too high, and nothing else tells.
    @Test
    void aTenthOfLittleMoreThanHalfASecondIsNotLost() throws IOException {
        file = Results.begin(folder, FullSuite.TCP_STREAM);
        file.append(streamed(1, 0.6, 0.625));
        assertRefused("the client counted 0.560 s, 0.610 s passed", streamed(2, 0.56, 0.61));
    }

    @Test
    void theLinesThatMarkABriefMeasurementTakeTimeAllTheSame() throws IOException {
        file = Results.begin(folder, FullSuite.TCP_STREAM);
        file.append(streamed(1, 0.1, 0.125));
        assertRefused("the client counted 0.100 s, 0.135 s passed", streamed(2, 0.1, 0.135));
    }

    @Test
    void amongVeryManyConnectionsTheLinesAreLate() throws IOException {
        Map<String, String> many = load(10_000, 64, 1);
        file.append(Results.with(Figure.SECONDS_SEEN, 1.1, Results.honest("busy", many, 1, 100_000)));
        assertRefused("the client counted 1.000 s, 1.120 s passed",
                Results.with(Figure.SECONDS_SEEN, 1.12, Results.honest("broken", many, 1, 100_000)));
    }

    @Test
    void anOpenLoopCountsOnceItHasSettled() throws IOException {
        Map<String, String> open = load(1, 64, 64);
        open.put("rate", "1000");
        file = Results.begin(folder, FullSuite.OPEN_LOOP);
        file.append(Results.with(Figure.SECONDS_SEEN, 1.075, Results.honest(Contenders.ASYNCIO, open, 1, 1_000)));
        assertRefused("the client counted 1.000 s, 1.095 s passed",
                Results.with(Figure.SECONDS_SEEN, 1.095, Results.honest("broken", open, 1, 1_000)));
    }

    private static Run codec(String benchmark, int round, double nanos) {
        return new Run(Run.facts(benchmark, Map.of("bytes", "64"), round), Map.of(CodecMain.NANOS, nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = {"maskedCopy", "frameWrite", "frameWriteMasked"})
    void whoCopiesAndDoesMoreIsNotFasterThanACopy(String benchmark) throws IOException {
        file = Results.begin(folder, FullSuite.CODEC);
        for (int round = 1; round <= 3; round++) {
            file.append(codec(CodecMain.MEMORY_COPY, round, round == 1 ? 12 : 10));
            file.append(codec("maskInPlace", round, 5));
        }
        for (String other : CodecMain.COPYING) {
            if (!other.equals(benchmark)) {
                file.append(codec(other, 1, 8.2));
            }
        }
        assertRefused(benchmark + ", {bytes=64}: 8.21 bytes/ns, but a plain copy has 6.40 and the noise is 25 %",
                codec(benchmark, 1, 7.8));
    }

    @Test
    void aCopyOfOneRoundMayHaveBeenDisturbed() throws IOException {
        file = Results.begin(folder, FullSuite.CODEC);
        file.append(codec(CodecMain.MEMORY_COPY, 1, 10));
        file.append(codec("maskedCopy", 1, 5.5));
        assertRefused("frameWrite, {bytes=64}: 16.00 bytes/ns, but a plain copy has 6.40 and the noise is 100 %",
                codec("frameWrite", 1, 4));
    }

    @Test
    void theSameIsNotRunTwiceInARound() throws IOException {
        assertRefused("there are two of it", Results.honest(Contenders.ASYNCIO, ALONE, 1, 51_000));
    }

    @Test
    void aRunIsInARound() throws IOException {
        assertRefused("\"0\" is no round", Results.honest("broken", ALONE, 0, 51_000));
    }

    @Test
    void aParameterIsANumber() throws IOException {
        Map<String, String> many = load(1, 64, 1);
        Run honest = Results.honest("broken", many, 1, 50_000);
        many.put("connections", "many");
        assertRefused("connections is \"many\", which is no number",
                new Run(Run.facts("broken", many, 1), honest.figures()));
    }

    @Test
    void aFileHasRunsOfOneKind() throws IOException {
        assertRefused("a round trip among runs of a closed loop", Results.roundTrip("broken", 64, 45));
    }

    @Test
    void anOpenLoopHasNoWindowToCompareWith() throws IOException {
        Map<String, String> open = load(1, 64, 64);
        open.put("rate", "1000");
        file = Results.begin(folder, FullSuite.OPEN_LOOP);
        file.append(Results.withMean(10, Results.honest(Contenders.ASYNCIO, open, 1, 1_000)));
        Gates.check(file);
        assertEquals(1, file.runs().size());
    }
}
