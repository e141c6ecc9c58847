package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.EchoContenderTest.HalfClose;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The servers outside the JVM echo as those in it do. What cannot be built here is skipped.
class PeerEchoTest {

    private static final String COMPARISON = "echo";

    @TempDir
    private static Path folder;

    private static Peers peers;

    @BeforeAll
    static void build() throws IOException, InterruptedException {
        peers = new Peers(PeerBuildTest.build(folder, Map.of()));
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

    /// Neither a port that never comes nor half a line may hold the suite.
    @Test
    void aServerThatHangsIsNotWaitedForWithoutEnd() throws Exception {
        Path noDelay = folder.resolve("no-delay");
        Assumptions.assumeTrue(Files.isExecutable(noDelay), "no-delay.c does not compile here");
        Path answer = folder.resolve("answer");
        long startNanos = System.nanoTime();
        Process probe = new ProcessBuilder(
                noDelay.toString(), "1", "sh", "-c", "printf 'listening on'; exec sleep 600")
                .redirectOutput(answer.toFile())
                .start();
        try {
            assertTrue(probe.waitFor(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS), "it waits on");
        } finally {
            probe.descendants().forEach(ProcessHandle::destroy);
            probe.destroy();
        }
        assertTrue(System.nanoTime() - startNanos >= 1e9);
        assertEquals("the server takes more than 1 s\n", Files.readString(answer));
        assertEquals(2, probe.exitValue());
    }
}
