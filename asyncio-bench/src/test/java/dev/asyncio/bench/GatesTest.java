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

/// That a lost, shortened or altered reply fails a run, and so does a server that was never started, is the load clients'
/// gate: see [LoadClientTest].
class GatesTest {

    private static final Map<String, String> ALONE = load(1, 64, 1);

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

    @Test
    void fourTimesTheMessagesTakeLonger() throws IOException {
        assertRefused("4 times the messages took only 1.00 times the seconds",
                Results.with(Figure.MANY_SECONDS, 0.02, Results.honest("broken", ALONE, 1, 50_000)));
    }

    @Test
    void messagesThatWereNeverUnderWayAreRefused() throws IOException {
        assertRefused("rate times latency is 0.05 messages, but 1 were under way",
                Results.with(Figure.MEAN_MICROS, 1, Results.honest("broken", ALONE, 1, 50_000)));
    }

    @Test
    void bytesAreNotFasterThanMemory() throws IOException {
        assertRefused("12800000000 bytes a second, but memory copies only 10000000000",
                Results.honest("broken", load(64, 64 * 1024, 1), 1, 12.8e9 / 65_536));
    }

    @Test
    void aLargePayloadTakesLonger() throws IOException {
        file.append(Results.honest("broken", ALONE, 1, 22_000));
        assertRefused("45.5 us, no longer than with 64 bytes",
                Results.honest("broken", load(1, 64 * 1024, 1), 1, 22_000));
    }

    @Test
    void nobodyBeatsTheFloor() throws IOException {
        file.append(Results.honest(Contenders.C_EPOLL, ALONE, 1, 55_000));
        assertRefused("27000000 messages a second, the floor has 55000",
                Results.honest("broken", ALONE, 1, 27_000_000));
    }

    @Test
    void aLittleMoreThanTheFloorIsNoise() throws IOException {
        file.append(Results.honest(Contenders.C_EPOLL, ALONE, 1, 48_000));
        Gates.check(file);
        assertEquals(2, file.runs().size());
    }

    @Test
    void anOpenLoopHasNoWindowToCompareWith() throws IOException {
        Map<String, String> open = load(1, 64, 64);
        open.put("rate", "1000");
        file.append(Results.with(Figure.MEAN_MICROS, 10, Results.honest(Contenders.ASYNCIO, open, 1, 1_000)));
        Gates.check(file);
        assertEquals(2, file.runs().size());
    }
}
