package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.LoadDialogue.Timing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class SetUpClientTest {

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
    void aServerThatDoesNotEchoCountsForNothing() throws IOException {
        try (var server = FaultyEcho.start(Speech.BARE, FaultyEcho.Fault.NONE, 64)) {
            assertThrows(IOException.class, () -> run(WebSocketLoadClient.Frames.BINARY, server.address()));
        }
    }
}
