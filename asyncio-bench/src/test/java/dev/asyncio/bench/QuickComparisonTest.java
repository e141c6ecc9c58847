package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.EchoContender.Kind;
import dev.asyncio.bench.LoadDialogue.Timing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// Each kind of comparison, once and briefly.
class QuickComparisonTest {

    private static final Comparison.Pace BRIEF =
            new Comparison.Pace(Timing.ofSeconds(0.1, 0.05), 1, Timing.ofSeconds(0.1, 0.5), 2, Duration.ZERO);

    @TempDir
    private Path folder;

    @Test
    void serversAreComparedUnderSeveralLoadsAndWhatIsThereIsNotRunAgain() throws Exception {
        List<Subject> subjects = Subject.withAgain(Arrays.asList(
                AblationServerMain.Switch.NONE.subject(), AblationServerMain.Switch.HEAP_BUFFER.subject()));
        var comparison = new PinnedComparison("brief", LoadClient.class, List.of(), subjects,
                List.of(PinnedComparison.load(2, 64, 2), PinnedComparison.load(1_001, 64, 1)));
        ResultFile file = Results.begin(folder, "brief");
        comparison.runRound(1, BRIEF, file);
        comparison.runRound(1, BRIEF, file);
        assertEquals(2, Column.columnsOf(file).size());
        assertEquals(6, file.runs().size());
        List<Run> measured = file.runs();
        file.remove(List.of(measured.getFirst().facts()));
        comparison.runRound(1, BRIEF, file);
        assertEquals(6, file.runs().size());
        assertEquals(3, file.runs().stream().filter(measured::contains).count(),
                "a load that only some had is measured anew for all");
    }

    /// What it prints.
    static String shownBy(Executable executable) throws Throwable {
        var shown = new ByteArrayOutputStream();
        PrintStream output = System.out;
        System.setOut(new PrintStream(shown));
        try {
            executable.execute();
        } finally {
            System.setOut(output);
        }
        return shown.toString();
    }

    @Test
    void whatAGateRefusesIsShownAllTheSame() throws Throwable {
        var suite = new Suite(folder, BRIEF, 1);
        var broken = new SuiteTest.Contradictory("broken", 40_000);
        String shown = shownBy(
                () -> assertThrows(IOException.class, () -> QuickComparison.run(suite, broken, Peers.NONE)));
        assertTrue(shown.contains("Raw figures: " + folder), shown);
        assertTrue(shown.matches("(?s).*\\*?asyncio\\*? +100,000.*"), shown);
    }

    @Test
    void whatThisSystemDoesNotHaveIsNamedBelowTheTables() throws Throwable {
        var suite = new Suite(folder, BRIEF, 1);
        var comparison = new SuiteTest.Contradictory("brief", 110_000);
        var peers = new Peers();
        assertEquals(List.of(Kind.NETTY_NIO), peers.available(
                comparison.name(), kind -> kind != Kind.NETTY_EPOLL, List.of(Kind.NETTY_EPOLL, Kind.NETTY_NIO)));
        String shown = shownBy(() -> QuickComparison.run(suite, comparison, peers));
        assertTrue(shown.contains("Not measured: Netty, epoll, this system does not have it"), shown);
        assertFalse(shown.contains("Not measured: Netty, NIO"), shown);
    }

    @Test
    void processesAreCompared() throws Exception {
        var cases = List.of(
                new ProcessComparison.Case("copy", Map.of("bytes", "64"), _ -> List.of("memoryCopy", 64, 0.01)),
                new ProcessComparison.Case("masking", Map.of("bytes", "64"), _ -> List.of("maskInPlace", 64, 0.01)));
        ResultFile file = Results.begin(folder, "brief");
        new ProcessComparison("brief", CodecMain.class, 1, true, cases).runRound(1, BRIEF, file);
        assertEquals(2, file.runs().size());
    }

    private static final int ROUND_TRIPS = 5_000;

    private Run only(Comparison comparison) throws Exception {
        ResultFile file = Results.begin(folder, comparison.name());
        comparison.runRound(1, BRIEF, file);
        Gates.check(file);
        assertEquals(1, file.runs().size());
        return file.runs().getFirst();
    }

    private static Comparison inOneProcess(Object... arguments) {
        var one = new ProcessComparison.Case("one", Map.of("bytes", "64"), _ -> List.of(arguments));
        return new ProcessComparison(RoundTripComparison.NAME, RoundTripMain.class, 1, true, List.of(one));
    }

    @Test
    void bothEndsAreInOneProcess() throws Exception {
        assertEquals(ROUND_TRIPS, only(inOneProcess(Kind.ASYNCIO, 64, ROUND_TRIPS)).figure(Figure.MESSAGES));
    }

    @Test
    void bothEndsOfNettyAreOnOneLoop() throws Exception {
        Run run = only(inOneProcess(Kind.NETTY_NIO, 64, ROUND_TRIPS, RoundTripMain.ONE_LOOP));
        assertEquals(ROUND_TRIPS, run.figure(Figure.MESSAGES));
    }

    @Test
    void idleConnectionsAreLookedAt() throws Exception {
        var one = new ProcessComparison.Case("one", Map.of("protocol", "TCP", "connections", "50"),
                _ -> List.of(HoldingClient.Protocol.TCP, 50, 0.1, Kind.ASYNCIO));
        Run run = only(new ProcessComparison(FullSuite.IDLE, IdleCostMain.class, IdleCostMain.OPTIONS, _ -> 1, false,
                List.of(one)));
        assertEquals(RunKind.IDLE, RunKind.of(run));
    }

    @Test
    void anOpenLoopHasTheRateThatIsKnownWhenItsTurnComes() throws Exception {
        Map<String, String> load = PinnedComparison.load(2, 64, 2);
        load.put("rate", "400");
        Comparison comparison = new DeferredComparison("open", _ -> 1, () -> new PinnedComparison(
                "open", LoadClient.class, List.of(), List.of(Subject.echo(Kind.ASYNCIO)), List.of(load)));
        Run run = only(comparison);
        assertEquals(RunKind.OPEN_LOOP, RunKind.of(run));
        assertEquals("400", run.facts().get("rate"));
    }

    @Test
    void theEnvironmentTellsWhatServersFind() throws IOException {
        Run environment = Environment.ofServers(Map.of("C, epoll", "gcc 1.2"));
        assertEquals("gcc 1.2", environment.facts().get("C, epoll"));
        assertFalse(environment.facts().get("congestion control").isBlank());
        assertEquals(environment, Run.ofJson(environment.toJson()));
    }
}
