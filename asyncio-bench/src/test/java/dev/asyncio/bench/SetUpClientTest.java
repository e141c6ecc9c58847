package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.FaultyEcho.Fault;
import dev.asyncio.bench.LoadDialogue.Timing;
import dev.asyncio.core.testing.NothingLeftOver;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith(NothingLeftOver.class)
class SetUpClientTest {

    /// What the client sends.
    private static final int MESSAGE_BYTES = 8;

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static double run(LoadProtocol protocol, InetSocketAddress server) throws IOException {
        var client = new SetUpClient(protocol, server, 2);
        return client.run(Timing.ofSeconds(0.02, 0.02), Unmarked.INSTANCE).get(Figure.MESSAGES);
    }

    @Test
    void connectionsAreCounted() throws IOException {
        try (var server = EchoContender.Kind.ASYNCIO.start(ANY_PORT)) {
            assertTrue(run(new LoadClient.Bare(), server.address()) > 0);
        }
    }

    @Test
    void handshakesAreCounted() throws IOException {
        try (var server = WebSocketContender.Kind.ASYNCIO.start(ANY_PORT, WebSocketContender.Deflate.OFF)) {
            assertTrue(run(WebSocketLoadClient.Frames.BINARY, server.address()) > 0);
        }
    }

    @Test
    void aServerThatDoesNotShakeHandsCountsForNothing() throws IOException {
        try (var server = FaultyEcho.start(Speech.BARE, Fault.NONE, MESSAGE_BYTES)) {
            assertThrows(IOException.class, () -> run(WebSocketLoadClient.Frames.BINARY, server.address()));
        }
    }

    static Stream<Arguments> faultsInEachSpeech() {
        return Stream.of(Speech.values())
                .flatMap(speech -> Stream.of(Fault.ALTERED, Fault.ALTERED_FIRST_BYTE, Fault.ENDED)
                        .map(fault -> Arguments.of(speech, fault)));
    }

    @ParameterizedTest
    @MethodSource("faultsInEachSpeech")
    void aConnectionWithoutItsEchoFailsTheRun(Speech speech, Fault fault) throws IOException {
        try (var server = FaultyEcho.start(speech, fault, MESSAGE_BYTES, 0)) {
            var failure = assertThrows(IOException.class, () -> run(speech.protocol(), server.address()));
            assertTrue(failure.getMessage().contains("the first reply differs"), failure.getMessage());
        }
    }

    @Test
    void aServerNeverStartedFailsTheRun() throws IOException {
        InetSocketAddress nobody = LoadClientTest.nobody();
        var failure = assertThrows(IOException.class, () -> run(new LoadClient.Bare(), nobody));
        assertInstanceOf(ConnectException.class, failure.getCause());
    }
}
