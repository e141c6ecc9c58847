package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private static final Map<String, String> LOAD = load(64, 64, 1);

    @TempDir
    private Path folder;

    /// The rounds of ours are 20 % apart.
    private ResultFile measure() throws IOException {
        ResultFile file = Results.begin(folder, FullSuite.TCP_ECHO);
        double[] factors = {0.9, 1, 1.1};
        for (int round = 1; round <= factors.length; round++) {
            double factor = factors[round - 1];
            file.append(Results.honest(Contenders.ASYNCIO, LOAD, round, 100_000 * factor));
            file.append(Results.honest("JDK, virtual threads", LOAD, round, 50_000 * factor));
            file.append(Results.honest("Netty, epoll", LOAD, round, 95_000));
            file.append(Results.honest(Contenders.C_EPOLL, LOAD, round, 125_000 * factor));
            file.append(Results.honest(Contenders.ASYNCIO_AGAIN, LOAD, round, 100_000));
        }
        file.append(Run.skipped("Trantor", "CMake finds no Trantor"));
        return file;
    }

    private String report() throws IOException {
        Path page = folder.resolve("BENCHMARKS.md");
        Report.main(new String[] {folder.toString(), page.toString()});
        return Files.readString(page);
    }

    @Test
    void everyRowIsThereTheLosersAndTheTiesToo() throws IOException {
        measure();
        String page = report();
        assertTrue(page.contains("| C, epoll | 125,000 | 20 % | 0.80 |"), page);
        assertTrue(page.contains("| **asyncio** | 100,000 | 20 % |  |"), page);
        assertTrue(page.contains("| asyncio, again | 100,000 | 0 % | 1.00 A/A |"), page);
        assertTrue(page.contains("| Netty, epoll | 95,000 | 0 % | 1.05 undecided |"), page);
        assertTrue(page.contains("| JDK, virtual threads | 50,000 | 20 % | 2.00 |"), page);
        assertTrue(page.contains("The halves of the A/A pair are at most 11.1 % apart in messages/s within a round.\n"),
                page);
    }

    @Test
    void howOursStandsBesideThoseThatEverybodyKnowsComesFirst() throws IOException {
        measure();
        String page = report();
        int row = page
                .indexOf("| [2](#2-tcp-echo-many-connections): 64 B, 64 connections, window 1, messages/s | 100,000 | "
                        + "0.80 | – | 1.05 undecided | – | 2.00 | – |\n");
        assertTrue(row > 0 && row < page.indexOf("## Targets"), page);
    }

    @Test
    void whoJoinsMessagesStandsBesideOursThatJoinsToo() throws IOException {
        ResultFile file = Results.begin(folder, FullSuite.WEBSOCKET_STREAM);
        for (int round = 1; round <= 3; round++) {
            file.append(stream(Contenders.ASYNCIO, round, 1e5));
            file.append(stream(Contenders.ASYNCIO_SOON, round, 4e5));
            file.append(stream(Contenders.BUN, round, 2e5));
            file.append(stream(Contenders.ASYNCIO_AGAIN, round, 1e5));
        }
        String page = report();
        assertTrue(page.contains("): 64 B, MiB/s | 6.10 | 0.50 | –"), page);
        assertTrue(page.contains("): 64 B, MiB/s, sendSoon | 24.4 | 2.00 | –"), page);
    }

    private static Run stream(String contender, int round, double messages) {
        return Results.with(Figure.BYTES, 64 * messages,
                Results.with(Figure.MESSAGES, messages, Results.stream(contender, round)));
    }

    @Test
    void whatStandsInPlaceOfTheTableThatCannotBeRightSaysHowFarThePairIsApart() throws IOException {
        ResultFile file = Results.begin(folder, FullSuite.TCP_ECHO);
        for (int round = 1; round <= 3; round++) {
            file.append(Results.honest(Contenders.ASYNCIO, load(1, 64, 1), round, 50_000));
            file.append(Results.honest(Contenders.ASYNCIO_AGAIN, load(1, 64, 1), round, 40_000));
        }
        String page = report();
        assertTrue(
                page.contains("\n| 64 B, 1 connection, window 1 | 20.0 | 25.0 | 25.0 % | 50,000 | 40,000 | 25.0 % |\n"),
                page);
    }

    @Test
    void eachPartIsLinkedAtTheTop() throws IOException {
        measure();
        String page = report();
        assertTrue(page.contains("\n- [2. TCP echo, many connections](#2-tcp-echo-many-connections)\n"), page);
        assertTrue(page.contains("\n- [How to read it](#how-to-read-it)\n"), page);
        assertEquals(count("\n## ", page), count("](#", page.substring(0, page.indexOf("\n## "))) - 2,
                "but for the two links of the head");
    }

    @Test
    void aPairThatDiffersMuchIsSaidToBeTooNoisy() throws IOException {
        ResultFile file = measure();
        file.append(Results.honest(Contenders.ASYNCIO, LOAD, 4, 100_000));
        file.append(Results.honest(Contenders.ASYNCIO_AGAIN, LOAD, 4, 116_000));
        assertTrue(
                report().contains("The halves of the A/A pair are at most 16.0 % apart in messages/s within a round: "
                        + "too noisy to tell small differences.\n"));
    }

    @Test
    void whatWasNotMeasuredIsSaid() throws IOException {
        measure();
        String page = report();
        assertTrue(page.contains("Not measured: Trantor, CMake finds no Trantor"), page);
        assertTrue(page.contains("a machine \"of\" ours"), page);
        assertTrue(page.contains("not measured |"), page);
    }

    @Test
    void withWhichSettingsServersRanIsSaid() throws IOException {
        ResultFile file = measure();
        assertFalse(report().contains("- Settings of JVMs"));
        file.append(new Run(Map.of(Run.CONTENDER, "Netty, epoll", Run.SETTINGS, "-Da=b -Dc=d"), Map.of()));
        file.append(new Run(Map.of(Run.CONTENDER, "JDK, virtual threads", Run.SETTINGS, "-De=f"), Map.of()));
        String page = report();
        assertTrue(page.contains("- Settings of JVMs, where there is a choice by the sweeps of tables 12 and 12b: "
                + "Netty, epoll: -Da=b -Dc=d; JDK, virtual threads: -De=f\n"), page);
    }

    @Test
    void theRowsOfASweepSayTheirSettingsThemselves() throws IOException {
        ResultFile sweep = Results.begin(folder, FullSuite.TCP_SETTINGS);
        sweep.append(Results.honest("Netty, epoll, pooled allocator", LOAD, 1, 90_000));
        sweep.append(Run.settings("Netty, epoll, pooled allocator", List.of("-Da=b")));
        String page = report();
        assertTrue(page.contains("\n| Netty, epoll, pooled allocator | 90,000 |"), page);
        assertFalse(page.contains("-Da=b"), page);
    }

    @Test
    void settingsThatAnEarlierSweepChoseAreNamed() throws IOException {
        ResultFile sweep = Results.begin(folder, FullSuite.TCP_SETTINGS);
        for (String allocator : List.of("adaptive", "pooled")) {
            for (String buffer : List.of("", ", adaptive receive buffer")) {
                sweep.append(Results.honest("Netty, epoll, " + allocator + " allocator" + buffer, LOAD, 1,
                        allocator.equals("pooled") && buffer.isEmpty() ? 100_000 : 90_000));
            }
        }
        ResultFile file = measure();
        String pooled = "-Dio.netty.allocator.type=pooled -D" + NettyServer.RECEIVE_BUFFER_PROPERTY + "=fixed";
        file.append(new Run(Map.of(Run.CONTENDER, "Netty, epoll", Run.SETTINGS, pooled), Map.of()));
        assertFalse(report().contains("Not as this sweep chooses"));
        file.append(new Run(Map.of(Run.CONTENDER, "Netty, NIO", Run.SETTINGS, "-Da=b"), Map.of()));
        assertFalse(report().contains("Not as this sweep chooses"), "it had no choice");
        sweep.append(Results.honest("Netty, epoll, adaptive allocator", LOAD, 2, 110_000));
        sweep.append(Results.honest("Netty, epoll, adaptive allocator", LOAD, 3, 110_000));
        String page = report();
        assertTrue(page.contains("- Not as this sweep chooses: Netty, epoll\n"), page);
    }

    @Test
    void settingsThatNoSweepChoseAreNotSaidToBeItsChoice() throws IOException {
        ResultFile file = Results.begin(folder, RoundTripComparison.NAME);
        file.append(Results.roundTrip(Contenders.ASYNCIO, 64, 45));
        file.append(new Run(Map.of(Run.CONTENDER, "JDK, virtual threads", Run.SETTINGS, "-De=f"), Map.of()));
        String page = report();
        assertTrue(page.contains("- Settings of JVMs: JDK, virtual threads: -De=f\n"), page);
    }

    @Test
    void ofATableThatNobodyIsInTheReasonsAreSaid() throws IOException {
        Results.begin(folder, FullSuite.WEBSOCKET_CLIENTS)
                .append(Run.skipped("asyncio", "this system does not tell its TCP_NODELAY"));
        String page = report();
        assertTrue(page.contains("- Not measured: asyncio, this system does not tell its TCP_NODELAY\n\nNothing"),
                page);
    }

    @Test
    void targetsAreReachedOrMissedAndTheMissedExplained() throws IOException {
        measure();
        Files.writeString(folder.resolve("notes.properties"), "64-connections,-64-B,-window-1 = the reason\n");
        String page = report();
        assertTrue(page.contains(
                "| 64 connections, 64 B, window 1 | at least 1.30 x JDK, virtual threads | 2.00 | 1.91 and 2.11 | reached |"),
                page);
        assertTrue(page.contains(
                "| 64 connections, 64 B, window 1 | at least 0.95 x C, epoll | 0.80 | 0.76 and 0.84 | **missed** |"),
                page);
        assertTrue(page.contains("- 64 connections, 64 B, window 1: the reason"), page);
    }

    @Test
    void aMissedTargetWithoutAReasonSaysSo() throws IOException {
        ResultFile file = measure();
        file.append(Results.honest("Netty, NIO", load(8, 64 * 1024, 1), 1, 10_000));
        file.append(Results.honest(Contenders.ASYNCIO, load(8, 64 * 1024, 1), 1, 9_000));
        assertTrue(report().contains("missed, and not explained yet"));
    }

    @Test
    void aTableThatOursLosesInSaysWhy() throws IOException {
        measure();
        Files.writeString(folder.resolve("notes.properties"), "table-2 = the reason\ntable-1b = too slow\n");
        String page = report();
        int table = page.indexOf("## 2. TCP echo, many connections");
        int reason = page.indexOf("- Why ours loses there, in this run or another: the reason\n");
        assertTrue(table < reason && reason < page.indexOf("## 3. "), page);
        assertFalse(page.contains("too slow"), page);
    }

    @Test
    void aTableInWhichNoLossIsDecidedHasNoReasonForOne() throws IOException {
        ResultFile file = Results.begin(folder, FullSuite.TCP_ECHO);
        for (int round = 1; round <= 3; round++) {
            file.append(Results.honest(Contenders.ASYNCIO, LOAD, round, 100_000));
            file.append(Results.honest(Contenders.C_EPOLL, LOAD, round, round == 2 ? 90_000 : 110_000));
            file.append(Results.honest(Contenders.ASYNCIO_AGAIN, LOAD, round, 100_000));
        }
        Files.writeString(folder.resolve("notes.properties"), "table-2 = too slow\n");
        assertFalse(report().contains("too slow"));
    }

    @Test
    void aPlotHasABarForEachContender() throws IOException {
        measure();
        report();
        String plot = Files.readString(folder.resolve("2-tcp-echo.svg"));
        assertEquals(1 + 5, count("<rect ", plot), plot);
        assertEquals(5, count("<line ", plot), plot);
        assertTrue(plot.contains(">125,000<"), plot);
    }

    @Test
    void aLineInAPlotGoesFromTheLeastOfTheRoundsToTheMost() throws IOException {
        measure();
        report();
        String plot = Files.readString(folder.resolve("2-tcp-echo.svg"));
        assertTrue(plot.contains("x1=\"540.9\" x2=\"610.0\""), plot);
        assertTrue(plot.contains("x1=\"492.5\" x2=\"492.5\""), plot);
    }

    @Test
    void aFileThatDoesNotPassTheGatesIsLeftOutWithItsReason() throws IOException {
        measure().append(Results.honest("broken", LOAD, 1, 27_000_000));
        Results.begin(folder, FullSuite.TCP_STREAM).append(Results.stream("C, blocking", 1));
        String page = assertRefused("27000000 messages a second, the floor has 137500");
        assertFalse(page.contains("\n| JDK, virtual threads |"), page);
        assertTrue(page.contains("| C, blocking |"), page);
    }

    @Test
    void aFileThatIsCutShortIsLeftOutToo() throws IOException {
        measure();
        Path stream = folder.resolve(FullSuite.TCP_STREAM + ResultFile.SUFFIX);
        Files.writeString(stream, "{\"machine\":\"ours\"}\n{\"contender\":");
        String page = assertRefused("line 2: cut short");
        assertTrue(page.contains("| JDK, virtual threads |"), page);
    }

    @Test
    void whatIsRefusedOfASecondRunIsLeftOutToo() throws IOException {
        measure();
        Path second = Files.createDirectory(folder.resolve("second"));
        Results.begin(second, FullSuite.TCP_ECHO)
                .append(Results.without(Figure.SECONDS, Results.honest("broken", LOAD, 1, 50_000)));
        var refused = assertThrows(IOException.class, this::report);
        assertTrue(refused.getMessage().startsWith("refused: tcp-echo: "), refused.getMessage());
        String page = Files.readString(folder.resolve("BENCHMARKS.md"));
        assertTrue(page.contains("seconds is NaN"), page);
        assertTrue(page.contains("| JDK, virtual threads |"), page);
    }

    /// The page says on top and beside the table what the program fails with in the end.
    private String assertRefused(String reason) throws IOException {
        Files.deleteIfExists(folder.resolve("BENCHMARKS.md"));
        var refused = assertThrows(IOException.class, this::report);
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
        String page = Files.readString(folder.resolve("BENCHMARKS.md"));
        String head = page.substring(0, page.indexOf("## Targets"));
        assertTrue(head.contains(reason), head);
        assertTrue(Pattern.compile("\nRefused: .*" + Pattern.quote(reason)).matcher(page).find(), page);
        return page;
    }

    @Test
    void aFileOfAnUnknownComparisonMakesNoReport() throws IOException {
        measure();
        Results.begin(folder, "made-up").append(Results.honest("best", LOAD, 1, 1_000_000));
        var refused = assertThrows(IOException.class, this::report);
        assertTrue(refused.getMessage().contains("made-up.jsonl: there is no such comparison"), refused.getMessage());
        assertFalse(Files.exists(folder.resolve("BENCHMARKS.md")));
    }

    @Test
    void aFileWithTheRunsOfAnotherComparisonIsRefused() throws IOException {
        measure();
        Results.begin(folder, FullSuite.CODEC).append(Results.honest("masking", LOAD, 1, 1_000_000));
        var refused = assertThrows(IOException.class, this::report);
        assertTrue(refused.getMessage().contains("codec: {contender=masking"), refused.getMessage());
        assertTrue(refused.getMessage().contains("has no bytes/ns"), refused.getMessage());
    }

    /// A C program that echoes 125,000 messages in each of three rounds.
    private void measureFloor(double coreNanos) throws IOException {
        ResultFile file = Results.begin(folder, FullSuite.TCP_ECHO);
        for (int round = 1; round <= 3; round++) {
            Run honest = Results.honest(Contenders.C_EPOLL, LOAD, round, 125_000);
            file.append(Results.with(Figure.CORE_NANOS, coreNanos, honest));
        }
    }

    private static Run far(double coreNanos, String contender, double rate) {
        return Results.with(Figure.CORE_NANOS, coreNanos, Results.honest(contender, LOAD, 1, rate));
    }

    @Test
    void aWebSocketServerDoesNotBeatTheTcpEchoInC() throws IOException {
        measureFloor(80);
        ResultFile file = Results.begin(folder, FullSuite.WEBSOCKET_TEXT);
        file.append(far(70, Contenders.ASYNCIO, 140_000));
        report();
        file.append(far(380, "broken", 160_000));
        assertRefused("broken, {connections=64, bytes=64, window=1}: 160000 messages a second, the floor has 125000");
    }

    @Test
    void itMayWhileTheCoresAreNearerAndThatIsSaid() throws IOException {
        measureFloor(380);
        ResultFile file = Results.begin(folder, FullSuite.WEBSOCKET_TEXT);
        file.append(far(70, Contenders.ASYNCIO, 160_000));
        String page = report();
        assertTrue(page.contains("The best row has 1.28 times the rate of the C program of table 2, for which the "
                + "cores may have been further from each other."), page);
        file.append(far(70, "broken", 260_000));
        assertRefused("broken, {connections=64, bytes=64, window=1}: 260000 messages a second, the floor has 125000 "
                + "and the noise is 100 %");
    }

    @Test
    void itMayWhereNobodyKnowsHowFarTheCoresWere() throws IOException {
        measureFloor(70);
        ResultFile file = Results.begin(folder, FullSuite.WEBSOCKET_TEXT);
        file.append(Results.honest(Contenders.ASYNCIO, LOAD, 1, 160_000));
        assertTrue(report().contains("for which the cores may have been further from each other."));
    }

    @Test
    void blocksThatAreLargeMayBeatItAndThatIsSaid() throws IOException {
        Map<String, String> large = load(8, 64 * 1024, 1);
        measure().append(Results.honest(Contenders.C_EPOLL, large, 1, 10_000));
        ResultFile file = Results.begin(folder, FullSuite.WEBSOCKET_TEXT);
        file.append(Results.honest(Contenders.ASYNCIO, large, 1, 13_000));
        String page = report();
        assertTrue(page.contains("The best row has 1.30 times the rate of the C program of table 2"), page);
        file.append(Results.honest("broken", large, 1, 21_000));
        assertRefused("the floor has 10000 and the noise is 100 %");
    }

    @Test
    void aTableWithoutACProgramSaysThatItHasNoFloor() throws IOException {
        measure().append(Results.honest(Contenders.ASYNCIO, load(1_000, 64, 1), 1, 100_000));
        String page = report();
        assertEquals(1, count("Floor gate not run: no C program was measured under this load.", page), page);
    }

    @Test
    void whatIdleConnectionsCostInAllComesFirst() throws IOException {
        ResultFile file = Results.begin(folder, FullSuite.IDLE);
        Map<String, String> idle = Map.of("protocol", "TCP", "connections", "1000");
        file.append(new Run(Run.facts(Contenders.ASYNCIO, idle, 1), new IdleCost.Cost(0.1, 1_600, 64, 400).figures()));
        String page = report();
        assertTrue(page.contains("""
                |  | bytes in all | spread | heap bytes | bytes outside | direct bytes | idle CPU % |
                | --- | ---: | ---: | ---: | ---: | ---: | ---: |
                | **asyncio** | 2,000 | 0 % | 1,600 | 400 | 64.0 | 0.10 |

                ## 9b."""), page);
    }

    @Test
    void whatAnOlderFileHasOfIdleWebSocketsIsNotTcp() throws IOException {
        ResultFile file = Results.begin(folder, FullSuite.IDLE);
        for (String protocol : List.of("TCP", "WEBSOCKET")) {
            Map<String, String> idle = Map.of("protocol", protocol, "connections", "1000");
            file.append(new Run(Run.facts(Contenders.ASYNCIO, idle, 1), new IdleCost.Cost(0, 1_600, 0, 0).figures()));
        }
        String page = report();
        assertEquals(1, count("### 1000 connections, ", page), page);
    }

    @Test
    void aCodecStandsBesideACopyOfTheBytes() throws IOException {
        ResultFile file = Results.begin(folder, FullSuite.CODEC);
        file.append(codec(CodecMain.MEMORY_COPY, 2));
        file.append(codec("maskInPlace", 4));
        assertTrue(report().contains("""
                |  | bytes/ns | spread | of memoryCopy |
                | --- | ---: | ---: | ---: |
                | memoryCopy | 32.0 | 0 % | 1.00 |
                | maskInPlace | 16.0 | 0 % | 0.50 |

                ## 12."""));
    }

    private static Run codec(String benchmark, double nanos) {
        return new Run(Run.facts(benchmark, Map.of("bytes", "64"), 1), Map.of(CodecMain.NANOS, nanos));
    }

    @Test
    void aFloorOfTooFewRoundsIsSaid() throws IOException {
        ResultFile file = Results.begin(folder, FullSuite.TCP_ECHO);
        file.append(Results.honest(Contenders.ASYNCIO, LOAD, 1, 140_000));
        file.append(Results.honest(Contenders.C_EPOLL, LOAD, 1, 100_000));
        String page = report();
        assertTrue(page.contains("The best row has 1.40 times the rate of the C program, "
                + "of which there is one round."), page);
    }

    @Test
    void roundsThatAreMissingAreSaid() throws IOException {
        ResultFile file = measure();
        file.append(Results.honest(Contenders.ASYNCIO, LOAD, 4, 100_000));
        file.append(Results.honest("Drogon", LOAD, 4, 50_000));
        file.append(Results.honest("Drogon", LOAD, 1, 50_000));
        String page = report();
        assertTrue(page.contains("- Rounds: 4, "), page);
        assertTrue(page.contains("Rounds missing: JDK, virtual threads (4); Netty, epoll (4); C, epoll (4); "
                + "asyncio, again (4); Drogon (2, 3)\n"), page);
    }

    @Test
    void moreThanThreeRoundsAreExplained() throws IOException {
        ResultFile file = measure();
        assertTrue(report().contains("- Rounds: 3\n"));
        file.append(Results.honest(Contenders.ASYNCIO, LOAD, 4, 100_000));
        assertTrue(report()
                .contains(
                        "- Rounds: 4, since gates refused what fewer came to, or fewer were disturbed or could not be compared\n"));
    }

    @Test
    void aCompleteTableLacksNoRound() throws IOException {
        measure();
        assertFalse(report().contains("Rounds missing"));
    }

    @Test
    void whatACodecDoesNotHaveForASizeIsNotMissing() throws IOException {
        ResultFile file = Results.begin(folder, FullSuite.CODEC);
        file.append(codec("frameWrite", 2));
        file.append(new Run(Run.facts("frameRead", Map.of("bytes", "65536"), 1), Map.of(CodecMain.NANOS, 4.0)));
        assertFalse(report().contains("Rounds missing"));
    }

    @Test
    void aContenderThatATableLacksAltogetherIsMissingInAllRounds() throws IOException {
        measure().append(Results.honest(Contenders.C_EPOLL, load(8, 64, 1), 1, 100_000));
        assertTrue(report().contains("Rounds missing: asyncio (all); "));
    }

    @Test
    void aTableThatWasNotMeasuredIsThereAllTheSame() throws IOException {
        measure();
        String page = report();
        assertTrue(page.contains("## 10. Connects\n"), page);
        assertTrue(page.contains("suite.sh tcp-settings connects`"), page);
        assertEquals(Section.ALL.size() - 1, count("Nothing was measured yet.", page), page);
    }

    @Test
    void aSecondRunIsComparedWithTheFirst() throws IOException {
        measure();
        ResultFile second = Results.begin(Files.createDirectory(folder.resolve("second")), FullSuite.TCP_ECHO);
        for (int round = 1; round <= 3; round++) {
            second.append(Results.honest(Contenders.ASYNCIO, LOAD, round, 100_000));
            second.append(Results.honest("JDK, virtual threads", LOAD, round, 120_000));
            second.append(Results.honest(Contenders.C_EPOLL, LOAD, round, 125_000));
            second.append(Results.honest(Contenders.ASYNCIO_AGAIN, LOAD, round, 101_000));
        }
        String page = report();
        assertTrue(page.contains("1 decided the same, 1 contradicted, 0 differ, 0 decided in one run only, "
                + "0 in neither; "), page);
        assertTrue(page.contains("- 2. TCP echo, many connections, 64 B, 64 connections, window 1, "
                + "JDK, virtual threads: 2.00 and 0.84\n"), page);
    }

    private static void begin(Path folder, String comparison, String started) throws IOException {
        Results.begin(folder, comparison, started).append(Results.stream("C, blocking", 1));
    }

    @Test
    void whenTheFilesOfEachRunWereBegunIsSaid() throws IOException {
        begin(folder, FullSuite.TCP_STREAM, "2026-01-01T11:00:00Z");
        begin(folder, FullSuite.WRITE_MODES, "2026-01-01T10:00:00Z");
        begin(Files.createDirectory(folder.resolve("second")), FullSuite.TCP_STREAM, "2026-01-02T10:00:00Z");
        String page = report();
        assertTrue(page.contains("begun from 2026-01-01T10:00:00Z to 2026-01-01T11:00:00Z. Whether"), page);
        assertTrue(
                page.contains(
                        "### Another run, on the same machine\n\nIts files were begun at 2026-01-02T10:00:00Z.\n"),
                page);
        assertFalse(page.contains("### Elsewhere, on other machines"), page);
    }

    @Test
    void aRunOnAnotherMachineIsComparedToo() throws IOException {
        begin(folder, FullSuite.TCP_STREAM, "2026-01-01T11:00:00Z");
        begin(Files.createDirectory(folder.resolve("elsewhere")), FullSuite.TCP_STREAM, "2026-01-02T10:00:00Z");
        String page = report();
        assertTrue(page.contains("### Elsewhere, on other machines\n\nIts files were begun at 2026-01-02T10:00:00Z.\n"),
                page);
        assertTrue(page.contains("| What | Target | Measured | Between | | Elsewhere |\n"), page);
        assertFalse(page.contains("### Another run"), page);
    }

    @Test
    void withoutAnotherRunThereIsNothingToCompare() throws IOException {
        measure();
        assertTrue(report().contains("The suite has run only once."));
    }

    @Test
    void aClientThatIsBusyAllTheTimeIsTheLimitOfSetUpsToo() throws IOException {
        ResultFile file = Results.begin(folder, FullSuite.CONNECTS);
        file.append(setUps("busy", 0.97));
        file.append(setUps("idle", 0.5));
        String page = report();
        assertEquals(1, count("client-limited |", page), page);
        assertTrue(page.contains("| busy | 20,000 |"), page);
    }

    private static Run setUps(String contender, double clientCpuSeconds) {
        return setUps(contender, 20_000, clientCpuSeconds);
    }

    private static Run setUps(String contender, double count, double clientCpuSeconds) {
        return new Run(Run.facts(contender, Map.of("connections", "16"), 1), Map.of(
                Figure.MESSAGES, count, Figure.SECONDS, 1.0, Figure.SECONDS_SEEN, 1.0,
                Figure.SERVER_CPU_SECONDS, 0.9, Figure.CLIENT_CPU_SECONDS, clientCpuSeconds));
    }

    @Test
    void nobodyAcceptsOrShakesHandsMuchFasterThanAProgramInCAccepts() throws IOException {
        ResultFile connects = Results.begin(folder, FullSuite.CONNECTS);
        connects.append(setUps(Contenders.C_EPOLL, 20_000, 0.9));
        connects.append(setUps("quick", 26_000, 0.9));
        String page = report();
        assertTrue(page.contains("The best row has 1.30 times the rate of the C program, which waits"),
                page);
        Results.begin(folder, FullSuite.HANDSHAKES).append(setUps("broken", 41_000, 0.9));
        assertRefused("broken, {connections=16}: 41000 messages a second, the floor has 20000 and the noise is 100 %");
    }

    @Test
    void winsAndLossesAreCountedAndLossesNamed() throws IOException {
        ResultFile file = measure();
        for (int round = 1; round <= 3; round++) {
            file.append(Results.honest(Contenders.C_SPIN, LOAD, round, 130_000));
            file.append(Results.honest("Drogon", LOAD, round, 86_500 + 3_500 * round));
            file.append(Results.honest("Asio, async", LOAD, round, 95_500 + 5_500 * round));
        }
        String page = report();
        assertTrue(page.contains("| 2. TCP echo, many connections | 1 | 0 | 3 | 1 | 1 | 2 |\n"), page);
        assertTrue(page.contains("\n| C | 0 | 0 | 0 | 0 | 0 | 2 |\n"), page);
        assertTrue(page.contains("\n| Asio | 0 | 0 | 1 | 0 | 1 | 0 |\n"), page);
        assertTrue(page.contains("- 2. TCP echo, many connections: 64 B, 64 connections, window 1, C, epoll, 0.80\n"),
                page);
    }

    @Test
    void latenciesAreDecidedByTheirTailsToo() throws IOException {
        Map<String, String> open = load(64, 64, 64);
        open.put("share", "10%");
        open.put("rate", "10000");
        ResultFile file = Results.begin(folder, FullSuite.OPEN_LOOP);
        for (int round = 1; round <= 3; round++) {
            Run ours = Results.honest(Contenders.ASYNCIO, open, round, 10_000);
            file.append(ours);
            file.append(Results.honest(Contenders.ASYNCIO_AGAIN, open, round, 10_000));
            file.append(Results.with(Figure.P50_MICROS, 1.25 * ours.figure(Figure.P50_MICROS),
                    Results.with(Figure.P99_MICROS, 0.8 * ours.figure(Figure.P99_MICROS),
                            Results.honest("Netty, epoll", open, round, 10_000))));
        }
        String page = report();
        assertTrue(page.contains("| spread | asyncio, times as good | p90 us | p99 us | asyncio, times as good, p99 |"),
                page);
        assertTrue(page.contains("| Netty, epoll | 512,000 | 0 % | 1.25 | 614,400 | 655,360 | 0.80 |"), page);
        assertTrue(page.contains("apart in p50 us within a round.\nThe halves of the A/A pair are at most 0.0 % apart "
                + "in p99 us within a round.\n"), page);
        assertTrue(page.contains("| 8. Latency under load | 1 | 0 | 0 | 0 | 0 | 0 |\n"
                + "| 8. Latency under load, p99 | 0 | 0 | 0 | 0 | 0 | 1 |\n"), page);
        assertTrue(page.contains("\n| Netty | 1 | 0 | 0 | 0 | 0 | 1 |\n"), page);
        assertTrue(page.contains("- 8. Latency under load, p99: 64 B, 64 connections, window 64, 10000 messages/s, "
                + "about 10% of ours in table 2, Netty, epoll, 0.80\n"), page);
    }

    @Test
    void filesOfOtherEnvironmentsAreNamed() throws IOException {
        measure();
        assertFalse(report().contains("Not all files were measured in the same environment"));
        Path path = folder.resolve(FullSuite.TCP_STREAM + ResultFile.SUFFIX);
        Run elsewhere = Results.environment(
                Map.of("machine", "another", "kernel", "a kernel", "started", "today"));
        ResultFile.open(path, elsewhere).append(Results.stream("C, blocking", 1));
        String page = report();
        assertTrue(page.contains("**Not all files were measured in the same environment"), page);
        assertTrue(page.contains("""
                | files | machine | kernel | copy in memory, GB/s | started |
                | --- | --- | --- | --- | --- |
                | tcp-echo | a machine "of" ours | not told | 10.0 | not told |
                | tcp-stream | another | a kernel | 10.0 | today |
                """), page);
        assertEquals(0, count("\n| machine |", page), "what differs is not in common");
    }

    @Test
    void whatAllEnvironmentsHaveInCommonIsSaidOnce() throws IOException {
        measure();
        Results.begin(folder, FullSuite.TCP_STREAM).append(Results.stream("C, blocking", 1));
        String page = report();
        assertEquals(1, count("\n| machine | a machine \"of\" ours |\n", page), page);
        assertEquals(1, count("\n| tcp-echo, tcp-stream | 10.0 | not told |\n", page), page);
    }

    private void assertCores(String expected, String... pinned) throws IOException {
        for (int i = 0; i < pinned.length; i++) {
            String name = List.of(FullSuite.TCP_STREAM, FullSuite.WRITE_MODES).get(i) + ResultFile.SUFFIX;
            Files.deleteIfExists(folder.resolve(name));
            ResultFile.open(folder.resolve(name), Results.environment(Map.of("pinned", pinned[i])))
                    .append(Results.stream("C, blocking", 1));
        }
        String page = report();
        assertEquals(1, count("- **Processes.** " + expected, page), page);
    }

    @Test
    void whoHasNoCoreEachDoesNotClaimIt() throws IOException {
        String coreEach = "Where they are two processes, the server has one core, the client another";
        assertCores(coreEach, "yes");
        assertCores("Not all of these files say", "no");
        assertCores("Not all of these files say", "yes, two hyperthreads of one core");
        assertCores("Not all of these files say", "yes", "no");
        assertCores(coreEach, "yes", "yes");
    }

    @Test
    void aTitleHasNoModeThatIsTheOnlyOne() throws IOException {
        ResultFile file = Results.begin(folder, FullSuite.TCP_STREAM);
        file.append(Results.stream("C, blocking", 1));
        assertTrue(report().contains("\n### 64 B\n"));
        Run joined = new Run(Run.facts("C, blocking", Map.of("bytes", "64", "mode", "joined"), 1),
                file.runs().getFirst().figures());
        file.append(joined);
        String page = report();
        assertTrue(page.contains("\n### 64 B, mode whole\n") && page.contains("\n### 64 B, mode joined\n"), page);
    }

    @Test
    void aClientThatHadNoTimeLeftIsSaid() throws IOException {
        ResultFile file = measure();
        assertFalse(report().contains("| client-limited |"));
        file.append(Results.busy(33, Results.honest("Drogon", LOAD, 1, 90_000)));
        file.append(Results.busy(31, Results.honest("Trantor", LOAD, 1, 90_000)));
        String page = report();
        assertTrue(page.contains("| server CPU % | client idle % | client ready | remarks |"), page);
        assertEquals(1, count("| 100 | 1.00 | 33.0 | client-limited |\n", page), page);
        assertEquals(1, count("| 100 | 1.00 | 31.0 |  |\n", page), page);
    }

    @Test
    void aServerThatLetsConnectionsStarveIsSaid() throws IOException {
        Run honest = Results.honest("Drogon", load(1_000, 64, 1), 1, 90_000);
        measure().append(Results.withMean(0.5 * honest.figure(Figure.MEAN_MICROS), honest));
        String page = report();
        assertEquals(1, count("| 50.0 | starved |\n", page), page);
        assertEquals(1, count("| ≥ 5,556 | ≥ 8,333 | ≥ 11,111 | ≥ 22,222 | 5.50 |", page), page);
    }

    @Test
    void theThousandthOfAHundredIsNotTold() throws IOException {
        ResultFile file = measure();
        file.append(Results.honest("seldom", load(900, 64, 1), 1, 89_000));
        file.append(Results.honest("often", load(900, 64, 1), 1, 91_000));
        file.append(Results.honest("seldom", load(9, 64, 100), 1, 89_000));
        String page = report();
        assertTrue(page.contains("| seldom | 89,000 | 0 % | 10,112 | 15,169 | 20,225 | – |"), page);
        assertTrue(page.contains("| often | 91,000 | 0 % | 9,890 | 14,835 | 19,780 | 29,670 |"), page);
        assertEquals(1, count("| p50 us | p90 us | p99 us | max us | server CPU us |", page), page);
    }

    @Test
    void aMeanFarAboveTheMedianIsSaid() throws IOException {
        Run honest = Results.honest("Drogon", LOAD, 1, 90_000);
        ResultFile file = measure();
        file.append(Results.with(Figure.P50_MICROS, honest.figure(Figure.MEAN_MICROS) / 1.31, honest));
        assertEquals(1, count("| uneven |\n", report()));
    }

    @Test
    void forHowLongWasMeasuredIsSaid() throws IOException {
        measure().append(Results.with(Figure.SECONDS, 1.06, Results.honest("Drogon", LOAD, 1, 90_000)));
        assertTrue(report().contains("- Measured under each load, in each round: 1.0 to 1.1 s\n"));
    }

    @Test
    void aRoundWithTheCoresApartIsSaid() throws IOException {
        ResultFile file = measure();
        file.append(Results.with(Figure.CORE_NANOS, 80, Results.honest("Drogon", LOAD, 1, 90_000)));
        file.append(Results.with(Figure.CORE_NANOS, 159, Results.honest("Trantor", LOAD, 1, 90_000)));
        file.append(Results.with(Figure.CORE_NANOS, 81, Results.honest("Bun", LOAD, 1, 90_000)));
        file.append(Results.with(Figure.CORE_NANOS, 161, Results.honest("Bun", LOAD, 2, 90_000)));
        String page = report();
        assertEquals(1, count("| cores apart in 1 of 2 |\n", page), page);
        assertTrue(page.contains("| Bun |"), page);
    }

    @Test
    void aRoundWhoseDistanceOfTheCoresIsNotKnownIsSaid() throws IOException {
        ResultFile file = measure();
        assertEquals(0, count("| distance unknown", report()));
        file.append(Results.with(Figure.CORE_NANOS, 80, Results.honest("Drogon", LOAD, 1, 90_000)));
        file.append(Results.honest("Drogon", LOAD, 2, 90_000));
        String page = report();
        assertEquals(1, count("| distance unknown in 1 of 2 |\n", page), page);
        assertEquals(5, count("| distance unknown in 3 of 3 |\n", page), page);
    }

    /// Two rounds of one contender, with a figure that the others do not have.
    private static void appendRounds(ResultFile file, String figure, double first, double second) throws IOException {
        file.append(Results.with(figure, first, Results.honest("Drogon", LOAD, 1, 90_000)));
        file.append(Results.with(figure, second, Results.honest("Drogon", LOAD, 2, 90_000)));
    }

    @Test
    void howFarTheCoresWereIsSaid() throws IOException {
        ResultFile file = measure();
        assertFalse(report().contains("- From core to core and back: "));
        appendRounds(file, Figure.CORE_NANOS, 80.4, 371);
        assertEquals(1, count("- From core to core and back: 80 to 371 ns\n", report()));
    }

    @Test
    void whatCompilersWorkedIsSaidAndWhereItWasMuch() throws IOException {
        ResultFile file = measure();
        assertFalse(report().contains("- Compilers worked meanwhile: "));
        appendRounds(file, Figure.COMPILER_SECONDS, 0.01, 0.29);
        String page = report();
        assertEquals(1, count("- Compilers worked meanwhile: 0.01 to 0.29 s\n", page), page);
        assertEquals(1, count("| compiling in 1 of 2 |\n", page), page);
    }

    @Test
    void whatOthersHadOfTheCoresIsSaidAndWhereItWasMuch() throws IOException {
        ResultFile file = measure();
        appendRounds(file, Figure.OTHERS_SECONDS, 0.01, 0.29);
        String page = report();
        assertEquals(1, count("- Others had of both cores meanwhile, at least: 0.01 to 0.29 s\n", page), page);
        assertEquals(1, count("| disturbed in 1 of 2 |\n", page), page);
    }

    @Test
    void howOftenAMeasurementWasRefusedIsSaid() throws IOException {
        ResultFile file = measure();
        appendRounds(file, Figure.REFUSED, 2, 1);
        file.append(Results.with(Figure.REFUSED, 0, Results.honest("Trantor", LOAD, 1, 90_000)));
        assertEquals(1, count("| refused before: 3 |\n", report()));
    }

    @Test
    void anOpenLoopSaysWhatTheServerPaysAndWhoCouldNotKeepUp() throws IOException {
        Map<String, String> open = load(64, 64, 64);
        open.put("rate", "10000");
        ResultFile file = Results.begin(folder, FullSuite.OPEN_LOOP);
        file.append(Results.honest("just", open, 1, 9_810));
        file.append(Results.honest("slow", open, 1, 9_790));
        file.append(Results.honest("late", open, 1, 10_210));
        String page = report();
        assertTrue(page.contains("| messages/s | server CPU % | remarks |"), page);
        assertTrue(page.contains("| 9,810 | 49.5 |  |\n"), page);
        assertTrue(page.contains("| 9,790 | 49.5 | could not keep up |\n"), page);
        assertTrue(page.contains("| 10,210 | 49.5 | caught up |\n"), page);
    }

    @Test
    void numbersAreTheSameWhereverTheyAreWritten() throws IOException {
        measure();
        String page = report();
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            assertEquals(page, report());
        } finally {
            Locale.setDefault(before);
        }
    }

    private static int count(String what, String text) {
        return text.split(Pattern.quote(what), -1).length - 1;
    }
}
