package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class SocketStatesTest {

    private static void awaitStates(String expected, int port) {
        try {
            Waiting.await(expected, () -> states(port).equals(expected));
        } finally {
            assertEquals(expected, states(port));
        }
    }

    private static String states(int port) {
        try {
            return SocketStates.of(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aClientIsSeenFromTheQueueToItsEnd() throws Exception {
        try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            int port = server.getLocalPort();
            awaitStates("{in the queue=0}", port);
            try (var client = new Socket(server.getInetAddress(), port)) {
                awaitStates("{established, held by nobody=1, in the queue=1}", port);
                client.getOutputStream().write(1);
                awaitStates("{established, held by nobody, unread=1, in the queue=1}", port);
                try (var accepted = server.accept()) {
                    awaitStates("{established, unread=1, in the queue=0}", port);
                    client.shutdownOutput();
                    awaitStates("{ended by the client, unread=1, in the queue=0}", port);
                    accepted.getInputStream().readAllBytes();
                    awaitStates("{ended by the client=1, in the queue=0}", port);
                }
            }
        }
    }
}
