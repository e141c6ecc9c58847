package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.FaultyEcho.Fault;
import dev.asyncio.bench.LoadDialogue.Timing;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Linux alone lets the options of a hidden socket be read.
@EnabledOnOs(OS.LINUX)
class WebSocketClientTest {

    private static final int MESSAGE_BYTES = 64;

    @AfterEach
    void wantNoDelayAgain() {
        NoDelay.want(true);
    }

    private static InetSocketAddress address(RunningServer server) {
        return new InetSocketAddress(server.host(), Integer.parseInt(server.port()));
    }

    private static RoundTripClient connect(WebSocketClientKind kind, InetSocketAddress server, int messageBytes)
            throws IOException {
        Assumptions.assumeTrue(kind.isAvailable(), "this system does not have it: " + kind);
        return kind.connect(server, messageBytes);
    }

    @ParameterizedTest
    @EnumSource
    void eachClientTimesItsRoundTrips(WebSocketClientKind kind) throws Exception {
        try (var server = Subject.webSocketClient(kind, List::of).starter().start()) {
            InetSocketAddress address = address(server);
            for (int messageBytes : new int[] {8, 125, 126, 65_535, 65_536}) {
                long[] nanos = new long[50];
                try (var client = connect(kind, address, messageBytes)) {
                    client.run(nanos);
                    client.run(nanos);
                }
                assertTrue(Arrays.stream(nanos).allMatch(each -> each > 0), Arrays.toString(nanos));
            }
        }
    }

    @Test
    void theServerLetsGoOfWhoSendsMoreThanItHasRoomFor() throws Exception {
        try (var server = Subject.webSocketClient(WebSocketClientKind.ASYNCIO, List::of).starter().start()) {
            InetSocketAddress address = address(server);
            try (var greedy = PlainWebSocket.connect(address, new Random(1))) {
                var refusal = assertThrows(IOException.class, () -> {
                    greedy.send(PlainWebSocket.BINARY, new byte[200_000], new Random(2));
                    greedy.receive();
                });
                assertFalse(refusal instanceof SocketTimeoutException, refusal::toString);
            }
            try (var next = connect(WebSocketClientKind.ASYNCIO, address, MESSAGE_BYTES)) {
                next.run(new long[1]);
            }
        }
    }

    static Stream<Arguments> faultsForEachClient() {
        return Stream.of(WebSocketClientKind.values())
                .flatMap(kind -> FaultyEcho.ofOneReply().stream()
                        .map(fault -> Arguments.of(kind, fault)));
    }

    @ParameterizedTest
    @MethodSource("faultsForEachClient")
    void anyFaultFailsTheRun(WebSocketClientKind kind, Fault fault) throws Exception {
        try (var server = FaultyEcho.start(Speech.WEBSOCKET, fault, MESSAGE_BYTES);
                var client = connect(kind, server.address(), MESSAGE_BYTES)) {
            if (overlooks(fault, kind)) {
                RoundTripClientTest.assertFails(client, Duration.ofMillis(500));
            } else {
                RoundTripClientTest.assertFails(fault, client);
            }
        }
    }

    /// On a pool's threads, `java.net.http` misses one end of a stream in a hundred, and tells nobody for ever: a run
    /// fails by silence then.
    private static boolean overlooks(Fault fault, WebSocketClientKind kind) {
        return fault == Fault.ENDED && kind == WebSocketClientKind.JDK;
    }

    /// What `java.net.http` asks for is not ours to say.
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"JDK", "JDK_DIRECT"})
    void aClientWithoutNoDelayIsRefused(WebSocketClientKind kind) throws Exception {
        try (var server = FaultyEcho.start(Speech.WEBSOCKET, Fault.NONE, MESSAGE_BYTES)) {
            connect(kind, server.address(), MESSAGE_BYTES).close();
            NoDelay.want(false);
            var refusal = assertThrows(
                    IllegalStateException.class, () -> kind.connect(server.address(), MESSAGE_BYTES).close());
            assertEquals("TCP_NODELAY is off", refusal.getMessage());
        }
    }

    @Test
    void theOptionOfAHiddenSocketIsReadBack() throws IOException {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var server = (InetSocketAddress) listener.getLocalSocketAddress();
            assertThrows(IOException.class, () -> HiddenSockets.requireNoDelay(server));
            try (var socket = new Socket(server.getAddress(), server.getPort())) {
                socket.setTcpNoDelay(false);
                assertThrows(IllegalStateException.class, () -> HiddenSockets.requireNoDelay(server));
                socket.setTcpNoDelay(true);
                HiddenSockets.requireNoDelay(server);
            }
        }
    }

    @Test
    void anOptionThatTheSystemDoesNotTellIsNotTakenForOff() throws IOException {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var withoutTcp = new DatagramSocket()) {
            var server = (InetSocketAddress) listener.getLocalSocketAddress();
            withoutTcp.connect(server);
            assertTrue(HiddenSockets.areVisible());
            var failure = assertThrows(IOException.class, () -> HiddenSockets.requireNoDelay(server));
            assertTrue(failure.getMessage().contains("does not tell"), failure.getMessage());
        }
    }

    @Test
    void aClientIsMeasuredAsServersAre() throws Exception {
        Subject subject = Subject.webSocketClient(WebSocketClientKind.JDK, List::of);
        assertEquals(WebSocketClientKind.JDK.toString(), subject.title());
        assertEquals(List.of(WebSocketClientKind.JDK.name()), subject.clientArguments());
        Map<String, Double> figures;
        try (var server = subject.starter().start()) {
            figures = new LinkedHashMap<>(WebSocketClientMain.run(WebSocketClientKind.JDK, address(server),
                    MESSAGE_BYTES, Timing.ofSeconds(0.1, 0.2), Unmarked.INSTANCE));
        }
        assertTrue(figures.get(Figure.SECONDS) >= 0.2, figures::toString);
        figures.put(Figure.SECONDS_SEEN, figures.get(Figure.SECONDS)); // by who starts the processes
        figures.put(Figure.SERVER_CPU_SECONDS, 0.1);
        var run = new Run(Run.facts(subject.title(), PinnedComparison.load(1, MESSAGE_BYTES, 1), 1), figures);
        assertEquals(RunKind.CLOSED_LOOP, RunKind.of(run));
        RunKind.CLOSED_LOOP.check(run);
    }
}
