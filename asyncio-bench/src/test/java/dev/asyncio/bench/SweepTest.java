package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepTest {

    private static final Map<String, String> ONE = PinnedComparison.load(64, 64, 1);
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
        file.append(Results.honest("Netty, NIO, adaptive allocator", ONE, 1, 50_000));
        file.append(Results.honest("Netty, NIO, pooled allocator", ONE, 1, 60_000));
        file.append(Results.honest("Netty, NIO, adaptive allocator", OTHER, 1, 900_000));
        file.append(Results.honest("Netty, NIO, pooled allocator", OTHER, 1, 800_000));
        file.append(Results.honest("Netty, epoll, adaptive allocator", ONE, 1, 70_000));
        file.append(Results.honest("Netty, epoll, pooled allocator", ONE, 1, 65_000));
        file.append(Results.honest("Netty, epoll, adaptive allocator", OTHER, 1, 900_000));
        file.append(Results.honest("Netty, epoll, pooled allocator", OTHER, 1, 950_000));
        return file;
    }

    @Test
    void aContenderStandsWithTheSettingThatWasBestUnderAllLoadsTogether() throws IOException {
        measure();
        assertEquals(options("pooled", "fixed"), sweep.bestOptions("Netty, NIO"));
        assertEquals(options("adaptive", "fixed"), sweep.bestOptions("Netty, epoll"));
    }

    private static List<String> options(String allocator, String receiveBuffer) {
        return List.of("-Dio.netty.allocator.type=" + allocator, "-Ddev.asyncio.bench.receiveBuffer=" + receiveBuffer);
    }

    @Test
    void nobodyGoesByASweepThatIsRefused() throws IOException {
        ResultFile file = measure();
        file.append(Results.with(Figure.BYTES, 1e12, Results.honest("Netty, NIO, pooled allocator", ONE, 2, 60_000)));
        var refused = assertThrows(IOException.class, () -> sweep.bestOptions("Netty, epoll"));
        assertTrue(refused.getMessage().startsWith(
                "goes by " + folder.resolve("settings.jsonl") + ", which is refused: "), refused.getMessage());
    }

    @Test
    void aReceiveBufferIsPartOfTheSetting() throws IOException {
        ResultFile file = measure();
        file.append(Results.honest("Netty, NIO, pooled allocator, adaptive receive buffer", ONE, 1, 66_000));
        file.append(Results.honest("Netty, NIO, pooled allocator, adaptive receive buffer", OTHER, 1, 800_000));
        assertEquals(options("pooled", "adaptive"), sweep.bestOptions("Netty, NIO"));
        assertEquals("Netty, NIO, pooled allocator, adaptive receive buffer; Netty, epoll, adaptive allocator",
                Sweep.chosen(Column.columnsOf(file)));
    }

    /// The mean of pooled ones is 1.03 times that of adaptive ones, and then 1.05 times.
    @Test
    void itsOwnChoiceIsKeptWhereAnotherIsHardlyBetter() throws IOException {
        ResultFile file = measure();
        String own = "Netty, NIO, adaptive allocator, adaptive receive buffer";
        file.append(Results.honest(own, ONE, 1, 52_000));
        file.append(Results.honest(own, OTHER, 1, 850_000));
        assertEquals(options("adaptive", "adaptive"), sweep.bestOptions("Netty, NIO"));
        assertEquals(own + " (0.96); Netty, epoll, adaptive allocator (1.01)",
                Sweep.chosenAndBetter(Column.columnsOf(file)));
        file.append(Results.honest("Netty, NIO, pooled allocator", ONE, 2, 62_000));
        file.append(Results.honest("Netty, NIO, pooled allocator", OTHER, 2, 820_000));
        assertEquals(options("pooled", "fixed"), sweep.bestOptions("Netty, NIO"));
    }

    @Test
    void whatWasChosenIsSaid() throws IOException {
        assertEquals("Netty, NIO, pooled allocator; Netty, epoll, adaptive allocator",
                Sweep.chosen(Column.columnsOf(measure())));
    }

    /// By 1.2 and 8/9, and by 70/65 and 90/95.
    @Test
    void howMuchBetterItIsThanTheNextIsSaid() throws IOException {
        assertEquals("Netty, NIO, pooled allocator (1.03); Netty, epoll, adaptive allocator (1.01)",
                Sweep.chosenAndBetter(Column.columnsOf(measure())));
    }

    @Test
    void whatWasNotTriedUnderAllLoadsIsNotChosen() throws IOException {
        ResultFile file = measure();
        file.append(Results.honest("Netty, io_uring, pooled allocator", ONE, 1, 70_000));
        file.append(Results.honest("Netty, io_uring, adaptive allocator", ONE, 1, 60_000));
        file.append(Results.honest("Netty, io_uring, adaptive allocator", OTHER, 1, 60_000));
        assertEquals(options("adaptive", "fixed"), sweep.bestOptions("Netty, io_uring"));
        assertEquals("Netty, NIO, pooled allocator (1.03); Netty, epoll, adaptive allocator (1.01); "
                + "Netty, io_uring, adaptive allocator", Sweep.chosenAndBetter(Column.columnsOf(file)));
    }

    @Test
    void whereNothingWasTriedNothingIsChosen() throws IOException {
        ResultFile file = Results.begin(folder, "settings");
        file.append(Results.honest("Netty, NIO", ONE, 1, 50_000));
        assertEquals("", Sweep.chosen(Column.columnsOf(file)));
    }

    /// Its contenders are rehearsed before any is measured, and the suite may be cut short meanwhile.
    @Test
    void aSweepThatHasJustBegunChoosesNothing() throws IOException {
        Results.begin(folder, "settings");
        assertEquals(List.of(), sweep.bestOptions("Netty, NIO"));
    }

    @Test
    void withoutResultsThereAreDefaults() throws IOException {
        assertEquals(List.of(), sweep.bestOptions("Netty, NIO"));
    }

    @Test
    void oursHasNoSettings() throws IOException {
        Results.begin(folder, "settings").append(Results.honest("Netty, NIO, pooled allocator", ONE, 1, 60_000));
        assertEquals(List.of(), sweep.bestOptions(Contenders.ASYNCIO));
        assertEquals(List.of(), sweep.trials(Contenders.ASYNCIO, EchoServerMain.class, "ASYNCIO"));
    }

    @Test
    void nettyIsTriedWithEachAllocatorAndReceiveBuffer() {
        assertEquals(List.of("Netty, NIO, adaptive allocator, adaptive receive buffer",
                "Netty, NIO, pooled allocator, adaptive receive buffer",
                "Netty, NIO, adaptive allocator", "Netty, NIO, pooled allocator"),
                sweep.trials("Netty, NIO", EchoServerMain.class, "NETTY_NIO").stream().map(Subject::title).toList());
    }

    @Test
    void javaWebSocketIsTriedWithMoreThanItReadsByItself() {
        assertEquals(List.of("Java-WebSocket, reads of 64 KiB", "Java-WebSocket, reads of 128 KiB"),
                sweep.trials("Java-WebSocket", WebSocketServerMain.class, "JAVA_WEBSOCKET").stream()
                        .map(Subject::title)
                        .toList());
    }

    @Test
    void theJdksVirtualThreadsAreTriedWithEachSchedulerAndPoller() {
        List<String> titles = sweep.trials("JDK, virtual threads", EchoServerMain.class, "JDK_VIRTUAL").stream()
                .map(Subject::title)
                .toList();
        int own = Pinning.isPossible() ? 1 : Runtime.getRuntime().availableProcessors();
        assertEquals("JDK, virtual threads, parallelism " + own + ", poller mode 2", titles.getFirst());
        assertEquals(IntStream.of(1, 2, own).distinct().boxed()
                .flatMap(parallelism -> IntStream.of(1, 2).mapToObj(mode -> "JDK, virtual threads, parallelism "
                        + parallelism + ", poller mode " + mode))
                .collect(Collectors.toSet()), Set.copyOf(titles));
    }
}
