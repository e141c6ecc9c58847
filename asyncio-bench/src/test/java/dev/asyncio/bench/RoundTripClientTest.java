package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.FaultyEcho.Fault;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The clients of table 1, one in blocking style and one by events.
class RoundTripClientTest {

    private static final int MESSAGE_BYTES = 64;

    /// After these the server waits for a client that waits for it.
    private static final Set<Fault> SILENT = EnumSet.of(Fault.DROPPED, Fault.SHORTENED, Fault.SENT_AFTER_THE_NEXT);

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
                .flatMap(kind -> EnumSet.complementOf(EnumSet.of(Fault.NONE)).stream()
                        .map(fault -> Arguments.of(kind, fault)));
    }

    @ParameterizedTest
    @MethodSource("faultsForEachStyle")
    void anyFaultFailsTheRun(EchoContender.Kind kind, Fault fault) throws Exception {
        try (var server = FaultyEcho.start(Speech.BARE, fault, MESSAGE_BYTES);
                var client = RoundTripClient.connect(kind, server.address(), MESSAGE_BYTES)) {
            IOException failure = assertThrows(IOException.class, () -> client.run(new long[100]));
            assertEquals(SILENT.contains(fault), failure instanceof SocketTimeoutException, failure::toString);
        }
    }
}
