package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.EchoContenderTest.HalfClose;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The servers outside the JVM echo as those in it do. What cannot be built here is skipped.
class PeerEchoTest {

    private static final String COMPARISON = "echo";

    /// Far beyond what a server takes to start, and less than a test waits.
    private static final int PROBE_SECONDS = 15;

    @TempDir
    private static Path folder;

    private static Properties list;
    private static Peers peers;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        Path file = PeerBuildTest.build(folder, Map.of());
        list = PeerBuildTest.read(file);
        peers = new Peers(file);
    }

    private static RunningServer start(String name) throws IOException, InterruptedException {
        List<Subject> found = peers.subjects(COMPARISON, name);
        Assumptions.assumeFalse(found.isEmpty(), () -> peers.skippedIn(COMPARISON).toString());
        return found.getFirst().starter().start();
    }

    private static InetSocketAddress address(RunningServer server) {
        return new InetSocketAddress(server.host(), Integer.parseInt(server.port()));
    }

    /// Trantor drops what it has not written when its client half-closes.
    private static HalfClose halfClose(String peer) {
        return peer.equals("trantor") ? HalfClose.BEHIND_THE_LAST_REPLY : HalfClose.BEHIND_THE_LAST_REQUEST;
    }

    @ParameterizedTest
    @ValueSource(strings = {"c-epoll", "c-epoll-spin", "asio-sync", "asio-async", "trantor"})
    void theSameBytesComeBackHoweverTheyAreCut(String peer) throws Exception {
        try (var server = start(peer)) {
            EchoContenderTest.assertEchoesPieces(peer, address(server), halfClose(peer));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"c-epoll", "c-epoll-spin", "asio-sync", "asio-async", "trantor"})
    void theSameBytesComeBackToOneThatReadsLate(String peer) throws Exception {
        try (var server = start(peer)) {
            EchoContenderTest.assertEchoesToOneThatReadsLate(peer, address(server), halfClose(peer));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bun", "ws", "drogon"})
    void theSameMessagesComeBackHoweverTheyAreCut(String peer) throws Exception {
        try (var server = start(peer)) {
            WebSocketContenderTest.assertEchoesPieces(peer, address(server));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bun", "ws"})
    void textThatIsNotUtf8IsRefused(String peer) throws Exception {
        try (var server = start(peer)) {
            WebSocketContenderTest.assertRefusesBadText(address(server));
        }
    }

    /// The page says so.
    @Test
    void drogonDoesNotCheckText() throws Exception {
        try (var server = start("drogon")) {
            WebSocketContenderTest.assertEchoesBadText(address(server));
        }
    }

    /// What `no-delay` says of a server, behind its status.
    private static String probe(int seconds, String protocol, List<String> server)
            throws IOException, InterruptedException {
        Path noDelay = folder.resolve("no-delay");
        Assumptions.assumeTrue(Files.isExecutable(noDelay), "no-delay.c does not compile here");
        List<String> command = new ArrayList<>(List.of(noDelay.toString(), Integer.toString(seconds), protocol));
        command.addAll(server);
        Path answer = folder.resolve("answer");
        Process probe = new ProcessBuilder(command).redirectOutput(answer.toFile()).start();
        try {
            assertTrue(probe.waitFor(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS), "it waits on");
        } finally {
            probe.descendants().forEach(ProcessHandle::destroy);
            probe.destroy();
        }
        return probe.exitValue() + ": " + Files.readString(answer);
    }

    /// Neither a port that never comes nor half a line may hold the suite.
    @Test
    void aServerThatHangsIsNotWaitedForWithoutEnd() throws Exception {
        long startNanos = System.nanoTime();
        assertEquals("2: the server takes more than 1 s\n",
                probe(1, "websocket", List.of("sh", "-c", "printf 'listening on'; exec sleep 600")));
        assertTrue(System.nanoTime() - startNanos >= 1e9);
    }

    @ParameterizedTest
    @CsvSource({"NONE, 0: TCP_NODELAY is on", "DELAY, 1: TCP_NODELAY is off"})
    void aWebSocketServerWithoutItIsFound(WebSocketAblationMain.Switch ablated, String answer) throws Exception {
        assertEquals(answer + "\n", probe(PROBE_SECONDS, "websocket", java(WebSocketAblationMain.class, ablated)));
    }

    @ParameterizedTest
    @CsvSource({"NONE, 0: TCP_NODELAY is on", "DELAY, 1: TCP_NODELAY is off"})
    void aTcpServerWithoutItIsFound(AblationServerMain.Switch ablated, String answer) throws Exception {
        assertEquals(answer + "\n", probe(PROBE_SECONDS, "tcp", java(AblationServerMain.class, ablated)));
    }

    private static List<String> java(Class<?> main, Enum<?> argument) {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), main.getName(), argument.name());
    }

    @ParameterizedTest
    @CsvSource({"c-epoll, tcp", "c-epoll-spin, tcp", "c-source, tcp", "asio-sync, tcp", "asio-async, tcp",
        "asio-source, tcp", "trantor, tcp", "drogon, websocket", "bun, websocket", "bun-source, websocket",
        "ws, websocket", "ws-source, websocket"})
    void everyPeerHasNoDelayOn(String peer, String protocol) throws Exception {
        String command = list.getProperty(peer);
        Assumptions.assumeTrue(command != null, () -> list.getProperty("skipped." + peer));
        assertEquals("0: TCP_NODELAY is on\n", probe(PROBE_SECONDS, protocol, List.of(command.split(" +"))));
    }
}
