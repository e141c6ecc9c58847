package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.HoldingClient.Protocol;
import dev.asyncio.core.testing.Waiting;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdleCostTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"TCP; asyncio", "TCP; JDK, virtual threads", "TCP; JDK, platform threads",
        "TCP; Netty, epoll", "WEBSOCKET; asyncio", "WEBSOCKET; Netty, epoll"})
    void manyConnectionsEchoWheneverTheyAreAsked(Protocol protocol, String contender) throws Exception {
        Assumptions.assumeTrue(EchoContender.Kind.of(contender).isAvailable(), "not on this system: " + contender);
        try (var server = IdleServer.start(protocol, contender);
                var clients = HoldingClient.start(protocol, server.address(), 20)) {
            HoldingClient.echoOnAll(clients);
            HoldingClient.connectAgain(clients);
            HoldingClient.echoOnAll(clients);
            HoldingClient.echoOnAll(clients);
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
    void whoHasNoIdleServerIsRefused() {
        String contender = EchoContender.Kind.ASYNCIO_PLATFORM_LOOP.toString();
        var refused = assertThrows(
                IllegalArgumentException.class, () -> IdleServer.start(Protocol.TCP, contender).close());
        assertTrue(refused.getMessage().contains(contender), refused.getMessage());
    }
}
