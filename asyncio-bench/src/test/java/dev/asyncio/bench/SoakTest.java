package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.Seed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Soaks of a few seconds.
class SoakTest {

    private static final Duration LOAD = Duration.ofSeconds(6);

    /// For who keeps what it should not, however long one waits.
    private static final Soak.Scale BRIEF = new Soak.Scale(LOAD, Duration.ofSeconds(2), ChildJvm.MAX_SILENCE);

    private static final Soak.Mix FEW = new Soak.Mix(1, 1, 2, 1);

    @RegisterExtension
    private final Seed seed = new Seed();

    @TempDir
    private Path folder;

    private Verdict check(Class<?> serverMain, Soak.Scale scale) throws Exception {
        return Soak.check(serverMain, FEW, scale, seed.value(), folder);
    }

    @Test
    void aServerIsSoakedAndAPlotDrawn() throws Exception {
        Verdict verdict = check(SoakServer.class, Soak.Scale.full(LOAD));
        assertTrue(verdict.passed(), verdict.finding());
        assertTrue(Files.readString(folder.resolve("soak.svg")).contains("heap after GC"));
        assertTrue(Files.readAllLines(folder.resolve("soak.csv")).size() > 2 * SoakJudge.MIN_SAMPLE_COUNT);
        assertTrue(verdict.finding().contains(" an hour), native "), verdict.finding());
        assertTrue(verdict.finding().contains(" of 26 kinds answered as is due, "), verdict.finding());
        assertTrue(verdict.finding().contains(" of 2 kinds not judged; "), verdict.finding());
        String counts = Files.readString(folder.resolve("soak.txt"));
        assertTrue(counts.contains("BOMB:1009"));
        assertTrue(counts.contains("FORGED_RECORD:bad_record_mac"));
    }

    @Test
    void aServerThatKeepsWhatItGetsFails() throws Exception {
        Verdict verdict = check(SoakFaultyServer.Keeping.class, BRIEF);
        assertFalse(verdict.passed(), verdict.finding());
        assertTrue(verdict.finding().contains("server: heap after GC, MiB grew by"), verdict.finding());
        assertTrue(verdict.finding().contains("server: native memory, MiB grew by"), verdict.finding());
    }

    @Test
    void aServerThatRemembersWhoWasThereAndAltersWhatItGetsFails() throws Exception {
        Verdict verdict = check(SoakFaultyServer.RememberingAndAltering.class, BRIEF);
        assertFalse(verdict.passed(), verdict.finding());
        assertTrue(verdict.finding().contains("server: heap after GC, MiB: "), verdict.finding());
        assertTrue(verdict.finding().contains("unexpected wrong-reply:TCP-FAST"), verdict.finding());
    }

    @Test
    void aServerThatSaysNothingFails() throws Exception {
        Verdict verdict = check(SilentServer.class, new Soak.Scale(LOAD, Duration.ZERO, Duration.ofSeconds(1)));
        assertFalse(verdict.passed());
        assertEquals("SilentServer[] said nothing for 1 s; seed " + seed.value(), verdict.finding());
    }
}
