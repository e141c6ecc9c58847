package dev.asyncio.bench;

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

/// A client that does not come to be, whose loop must not stay.
@ExtendWith(NothingLeftOver.class)
class NettyClientTest {

    private static final int MESSAGE_BYTES = 64;

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
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
}
