package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitTest {

    private static final Map<String, String> LOAD = load(64, 64, 1);

    @TempDir
    private Path folder;

    private ResultFile file;

    @BeforeEach
    void begin() throws IOException {
        file = Results.begin(folder, "limit");
    }

    /// Both sides are busy; on so many connections, the client found replies at once.
    private static Run busy(Map<String, String> load, double ready) {
        return Results.busy(ready, Results.honest("theirs", load, 1, 100_000));
    }

    private void assertLimit(Limit expected, Run run) throws IOException {
        file.append(run);
        assertEquals(expected, Limit.of(Column.columnsOf(file).getLast(), "theirs"));
    }

    @Test
    void aClientThatFoundNothingToDoNowAndThenIsNotTheLimit() throws IOException {
        assertLimit(Limit.SERVER, Results.with(Figure.CLIENT_IDLE_PERCENT, 12, busy(LOAD, 60)));
    }

    @Test
    void aClientThatSleptIsNotTheLimit() throws IOException {
        assertLimit(Limit.SERVER, Results.with(Figure.CLIENT_CPU_SECONDS, 0.1, busy(LOAD, 60)));
    }

    @Test
    void aServerWithTimeLeftIsNotTheLimit() throws IOException {
        assertLimit(Limit.CLIENT, Results.with(Figure.SERVER_CPU_SECONDS, 0.9, busy(LOAD, 2)));
    }

    @Test
    void ofTwoThatAreBusyTheOneIsTheLimitWithWhomMostMessagesLie() throws IOException {
        assertLimit(Limit.SERVER, busy(LOAD, 31));
        assertLimit(Limit.CLIENT, busy(load(64, 64, 16), 33));
    }

    @Test
    void anOlderFileDoesNotTell() throws IOException {
        assertLimit(Limit.EITHER, Results.without(Figure.CLIENT_READY, busy(LOAD, 31)));
    }

    @Test
    void ofOneConnectionNobodyKnowsWithWhomItLies() throws IOException {
        assertLimit(Limit.EITHER, busy(load(1, 64, 16), 1));
    }

    @Test
    void aSelectorThatWasFullMayHaveHadMore() throws IOException {
        assertLimit(Limit.SERVER, busy(load(10_000, 64, 1), 500));
        assertLimit(Limit.EITHER, busy(load(10_000, 64, 16), 1_000));
        assertLimit(Limit.CLIENT, busy(load(1_000, 64, 1), 600));
    }

    @Test
    void aReceiverThatIsBusyIsTheLimitOfASenderThatIsNot() throws IOException {
        Run stream = Results.with(Figure.CLIENT_CPU_SECONDS, 0.95, Results.stream("theirs", 1));
        assertLimit(Limit.CLIENT, Results.with(Figure.SERVER_CPU_SECONDS, 0.6, stream));
    }

    @Test
    void aSleepThatCountsAsIdleCountsOnce() throws IOException {
        Run asleep = Results.with(Figure.CLIENT_IDLE_PERCENT, 7, busy(LOAD, 60));
        assertLimit(Limit.CLIENT, Results.with(Figure.CLIENT_CPU_SECONDS, 0.93, asleep));
    }

    @Test
    void openLoopsDoNotTell() throws IOException {
        Map<String, String> open = load(64, 64, 64);
        open.put("rate", "1000");
        assertLimit(Limit.UNKNOWN, busy(open, 60));
    }
}
