package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
        assertTrue(page.contains("The A/A pair's medians of messages/s are 0.0 % apart, all its rounds 20.0 %."), page);
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
    void targetsAreReachedOrMissedAndTheMissedExplained() throws IOException {
        measure();
        Files.writeString(folder.resolve("notes.properties"), "64-connections,-64-B,-window-1 = the reason\n");
        String page = report();
        assertTrue(page.contains(
                "| 64 connections, 64 B, window 1 | at least 1.30 x JDK, virtual threads | 2.00 | 1.64 and 2.44 | reached |"),
                page);
        assertTrue(page.contains(
                "| 64 connections, 64 B, window 1 | at least 0.95 x C, epoll | 0.80 | 0.65 and 0.98 | within noise |"),
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
    void aPlotHasABarForEachContender() throws IOException {
        measure();
        report();
        String plot = Files.readString(folder.resolve("2-tcp-echo.svg"));
        assertEquals(1 + 5, plot.split("<rect ").length - 1);
        assertTrue(plot.contains(">125,000<"), plot);
    }

    @Test
    void aFileThatDoesNotPassTheGatesMakesNoReport() throws IOException {
        measure().append(Results.honest("broken", LOAD, 1, 27_000_000));
        assertThrows(IOException.class, this::report);
        assertFalse(Files.exists(folder.resolve("BENCHMARKS.md")));
    }
}
