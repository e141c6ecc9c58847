package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullSuiteTest {

    @TempDir
    private Path folder;

    private FullSuite suite() {
        return new FullSuite(new Suite(folder, Comparison.Pace.QUICK, 1), Peers.NONE);
    }

    private void measureEchoes(double rate) throws IOException {
        Results.begin(folder, FullSuite.TCP_ECHO)
                .append(Results.honest(Contenders.ASYNCIO, load(64, 64, 1), 1, rate));
    }

    private static List<String> rates(List<Map<String, String>> loads) {
        return loads.stream().map(load -> load.get("share") + " " + load.get("rate")).toList();
    }

    @Test
    void openLoopsAskForPartsOfWhatOursDoesInAClosedOne() throws IOException {
        measureEchoes(100_000);
        assertEquals(List.of("10% 10000", "50% 50000", "80% 80000"), rates(suite().openLoads()));
    }

    @Test
    void openLoopsThatWereBegunGoOnWithTheirRates() throws IOException {
        measureEchoes(100_000);
        ResultFile file = Results.begin(folder, FullSuite.OPEN_LOOP);
        for (Map<String, String> load : suite().openLoads().subList(0, 2)) {
            file.append(new Run(Run.facts(Contenders.ASYNCIO, load, 1), Map.of()));
        }
        Files.delete(folder.resolve(FullSuite.TCP_ECHO + ResultFile.SUFFIX));
        measureEchoes(200_000);
        assertEquals(List.of("10% 10000", "50% 50000", "80% 80000"), rates(suite().openLoads()));
    }

    @Test
    void openLoopsThatAreCompleteNeedNoOthers() throws IOException {
        ResultFile file = Results.begin(folder, FullSuite.OPEN_LOOP);
        for (String share : List.of("10", "50", "80")) {
            Map<String, String> load = new LinkedHashMap<>(load(64, 64, 64));
            load.put("share", share + "%");
            load.put("rate", share);
            file.append(new Run(Run.facts(Contenders.ASYNCIO, load, 1), Map.of()));
        }
        assertEquals(List.of("10% 10", "50% 50", "80% 80"), rates(suite().openLoads()));
    }

    @Test
    void whatAComparisonTakesItsSettingsAndRatesFromIsAComparison() {
        List<String> files = Section.ALL.stream().map(Section::file).toList();
        List<String> sources = files.stream().flatMap(file -> FullSuite.sourcesOf(file).stream()).distinct().toList();
        assertEquals(List.of("tcp-settings", "websocket-settings", "tcp-echo"), sources);
        assertTrue(files.containsAll(sources));
    }

    @Test
    void howLongAllTakesIsKnownBeforeAnyRateIs() {
        for (Comparison comparison : suite().comparisons()) {
            double seconds = comparison.roundSeconds(Comparison.Pace.QUICK);
            assertTrue(seconds > 0 && seconds < 3_600, () -> comparison.name() + " takes " + seconds + " s");
        }
        assertFalse(Files.exists(folder.resolve(FullSuite.TCP_ECHO + ResultFile.SUFFIX)));
    }

    @Test
    void openLoopsThatWereNotBegunNeedARate() {
        var refused = assertThrows(IOException.class, () -> suite().openLoads());
        assertEquals("open-loop needs the results of tcp-echo", refused.getMessage());
    }
}
