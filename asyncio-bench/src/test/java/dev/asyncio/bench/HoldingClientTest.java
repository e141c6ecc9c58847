package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.bench.FaultyEcho.Fault;
import dev.asyncio.bench.HoldingClient.Protocol;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Honest servers have theirs in [IdleCostTest].
class HoldingClientTest {

    /// Of a reply that is sent twice, the second is taken for that to the next message.
    @ParameterizedTest
    @CsvSource({"TCP, ALTERED", "TCP, SENT_TWICE", "TCP, ENDED", "WEBSOCKET, ALTERED_FIRST_BYTE", "WEBSOCKET, ALTERED"})
    void anyFaultFailsTheRun(Protocol protocol, Fault fault) throws Exception {
        Speech speech = protocol == Protocol.TCP ? Speech.BARE : Speech.WEBSOCKET;
        try (var server = FaultyEcho.start(speech, fault, HoldingClient.MESSAGE_BYTES, 0);
                var clients = HoldingClient.start(protocol, server.address(), 3)) {
            assertThrows(IOException.class, () -> {
                HoldingClient.echoOnAll(clients);
                HoldingClient.echoOnAll(clients);
            });
        }
    }
}
