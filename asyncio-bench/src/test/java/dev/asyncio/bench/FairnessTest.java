package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.Seed;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class FairnessTest {

    private static final long COMPUTE_MILLIS = 100;

    @RegisterExtension
    private final Seed seed = new Seed();

    @TempDir
    private Path folder;

    /// @param othersPercent what others may have of the processors where times are judged
    private Verdict check(Class<?> serverMain, double seconds, double othersPercent) throws Exception {
        return Fairness.check(
                serverMain, new Fairness.Scale(1, seconds, COMPUTE_MILLIS, othersPercent), seed.value(), folder);
    }

    @Test
    void othersAreServedBesideWhoeverTakesMore() throws Exception {
        Verdict verdict = check(FairnessServer.class, 1, 0);
        assertTrue(verdict.passed(), verdict.finding());
        assertTrue(verdict.finding().contains(" that send pongs without end "), verdict.finding());
        assertTrue(verdict.finding().contains(" that are sent to without end "), verdict.finding());
        assertTrue(verdict.finding().contains("; not judged, since others had 0 % of the processors or more: alone; "),
                verdict.finding());
        assertTrue(verdict.finding().endsWith("; seed " + seed.value()), verdict.finding());
        assertTrue(Files.readString(folder.resolve("fairness.svg")).contains("beside one that floods"));
    }

    @Test
    void aServerThatServesNewcomersLateFails() throws Exception {
        Verdict verdict = check(FairnessFaultyServer.class, 0.4, Double.POSITIVE_INFINITY);
        assertFalse(verdict.passed(), verdict.finding());
        assertTrue(verdict.finding().contains("alone, newcomers: p99 "), verdict.finding());
    }
}
