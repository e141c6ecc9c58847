package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ProcessCpuTest {

    @TempDir
    private Path folder;

    /// As Linux writes it, with a name that is made to be misunderstood.
    private static final String LINE = "4711 (a) S 1 (b) S 1 4711 4711 0 -1 4194304 31 32 33 34 250 175 35 36 20 0 1\n";

    @Test
    void theKernelsTimeComesInHundredthsOfASecond() {
        assertEquals(1.75, ProcessCpu.kernelSeconds(LINE));
    }

    @Test
    void ofAProcessThatIsNotThereNothingIsKnown() throws IOException {
        assertEquals(Double.NaN, ProcessCpu.kernelSeconds(Long.MAX_VALUE));
        assertEquals(List.of(), ProcessCpu.compilerThreads(Long.MAX_VALUE));
        assertEquals(Double.NaN, ProcessCpu.compilerSecondsSince(Map.of()));
    }

    @Test
    void theTimeOfCompilersIsThatOfTheirThreads() throws IOException {
        Path one = Files.writeString(folder.resolve("one"), LINE.replace("(a) S 1 (b)", "(C2 CompilerThre)"));
        Path other = Files.writeString(folder.resolve("other"), LINE.replace("(a) S 1 (b)", "(C1 CompilerThre)"));
        Map<Path, Double> before = ProcessCpu.compilerSeconds(List.of(one, other, folder.resolve("ended before")));
        assertEquals(Map.of(one, 4.25, other, 4.25), before);
        Files.writeString(one, Files.readString(one).replace(" 250 ", " 350 "));
        assertEquals(1, ProcessCpu.compilerSecondsSince(before));
        Files.delete(other);
        assertEquals(1, ProcessCpu.compilerSecondsSince(before), "what it had worked before is not taken off");
    }

    /// It has started just now.
    @Test
    @EnabledOnOs(OS.LINUX)
    void theCompilersOfThisProcessHaveWorked() {
        List<Path> threads = ProcessCpu.compilerThreads(ProcessHandle.current().pid());
        assertTrue(ProcessCpu.compilerSeconds(threads).values().stream().anyMatch(seconds -> seconds > 0));
        int processors = Runtime.getRuntime().availableProcessors();
        assertTrue(threads.size() <= Math.max(2, processors), () -> "others are among " + threads);
    }
}
