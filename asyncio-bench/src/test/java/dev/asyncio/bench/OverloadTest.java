package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OverloadTest {

    private static final double PATIENCE_SECONDS = 30;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void anOverloadedServerRefusesTheRestAndIsAsBeforeAfterwards(OverloadScheme scheme) throws Exception {
        Verdict verdict = Overload.check(folder, scheme, new Overload.Scale(200, 0.5, PATIENCE_SECONDS, false));
        assertTrue(verdict.passed(), verdict.finding());
        assertTrue(Files.readString(folder.resolve("overload.svg")).contains("200 connections"));
    }
}
