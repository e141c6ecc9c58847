package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessorUseTest {

    private static final long TEN_SECONDS = TimeUnit.SECONDS.toNanos(10);

    @Test
    void whatNeitherOfTheTwoHasHadIsThatOfOthers() {
        var before = new ProcessorUse(1, 2, 100, 7);
        var after = new ProcessorUse(4, 4, 100 + 3 + 2 + ProcessorUse.PROCESSORS, 7 + TEN_SECONDS);
        assertEquals(
                Map.of(Figure.SECONDS_SEEN, 10.0, Figure.SERVER_CPU_SECONDS, 3.0, Figure.CLIENT_CPU_SECONDS, 2.0,
                        ProcessorUse.OTHERS_PERCENT, 10.0),
                after.since(before));
    }

    @Test
    void whereTheSystemDoesNotTellOthersHaveHadNothing() {
        var before = new ProcessorUse(1, 2, 0, 7);
        assertEquals(0, new ProcessorUse(4, 4, 0, 7 + TEN_SECONDS).since(before).get(ProcessorUse.OTHERS_PERCENT));
    }

    @Test
    void aProcessThatComputesIsSeen() throws Exception {
        try (var process = ChildJvm.start(CoreDistanceMain.class)) {
            process.writeLine("");
            process.readValues();
            ProcessorUse before = ProcessorUse.now(process, process);
            for (int i = 0; i < 5; i++) { // 20 ms each
                process.writeLine("");
                process.readValues();
            }
            ProcessorUse after = ProcessorUse.now(process, process);
            assertTrue(after.serverSeconds() > before.serverSeconds(), after::toString);
            assertTrue(before.allSeconds() == 0 || after.allSeconds() > before.allSeconds(), after::toString);
        }
    }
}
