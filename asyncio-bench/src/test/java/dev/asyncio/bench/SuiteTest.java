package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteTest {

    private static final Map<String, String> LOAD = load(64, 64, 1);

    @TempDir
    private Path folder;

    /// A comparison in which ours beats the floor in the first round, and the floor comes to this in later ones.
    private record Contradictory(String name, double laterFloor) implements Comparison {

        @Override
        public double roundSeconds(Pace pace) {
            return 1;
        }

        @Override
        public void runRound(int round, Pace pace, ResultFile file) throws IOException {
            file.append(Results.honest(Contenders.ASYNCIO, LOAD, round, 100_000));
            file.append(Results.honest(Contenders.C_EPOLL, LOAD, round, round == 1 ? 40_000 : laterFloor));
        }
    }

    private Suite suite() {
        return new Suite(folder, Comparison.Pace.QUICK, 1);
    }

    @Test
    void aContradictionIsCleared() throws Exception {
        suite().run(List.of(new Contradictory("cleared", 110_000)), Peers.NONE);
        assertEquals(4, suite().read("cleared").runs().size(), "one round more, of two runs");
    }

    @Test
    void whatStaysContradictoryFailsTheSuiteOnceTheOthersHaveRun() throws Exception {
        List<Comparison> comparisons =
                List.of(new Contradictory("broken", 40_000), new Contradictory("sound", 110_000));
        var refused = assertThrows(IOException.class, () -> suite().run(comparisons, Peers.NONE));
        assertTrue(refused.getMessage().contains("broken"), refused.getMessage());
        assertEquals(4, suite().read("sound").runs().size());
    }
}
