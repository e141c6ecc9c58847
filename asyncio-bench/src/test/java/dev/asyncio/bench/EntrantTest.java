package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EntrantTest {

    private static final Map<String, String> FEW = PinnedComparison.load(1, 64, 1);
    private static final int MAX_MORE = 5;
    private static final Map<String, String> MANY = PinnedComparison.load(64, 64, 1);

    private final List<Map<String, String>> rehearsed = new ArrayList<>();

    /// @param compilerSeconds of one rehearsal after the other, the last for all that follow
    private List<Map<String, String>> rehearse(double... compilerSeconds) throws IOException {
        Entrant.rehearse(List.of(FEW, MANY), MAX_MORE, 0.09, load -> {
            rehearsed.add(load);
            return compilerSeconds[Math.min(rehearsed.size(), compilerSeconds.length) - 1];
        });
        return rehearsed;
    }

    @Test
    void whereCompilersRestEachLoadIsRehearsedOnce() throws IOException {
        assertEquals(List.of(FEW, MANY), rehearse(0.09, 0.08));
    }

    @Test
    void aLoadIsRehearsedAgainUntilCompilersRestDuringIt() throws IOException {
        assertEquals(List.of(FEW, MANY, FEW, MANY, FEW, FEW), rehearse(0.8, 0.7, 0.6, 0.09, 0.1, 0));
    }

    @Test
    void thatCompilersRestDuringTheLastSaysNothingOfThoseBefore() throws IOException {
        assertEquals(List.of(FEW, MANY, FEW), rehearse(0.8, 0, 0));
    }

    @Test
    void itEndsThoughCompilersNeverDo() throws IOException {
        assertEquals(2 + MAX_MORE, rehearse(0.8).size());
    }

    @Test
    void whoseCompilersAreUnknownIsRehearsedAsOftenAsCanBe() throws IOException {
        assertEquals(2 + MAX_MORE, rehearse(Double.NaN).size());
    }
}
