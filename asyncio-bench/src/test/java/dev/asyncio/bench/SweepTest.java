package dev.asyncio.bench;

import static dev.asyncio.bench.Sweep.DECIDING;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {

    private static final Map<String, String> OTHER = PinnedComparison.load(64, 64, 16);

    @TempDir
    private Path folder;

    private Sweep sweep;

    @BeforeEach
    void describe() {
        sweep = new Sweep("settings", new Suite(folder, Comparison.Pace.QUICK, 1));
    }

    private ResultFile measure() throws IOException {
        ResultFile file = Results.begin(folder, "settings");
        file.append(Results.honest("Netty, NIO, adaptive allocator", DECIDING, 1, 50_000));
        file.append(Results.honest("Netty, NIO, pooled allocator", DECIDING, 1, 60_000));
        file.append(Results.honest("Netty, NIO, adaptive allocator", OTHER, 1, 900_000));
        file.append(Results.honest("Netty, NIO, pooled allocator", OTHER, 1, 100_000));
        file.append(Results.honest("Netty, epoll, adaptive allocator", DECIDING, 1, 70_000));
        file.append(Results.honest("Netty, epoll, pooled allocator", DECIDING, 1, 65_000));
        return file;
    }

    @Test
    void aContenderStandsWithTheSettingThatWasBestUnderTheDecidingLoad() throws IOException {
        measure();
        assertEquals(List.of("-Dio.netty.allocator.type=pooled"), sweep.bestOptions("Netty, NIO"));
        assertEquals(List.of("-Dio.netty.allocator.type=adaptive"), sweep.bestOptions("Netty, epoll"));
    }

    @Test
    void whatWasChosenIsSaidWhereItWasDecided() throws IOException {
        List<Column> columns = Column.columnsOf(measure());
        assertEquals(List.of("Netty, NIO, pooled allocator; Netty, epoll, adaptive allocator", ""),
                columns.stream().map(Sweep::chosen).toList());
    }

    @Test
    void whereNothingWasTriedNothingIsChosen() throws IOException {
        ResultFile file = Results.begin(folder, "settings");
        file.append(Results.honest("Netty, NIO", DECIDING, 1, 50_000));
        assertEquals("", Sweep.chosen(Column.columnsOf(file).getFirst()));
    }

    @Test
    void withoutResultsThereAreDefaults() throws IOException {
        assertEquals(List.of(), sweep.bestOptions("Netty, NIO"));
    }

    @Test
    void oursHasNoSettings() throws IOException {
        Results.begin(folder, "settings").append(Results.honest("Netty, NIO, pooled allocator", DECIDING, 1, 60_000));
        assertEquals(List.of(), sweep.bestOptions(Contenders.ASYNCIO));
        assertEquals(List.of(), sweep.trials(Contenders.ASYNCIO, EchoServerMain.class, "ASYNCIO"));
    }

    @Test
    void theJdksVirtualThreadsAreTriedWithEachSchedulerAndPoller() {
        assertEquals(4, sweep.trials("JDK, virtual threads", EchoServerMain.class, "JDK_VIRTUAL").size());
    }
}
