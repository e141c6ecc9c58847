package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.Seed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class FairnessTest {

    private static final long COMPUTE_MILLIS = 100;

    @RegisterExtension
    private final Seed seed = new Seed();

    @TempDir
    private Path folder;

    private Verdict check(Class<?> serverMain, double seconds, boolean judgesLatency, Duration maxSilence)
            throws Exception {
        var scale = new Fairness.Scale(seconds, COMPUTE_MILLIS, judgesLatency, maxSilence);
        return Fairness.check(serverMain, scale, seed.value(), folder);
    }

    @Test
    void othersAreServedBesideWhoeverTakesMore() throws Exception {
        Verdict verdict = check(FairnessServer.class, 1, false, ChildJvm.MAX_SILENCE);
        assertTrue(verdict.passed(), verdict.finding());
        assertTrue(verdict.finding().contains(" that send pongs without end "), verdict.finding());
        assertTrue(verdict.finding().contains(" that are sent to without end "), verdict.finding());
        assertTrue(verdict.finding().endsWith("; seed " + seed.value()), verdict.finding());
        assertTrue(Files.readString(folder.resolve("fairness.svg")).contains("beside one that floods"));
    }

    @Test
    void aServerThatServesNewcomersLateFailsAtOnce() throws Exception {
        Verdict verdict = check(FairnessFaultyServer.class, 0.4, true, ChildJvm.MAX_SILENCE);
        assertFalse(verdict.passed(), verdict.finding());
        assertTrue(verdict.finding().contains("alone, newcomers: p99 "), verdict.finding());
        assertFalse(verdict.finding().contains("beside"), verdict.finding());
    }

    @Test
    void aServerThatSaysNothingFails() throws Exception {
        Verdict verdict = check(SilentServer.class, 1, false, Duration.ofSeconds(1));
        assertFalse(verdict.passed());
        assertTrue(verdict.finding().startsWith("SilentServer[] said nothing for 1 s; "), verdict.finding());
    }
}
