package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FairnessTest {

    @TempDir
    private Path folder;

    @Test
    void othersAreServedBesideWhoeverTakesMore() throws Exception {
        Verdict verdict = Fairness.check(folder, new Fairness.Scale(1, 100, false));
        assertTrue(verdict.passed(), verdict.finding());
        assertTrue(Files.readString(folder.resolve("fairness.svg")).contains("beside one that floods"));
    }
}
