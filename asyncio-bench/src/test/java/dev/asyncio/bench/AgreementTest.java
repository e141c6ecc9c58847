package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgreementTest {

    /// Of the only row, as a list has it.
    private static final String NETTY = "2. TCP echo, many connections, 64 B, 64 connections, window 1, Netty, epoll: ";

    @TempDir
    private Path folder;

    @TempDir
    private Path other;

    /// Ours has 100,000 and 102,000.
    private static void measure(Path folder, double theirs) throws IOException {
        measure(theirs, Results.begin(folder, FullSuite.TCP_ECHO));
    }

    private static void measure(double theirs, ResultFile file) throws IOException {
        for (int round = 1; round <= 3; round++) {
            file.append(Results.honest(Contenders.ASYNCIO, load(64, 64, 1), round, 100_000));
            file.append(Results.honest("Netty, epoll", load(64, 64, 1), round, theirs));
            file.append(Results.honest(Contenders.ASYNCIO_AGAIN, load(64, 64, 1), round, 102_000));
        }
    }

    @Test
    void aWinInOneRunThatIsALossInTheOtherIsAContradiction() throws IOException {
        measure(folder, 80_000);
        measure(other, 120_000);
        List<String> contradictions = Agreement.of(folder, other).contradictions();
        assertEquals(1, contradictions.size());
        assertTrue(contradictions.getFirst().contains("64 connections, window 1, Netty, epoll: 1.26 and 0.84"),
                contradictions::getFirst);
    }

    @Test
    void aTieContradictsWhatIsDecidedByMore() throws IOException {
        measure(folder, 101_000);
        measure(other, 120_000);
        Agreement agreement = Agreement.of(folder, other);
        assertEquals(List.of(NETTY + "1.00 tie and 0.84"), agreement.contradictions());
        assertEquals(agreement.contradictions().size(), Agreement.of(other, folder).contradictions().size());
        assertFalse(agreement.isReached());
    }

    @ParameterizedTest
    @CsvSource({"102900, 97500, 0.98 tie and 1.04", "99500, 95500, 1.02 tie and 1.06"})
    void aTieIsNotContradictedByWhatIsHardlyMoreThanItOrOne(int rate, int otherRate, String comparisons)
            throws IOException {
        measure(folder, rate);
        measure(other, otherRate);
        Agreement agreement = Agreement.of(folder, other);
        assertEquals(List.of(NETTY + comparisons), agreement.differing());
        assertTrue(agreement.isReached());
    }

    @Test
    void whatIsUndecidedDiffersFromWhatIsDecidedFarFromIt() throws IOException {
        measureRestless(folder);
        measure(other, 8_000_000);
        Agreement agreement = Agreement.of(folder, other);
        assertEquals(List.of(NETTY + "1.01 undecided and 0.013"), agreement.differing());
        assertEquals("0 decided the same, 0 contradicted, 1 differ, 0 decided in one run only, 0 in neither; "
                + "0 not compared", agreement.toString());
        String folded = "\n<details>\n<summary>Decided in one run only, while the other differs</summary>\n\n- 2. TCP";
        assertTrue(agreement.toMarkdown().contains(folded), agreement::toMarkdown);
        assertTrue(agreement.isReached());
    }

    @Test
    void whatIsWithinTheNoiseOfEitherRunDoesNotDiffer() throws IOException {
        measureRestless(folder);
        measure(other, 80_000);
        for (Agreement agreement : List.of(Agreement.of(folder, other), Agreement.of(other, folder))) {
            assertEquals(List.of(), agreement.differing());
            assertEquals(1, agreement.decidedOnce().size());
        }
    }

    /// Nothing is decided by such a pair, but how far apart it was is known all the same.
    @Test
    void whatIsWithinTheNoiseOfADisturbedPairDoesNotDiffer() throws IOException {
        measureRestless(folder, 0.2);
        measure(other, 80_000);
        assertEquals(List.of(), Agreement.of(folder, other).differing());
    }

    private static void measureRestless(Path folder) throws IOException {
        measureRestless(folder, 0);
    }

    /// One half of the pair has half as much again as the other; both together are as fast as theirs.
    ///
    /// @param compilerSeconds beside one half, in each round
    private static void measureRestless(Path folder, double compilerSeconds) throws IOException {
        ResultFile file = Results.begin(folder, FullSuite.TCP_ECHO);
        for (int round = 1; round <= 3; round++) {
            file.append(Results.with(Figure.COMPILER_SECONDS, compilerSeconds,
                    Results.honest(Contenders.ASYNCIO, load(64, 64, 1), round, 82_500)));
            file.append(Results.honest("Netty, epoll", load(64, 64, 1), round, round == 2 ? 92_000 : 100_000));
            file.append(Results.honest(Contenders.ASYNCIO_AGAIN, load(64, 64, 1), round, 123_750));
        }
    }

    @Test
    void aCopyOfARunIsNoOtherRun() throws IOException {
        for (Path each : List.of(folder, other)) {
            measure(80_000, Results.begin(each, FullSuite.TCP_ECHO, "2026-01-01T10:00:00Z"));
        }
        var refused = assertThrows(IOException.class, () -> Agreement.of(folder, other));
        assertEquals("tcp-echo: both runs have the same results, begun at the same time", refused.getMessage());
    }

    @Test
    void whatIsNotInBothIsSaid() throws IOException {
        measure(folder, 80_000);
        measure(other, 80_000);
        Results.begin(folder, FullSuite.TCP_STREAM).append(Results.stream("Netty, epoll", 1));
        Results.begin(folder, FullSuite.TCP_ECHO).append(Results.honest("Drogon", load(64, 64, 1), 1, 90_000));
        ResultFile echo = Results.begin(other, FullSuite.TCP_ECHO);
        echo.append(Results.honest("Trantor", load(64, 64, 1), 1, 90_000));
        echo.append(Results.honest("Trantor", load(1, 64, 1), 1, 90_000));
        assertEquals(
                List.of("1b. TCP echo round trip, 1 connection: 64 B, 1 connection, window 1",
                        "2. TCP echo, many connections: 64 B, 64 connections, window 1, Drogon; "
                                + "64 B, 64 connections, window 1, Trantor",
                        "3. TCP streaming: 64 B"),
                Agreement.of(folder, other).notCompared());
        String markdown = Agreement.of(folder, other).toMarkdown();
        assertTrue(markdown.contains("; 5 not compared.\n"), markdown);
        assertTrue(markdown.contains("\n- 3. TCP streaming: 64 B\n"), markdown);
        assertFalse(Agreement.of(folder, other).isReached(), "what one has not measured may contradict the other");
    }

    @Test
    void aSweepIsNothingToAgreeOn() throws IOException {
        measure(folder, 80_000);
        measure(other, 80_000);
        Results.begin(folder, FullSuite.TCP_SETTINGS)
                .append(Results.honest("Netty, epoll, pooled allocator", load(64, 64, 1), 1, 90_000));
        Agreement agreement = Agreement.of(folder, other);
        assertTrue(agreement.toString().endsWith("; 0 not compared"), agreement::toString);
        assertTrue(agreement.isReached());
    }

    @Test
    void whereNothingIsComparedNothingIsAgreedOn() throws IOException {
        measure(folder, 80_000);
        Results.begin(other, FullSuite.TCP_STREAM).append(Results.stream("Netty, epoll", 1));
        Agreement agreement = Agreement.of(folder, other);
        assertEquals(List.of(), agreement.contradictions());
        assertFalse(agreement.isReached());
    }

    @Test
    void anOpenLoopIsComparedByItsShareOfTheRate() throws IOException {
        measureOpen(folder, "1000", 900);
        measureOpen(other, "1100", 900);
        assertEquals("2 decided the same, 0 contradicted, 0 differ, 0 decided in one run only, 0 in neither; "
                + "0 not compared",
                Agreement.of(folder, other).toString());
    }

    @Test
    void aTailMayContradictWhereTheMedianAgrees() throws IOException {
        measureOpen(folder, "1000", 900);
        measureOpen(other, "1000", 1_100);
        Agreement agreement = Agreement.of(folder, other);
        assertEquals(List.of("8. Latency under load, p99, 64 B, 64 connections, window 1, 1000 messages/s, "
                + "about 10% of ours in table 2, Netty, epoll: 1.11 and 0.91"), agreement.contradictions());
        assertTrue(agreement.toString().startsWith("1 decided the same, 1 contradicted, "), agreement::toString);
    }

    /// Ours has 1,000 messages a second.
    ///
    /// @param tailRate at which theirs would have the p99 that it has; the rest is that of 900
    private static void measureOpen(Path folder, String rate, double tailRate) throws IOException {
        Map<String, String> load = load(64, 64, 1);
        load.put("share", "10%");
        load.put("rate", rate);
        ResultFile file = Results.begin(folder, FullSuite.OPEN_LOOP);
        for (int round = 1; round <= 3; round++) {
            file.append(Results.honest(Contenders.ASYNCIO, load, round, 1_000));
            double tailMicros =
                    Results.honest("Netty, epoll", load, round, tailRate).figure(Figure.P99_MICROS);
            file.append(Results.with(Figure.P99_MICROS, tailMicros, Results.honest("Netty, epoll", load, round, 900)));
            file.append(Results.honest(Contenders.ASYNCIO_AGAIN, load, round, 1_000));
        }
    }

    @Test
    void whatDoesNotPassTheGatesAgreesWithNothing() throws IOException {
        measure(folder, 80_000);
        measure(other, 80_000);
        Run honest = Results.honest("broken", load(64, 64, 1), 1, 90_000);
        Results.begin(other, FullSuite.TCP_ECHO).append(Results.without(Figure.P50_MICROS, honest));
        assertThrows(IOException.class, () -> Agreement.of(folder, other));
    }

    @Test
    void inWhatTheRunsWereDifferentIsSaid() throws IOException {
        measure(folder, 80_000);
        assertEquals(List.of(), Agreement.of(folder, folder).differences());
        Run elsewhere = new Run(Map.of("machine", "another", "cores", "2", "pinned", "yes", "started", "today"),
                Map.of(Environment.MEMORY_COPY, 2e10));
        measure(80_000, ResultFile.open(other.resolve(FullSuite.TCP_ECHO + ResultFile.SUFFIX), elsewhere));
        Results.begin(folder, FullSuite.TCP_SETTINGS).append(
                Results.honest("Netty, NIO, pooled allocator", load(64, 64, 1), 1, 60_000));
        assertEquals(
                List.of("machine: a machine \"of\" ours; in the other: another", "pinned: not told; in the other: yes",
                        "copy in memory, GB/s: 10.0; in the other: 20.0",
                        "tcp-settings: Netty, NIO, pooled allocator; in the other: not told"),
                Agreement.of(folder, other).differences());
    }

    @Test
    void whereFilesOfARunAreOfDifferentMachinesEachIsNamed() throws IOException {
        measure(folder, 80_000);
        measure(other, 80_000);
        Run elsewhere = new Run(Map.of("machine", "another", "cores", "2"), Map.of(Environment.MEMORY_COPY, 2e10));
        ResultFile.open(other.resolve(FullSuite.TCP_STREAM + ResultFile.SUFFIX), elsewhere)
                .append(Results.stream("C, blocking", 1));
        assertEquals(
                List.of("machine: a machine \"of\" ours; in the other: a machine \"of\" ours (tcp-echo); another (tcp-stream)",
                        "copy in memory, GB/s: 10.0; in the other: 10.0 to 20.0"),
                Agreement.of(folder, other).differences());
    }

    @Test
    void oursInSeveralSettingsIsNoContender() throws IOException {
        measure(80_000, Results.begin(folder, FullSuite.ABLATION));
        measure(80_000, Results.begin(other, FullSuite.ABLATION));
        assertFalse(Agreement.of(folder, other).isReached());
    }

    @Test
    void oursInAnotherSettingIsNoContenderEither() throws IOException {
        for (Path run : List.of(folder, other)) {
            measure(run, 80_000);
            ResultFile file = Results.begin(run, FullSuite.TCP_ECHO);
            for (int round = 1; round <= 3; round++) {
                file.append(Results.honest("asyncio, platform loop", load(64, 64, 1), round, 50_000));
            }
        }
        Results.begin(other, FullSuite.TCP_ECHO)
                .append(Results.honest("asyncio, sendSoon", load(64, 64, 1), 1, 50_000));
        assertEquals("1 decided the same, 0 contradicted, 0 differ, 0 decided in one run only, 0 in neither; "
                + "0 not compared",
                Agreement.of(folder, other).toString());
    }

    @Test
    void whatBothSayIsCounted() throws IOException {
        measure(folder, 80_000);
        measure(other, 90_000);
        assertEquals("1 decided the same, 0 contradicted, 0 differ, 0 decided in one run only, 0 in neither; "
                + "0 not compared",
                Agreement.of(folder, other).toString());
    }
}
