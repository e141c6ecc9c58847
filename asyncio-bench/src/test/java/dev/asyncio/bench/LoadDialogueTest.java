package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asyncio.bench.LoadDialogue.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadDialogueTest {

    /// What a server that has just been started comes to, where the system tells of its threads.
    private static Map<String, Double> measure(EchoContender.Kind kind) throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/self/stat")), "this system does not tell");
        try (var server = Subject.echo(kind).starter().start();
                var client = ChildJvm.startOnCore(
                        PinnedComparison.CLIENT_CORE, LoadClient.class, server.host(), server.port())) {
            Map<String, Double> figures = LoadDialogue.measure(
                    client, server, PinnedComparison.load(8, 64, 1), Timing.ofSeconds(0.1, 0.5));
            client.finish();
            return figures;
        }
    }

    @Test
    void whatTheKernelWorksForAServerIsPartOfItsCpuTime() throws Exception {
        Map<String, Double> figures = measure(EchoContender.Kind.JDK_PLATFORM);
        double kernelSeconds = figures.get(Figure.SERVER_KERNEL_SECONDS);
        double cpuSeconds = figures.get(Figure.SERVER_CPU_SECONDS);
        assertTrue(kernelSeconds > 0, figures::toString);
        assertTrue(kernelSeconds <= cpuSeconds + 2 / ProcessCpu.TICKS_A_SECOND, figures::toString);
    }

    @Test
    void whatCompilersWorkIsSeen() throws Exception {
        Map<String, Double> figures = measure(EchoContender.Kind.NETTY_NIO);
        assertTrue(figures.get(Figure.COMPILER_SECONDS) > 0, figures::toString);
    }

    /// A third process on the client's core.
    @Test
    void whatOthersHaveOfTheCoresIsSeen() throws Exception {
        assumeFalse(Double.isNaN(ProcessorUse.secondsOfBothCores()), "this system does not tell");
        try (var other = ChildJvm.startOnCore(PinnedComparison.CLIENT_CORE, Spinning.class)) {
            other.readLine();
            Map<String, Double> figures = measure(EchoContender.Kind.ASYNCIO);
            assertTrue(Figure.isDisturbed(figures), figures::toString);
        }
    }

    /// Takes all that it gets of its core.
    static final class Spinning {

        private Spinning() {}

        static void main() {
            System.out.println("spinning");
            while (true) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void whoMeasuresAServerThatSomebodyElseStartedDoesNotKnowItsCpuTime() throws Exception {
        Map<String, String> load = PinnedComparison.load(8, 64, 1);
        try (var started = Subject.echo(EchoContender.Kind.ASYNCIO).starter().start();
                var client = ChildJvm.startOnCore(
                        PinnedComparison.CLIENT_CORE, LoadClient.class, started.host(), started.port())) {
            var server = new RunningServer(started.host(), started.port(), null);
            Map<String, Double> figures = LoadDialogue.measure(client, server, load, Timing.ofSeconds(0.1, 0.5));
            RunKind.CLOSED_LOOP.check(new Run(Run.facts("theirs", load, 1), figures));
            assertTrue(Double.isNaN(figures.get(Figure.SERVER_CPU_SECONDS)), figures::toString);
            client.finish();
        }
    }

    @Test
    void theSecondsOfAClientAreComparedWithThoseThatPassedHere() throws Exception {
        Map<String, String> load = PinnedComparison.load(1, 64, 1);
        var server = new RunningServer("127.0.0.1", "1", null);
        try (var client = ChildJvm.start(CheatingClient.class, server.host(), server.port())) {
            Map<String, Double> figures = LoadDialogue.measure(client, server, load, Timing.ofSeconds(0, 0.6));
            var run = new Run(Run.facts("cheating", load, 1), figures);
            var refused = assertThrows(IOException.class, () -> Gates.secondsAreWallTime(run));
            assertTrue(refused.getMessage().contains("the client counted 0.100 s"), refused.getMessage());
            client.finish();
        }
    }
}
