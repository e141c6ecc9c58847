package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.Test;

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
    }
}
