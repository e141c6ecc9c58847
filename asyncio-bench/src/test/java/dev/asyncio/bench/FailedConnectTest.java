package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.bench.NettyServer.Transport;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Clients that do not come to be, whose threads, loops and sockets must not stay.
@ExtendWith(NothingLeftOver.class)
class FailedConnectTest {

    private static final int MESSAGE_BYTES = 64;

    private static ServerSocket listen() throws IOException {
        var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        listener.setSoTimeout((int) Waiting.PATIENCE.toMillis());
        return listener;
    }

    private static InetSocketAddress address(ServerSocket listener) {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    @Test
    void aServerNeverStartedIsNotConnectedTo() throws IOException {
        InetSocketAddress nobody;
        try (var listener = listen()) {
            nobody = address(listener);
        }
        assertThrows(ConnectException.class,
                () -> NettyRoundTripClient.connect(nobody, Transport.NIO, MESSAGE_BYTES).close());
        assertThrows(ConnectException.class,
                () -> NettyWebSocketClient.connect(nobody, Transport.NIO, MESSAGE_BYTES).close());
    }

    @Test
    void aServerThatEndsTheHandshakeIsNotWaitedFor() throws Exception {
        try (var listener = listen()) {
            var ending = Waiting.start(ThreadKind.VIRTUAL, () -> {
                try (var socket = listener.accept()) {
                    Speech.readHead(socket);
                }
            });
            var failure = assertThrows(IOException.class,
                    () -> NettyWebSocketClient.connect(address(listener), Transport.NIO, MESSAGE_BYTES).close());
            assertInstanceOf(ExecutionException.class, failure.getCause());
            assertInstanceOf(EOFException.class, failure.getCause().getCause());
            ending.value();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NETTY_NIO", "JAVA_WEBSOCKET"})
    void whoIsInterruptedInTheHandshakeLeavesNothingBehind(WebSocketClientKind kind) throws Exception {
        try (var listener = listen()) {
            var connecting = Waiting.start(
                    ThreadKind.PLATFORM, () -> kind.connect(address(listener), MESSAGE_BYTES).close());
            try (var socket = listener.accept()) {
                socket.setSoTimeout((int) Waiting.PATIENCE.toMillis());
                Speech.readHead(socket); // and never answers
                connecting.untilParked().interrupt();
                connecting.failure(IOException.class);
                assertEquals(-1, socket.getInputStream().read());
            }
        }
    }
}
