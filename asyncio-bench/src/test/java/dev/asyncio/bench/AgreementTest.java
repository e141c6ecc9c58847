package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgreementTest {

    @TempDir
    private Path folder;

    @TempDir
    private Path other;

    /// Ours has 100,000, and a noise floor of 2 %.
    private static void measure(Path folder, double theirs) throws IOException {
        ResultFile file = Results.begin(folder, FullSuite.TCP_ECHO);
        file.append(Results.honest(Contenders.ASYNCIO, load(64, 64, 1), 1, 100_000));
        file.append(Results.honest("Netty, epoll", load(64, 64, 1), 1, theirs));
        file.append(Results.honest(Contenders.ASYNCIO_AGAIN, load(64, 64, 1), 1, 102_000));
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
    void aTieAgreesWithEverything() throws IOException {
        measure(folder, 101_000);
        measure(other, 120_000);
        assertEquals(List.of(), Agreement.of(folder, other).contradictions());
    }

    @Test
    void whatBothSayIsCounted() throws IOException {
        measure(folder, 80_000);
        measure(other, 90_000);
        assertEquals("1 wins and losses outside the noise of both runs, 0 of which contradict each other",
                Agreement.of(folder, other).toString());
    }
}
