package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EchoContenderTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static EchoContender start(EchoContender.Kind kind) throws IOException {
        Assumptions.assumeTrue(kind.isAvailable(), "this system does not have it: " + kind);
        return kind.start(ANY_PORT);
    }

    private static Socket connect(InetSocketAddress server) throws IOException {
        var socket = new Socket(server.getAddress(), server.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) Waiting.PATIENCE.toMillis());
        return socket;
    }

    @ParameterizedTest
    @EnumSource
    void theSameBytesComeBackHoweverTheyAreCut(EchoContender.Kind kind) throws Exception {
        long seed = System.nanoTime();
        byte[] sent = new byte[500_000];
        new Random(seed).nextBytes(sent);
        try (var server = start(kind);
                var socket = connect(server.address())) {
            var sending = Waiting.start(ThreadKind.VIRTUAL, () -> {
                writeInPieces(sent, socket, new Random(seed + 1));
                socket.shutdownOutput();
            });
            assertArrayEquals(sent, readInPieces(socket, new Random(seed + 2)), kind + ", seed " + seed);
            sending.value();
        }
    }

    private static void writeInPieces(byte[] bytes, Socket socket, Random random) throws IOException {
        for (int position = 0; position < bytes.length;) {
            int count = Math.min(1 + random.nextInt(3 * EchoContender.BUFFER_BYTES), bytes.length - position);
            socket.getOutputStream().write(bytes, position, count);
            position += count;
        }
    }

    private static byte[] readInPieces(Socket socket, Random random) throws IOException {
        var received = new ByteArrayOutputStream();
        byte[] piece = new byte[1_000];
        int count;
        while ((count = socket.getInputStream().read(piece, 0, 1 + random.nextInt(piece.length))) != -1) {
            received.write(piece, 0, count);
        }
        return received.toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void aClosedServerRefusesConnectionsAndEndsThoseItHas(EchoContender.Kind kind) throws Exception {
        EchoContender server = start(kind);
        InetSocketAddress address = server.address();
        try (var socket = connect(address)) {
            try (server) {
                socket.getOutputStream().write(1);
                assertEquals(1, socket.getInputStream().read());
            }
            assertEquals(-1, socket.getInputStream().read());
            // A thread in the JDK's accept keeps the port until it has left that call, a moment after the close.
            Waiting.await("the port to be given up", () -> refusesConnections(address));
        }
    }

    private static boolean refusesConnections(InetSocketAddress server) {
        try (var socket = connect(server)) {
            return !socket.isConnected();
        } catch (IOException _) {
            return true;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNCIO", "JDK_VIRTUAL", "JDK_PLATFORM", "NETTY_NIO", "NETTY_EPOLL"})
    void theClientOfTheSameKindChecksItsReplies(EchoContender.Kind kind) throws Exception {
        try (var server = start(kind);
                var client = RoundTripClient.connect(kind, server.address(), 64)) {
            client.run(new long[100]);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NETTY_NIO", "NETTY_EPOLL"})
    void nettysClientIsAlsoOnItsServersLoop(EchoContender.Kind kind) throws Exception {
        try (var server = NettyEcho.startOnOneLoop(ANY_PORT, kind.transport());
                var client = NettyRoundTripClient.connectBeside(server.server(), kind.transport(), 64)) {
            client.run(new long[100]);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aContenderIsFoundByBothOfItsNames(EchoContender.Kind kind) {
        assertEquals(kind, EchoContender.Kind.of(kind.name()));
        assertEquals(kind, EchoContender.Kind.of(kind.toString()));
    }
}
