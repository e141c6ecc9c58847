package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessCpuTest {

    /// As Linux writes it, with a name that is made to be misunderstood.
    private static final String LINE = "4711 (a) S 1 (b) S 1 4711 4711 0 -1 4194304 31 32 33 34 250 175 35 36 20 0 1\n";

    @Test
    void theKernelsTimeComesInHundredthsOfASecond() {
        assertEquals(1.75, ProcessCpu.kernelSeconds(LINE));
    }

    @Test
    void ofAProcessThatIsNotThereNothingIsKnown() throws IOException {
        assertEquals(Double.NaN, ProcessCpu.kernelSeconds(Long.MAX_VALUE));
        assertEquals(0, ProcessCpu.compilerSeconds(Long.MAX_VALUE));
    }

    @Test
    void theTimeOfCompilersIsThatOfTheirThreads() {
        assertEquals(4.25, ProcessCpu.compilerSeconds(LINE.replace("(a) S 1 (b)", "(C2 CompilerThre)")));
        assertEquals(4.25, ProcessCpu.compilerSeconds(LINE.replace("(a) S 1 (b)", "(C1 CompilerThre)")));
        assertEquals(0, ProcessCpu.compilerSeconds(LINE));
    }

    /// It has started just now.
    @Test
    @EnabledOnOs(OS.LINUX)
    void theCompilersOfThisProcessHaveWorked() {
        assertTrue(ProcessCpu.compilerSeconds(ProcessHandle.current().pid()) > 0);
    }
}
