package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverloadTest {

    private static final double PATIENCE_SECONDS = 30;

    @TempDir
    private Path folder;

    @Test
    void anOverloadedServerRefusesTheRestAndIsAsBeforeAfterwards() throws Exception {
        Verdict verdict = Overload.check(folder, new Overload.Scale(200, 0.5, PATIENCE_SECONDS, false));
        assertTrue(verdict.passed(), verdict.finding());
        assertTrue(Files.readString(folder.resolve("overload.svg")).contains("200 connections"));
    }
}
