package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.FaultyEcho.Fault;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The clients of table 1, one in blocking style and one by events.
class RoundTripClientTest {

    private static final int MESSAGE_BYTES = 64;

    @ParameterizedTest
    @EnumSource(names = {"ASYNCIO", "JDK_VIRTUAL", "JDK_PLATFORM", "NETTY_NIO"})
    void anHonestServerIsMeasured(EchoContender.Kind kind) throws Exception {
        long[] nanos = new long[100];
        try (var server = FaultyEcho.start(Speech.BARE, Fault.NONE, MESSAGE_BYTES);
                var client = RoundTripClient.connect(kind, server.address(), MESSAGE_BYTES)) {
            client.run(nanos);
        }
        assertTrue(Arrays.stream(nanos).allMatch(each -> each > 0), Arrays.toString(nanos));
    }

    static Stream<Arguments> faultsForEachStyle() {
        return Stream.of(EchoContender.Kind.ASYNCIO, EchoContender.Kind.NETTY_NIO)
                .flatMap(kind -> FaultyEcho.ofOneReply().stream()
                        .map(fault -> Arguments.of(kind, fault)));
    }

    @ParameterizedTest
    @MethodSource("faultsForEachStyle")
    void anyFaultFailsTheRun(EchoContender.Kind kind, Fault fault) throws Exception {
        try (var server = FaultyEcho.start(Speech.BARE, fault, MESSAGE_BYTES);
                var client = RoundTripClient.connect(kind, server.address(), MESSAGE_BYTES)) {
            assertFails(fault, client);
        }
    }

    /// The time is short where it has to pass: a server that is late for other reasons changes nothing then.
    static void assertFails(Fault fault, RoundTripClient client) {
        IOException failure = assertFails(client, fault.isSilent() ? Duration.ofMillis(100) : Waiting.PATIENCE);
        assertEquals(fault.isSilent(), failure instanceof SocketTimeoutException, failure::toString);
    }

    /// By silence or otherwise.
    static IOException assertFails(RoundTripClient client, Duration silenceLimit) {
        return assertThrows(IOException.class, () -> client.run(new long[100], silenceLimit));
    }
}
