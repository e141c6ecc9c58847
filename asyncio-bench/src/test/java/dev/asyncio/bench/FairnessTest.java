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

    private Verdict check(Class<?> serverMain, double seconds, boolean judgesLatency) throws Exception {
        return Fairness.check(
                serverMain, new Fairness.Scale(seconds, COMPUTE_MILLIS, judgesLatency), seed.value(), folder);
    }

    @Test
    void othersAreServedBesideWhoeverTakesMore() throws Exception {
        Verdict verdict = check(FairnessServer.class, 1, false);
        assertTrue(verdict.passed(), verdict.finding());
        assertTrue(verdict.finding().contains(" that send pongs without end "), verdict.finding());
        assertTrue(verdict.finding().contains(" that are sent to without end "), verdict.finding());
        assertTrue(verdict.finding().endsWith("; seed " + seed.value()), verdict.finding());
        assertTrue(Files.readString(folder.resolve("fairness.svg")).contains("beside one that floods"));
    }

    @Test
    void aServerThatServesNewcomersLateFails() throws Exception {
        Verdict verdict = check(FairnessFaultyServer.class, 0.4, true);
        assertFalse(verdict.passed(), verdict.finding());
        assertTrue(verdict.finding().contains("alone, newcomers: p99 "), verdict.finding());
    }
}
