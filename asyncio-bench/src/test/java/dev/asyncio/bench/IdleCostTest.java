package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.HoldingClient.Protocol;
import dev.asyncio.core.testing.Waiting;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdleCostTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"TCP; asyncio", "TCP; JDK, virtual threads", "TCP; JDK, platform threads",
        "TCP; Netty, NIO", "TCP; Netty, epoll", "WEBSOCKET; asyncio", "WEBSOCKET; Netty, NIO",
        "WEBSOCKET; Netty, epoll", "WEBSOCKET; Java-WebSocket"})
    void manyConnectionsEchoWheneverTheyAreAsked(Protocol protocol, String contender) throws Exception {
        Assumptions.assumeTrue(isAvailable(protocol, contender), "not on this system: " + contender);
        try (var server = IdleServer.start(protocol, contender);
                var clients = HoldingClient.start(protocol, server.address(), 20)) {
            HoldingClient.echoOnAll(clients);
            HoldingClient.connectAgain(clients);
            HoldingClient.echoOnAll(clients);
            HoldingClient.echoOnAll(clients);
            clients.finish();
        }
    }

    private static boolean isAvailable(Protocol protocol, String contender) {
        return switch (protocol) {
            case TCP -> EchoContender.Kind.of(contender).isAvailable();
            case WEBSOCKET -> WebSocketContender.Kind.of(contender).isAvailable();
        };
    }

    /// Else what an idle Java-WebSocket costs would be ours.
    @Test
    void theGuardOfJavaWebSocketSleepsOnceAllRepliesAreGone() throws Exception {
        String contender = WebSocketContender.Kind.JAVA_WEBSOCKET.toString();
        try (var server = IdleServer.start(Protocol.WEBSOCKET, contender);
                var clients = HoldingClient.start(Protocol.WEBSOCKET, server.address(), 20)) {
            HoldingClient.echoOnAll(clients);
            List<Thread> guards = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals(JavaWebSocketEcho.GUARD))
                    .toList();
            Set<Thread.State> asleep = Set.of(Thread.State.WAITING, Thread.State.TERMINATED); // with no time to wake at
            Waiting.await("the guard to sleep",
                    () -> guards.stream().allMatch(guard -> asleep.contains(guard.getState())));
            clients.finish();
        }
    }

    @Test
    void whoConnectsAgainHasLetGoOfWhatWasThereBefore() throws Exception {
        try (var server = IdleServer.start(Protocol.TCP, Contenders.ASYNCIO);
                var clients = HoldingClient.start(Protocol.TCP, server.address(), 5)) {
            HoldingClient.echoOnAll(clients);
            int before = HeldResources.countRegistrations();
            HoldingClient.connectAgain(clients);
            HoldingClient.echoOnAll(clients);
            Waiting.await("the old ones to go", () -> HeldResources.countRegistrations() <= before);
            clients.finish();
        }
    }

    @Test
    void aStackOutsideTheHeapIsNoCheaperThanOneInIt() {
        Metric main = IdleCost.Cost.METRICS.getFirst();
        Run parked = new Run(Map.of(), new IdleCost.Cost(0, 2_000, 0, 0).figures());
        Run blocked = new Run(Map.of(), new IdleCost.Cost(0, 1_000, 64, 9_000).figures());
        assertEquals(5, main.timesBetter(parked, blocked));
    }

    @Test
    void aHeapThatIsNotResidentAsAWholeIsNotMeasured() {
        String[] arguments = {"TCP", "1", "0", Contenders.ASYNCIO};
        var refused = assertThrows(IllegalStateException.class, () -> IdleCostMain.main(arguments));
        assertTrue(refused.getMessage().contains("AlwaysPreTouch"), refused.getMessage());
    }

    @Test
    void whoHasNoIdleServerIsRefused() {
        String contender = EchoContender.Kind.ASYNCIO_PLATFORM_LOOP.toString();
        var refused = assertThrows(
                IllegalArgumentException.class, () -> IdleServer.start(Protocol.TCP, contender).close());
        assertTrue(refused.getMessage().contains(contender), refused.getMessage());
    }
}
