package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.bench.LoadDialogue.Timing;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PaceTest {

    @Test
    void anOpenLoopIsMeasuredForLonger() {
        Comparison.Pace pace = Comparison.Pace.FULL;
        assertEquals(pace.load(), pace.of(PinnedComparison.load(64, 64, 64)));
        assertEquals(Timing.ofSeconds(0.3, 3), pace.of(Map.of("connections", "64", "rate", "18151")));
    }
}
