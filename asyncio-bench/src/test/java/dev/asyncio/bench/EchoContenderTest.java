package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NothingLeftOver.class)
class EchoContenderTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /// On the way to a client that does not read, a system keeps 4 MiB and a little.
    private static final int MORE_THAN_THE_SYSTEM_KEEPS = 10 * 1024 * 1024;

    /// When a client half-closes.
    enum HalfClose {
        /// Replies to what it has sent may be under way, and are to come all the same.
        BEHIND_THE_LAST_REQUEST,
        BEHIND_THE_LAST_REPLY
    }

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
        try (var server = start(kind)) {
            assertEchoesPieces(kind.toString(), server.address(), HalfClose.BEHIND_THE_LAST_REQUEST);
        }
    }

    static void assertEchoesPieces(String contender, InetSocketAddress server, HalfClose halfClose) throws Exception {
        long seed = System.nanoTime();
        byte[] sent = Payloads.bytes(500_000, new Random(seed));
        try (var socket = connect(server)) {
            assertComeBack(sent, 0, socket, halfClose, contender, seed);
        }
    }

    /// @param sentCount so many of the bytes have been sent before
    private static void assertComeBack(byte[] bytes, int sentCount, Socket socket, HalfClose halfClose,
            String contender, long seed) throws Exception {
        var sending = Waiting.start(ThreadKind.VIRTUAL, () -> {
            writeInPieces(bytes, sentCount, socket, new Random(seed + 1));
            if (halfClose == HalfClose.BEHIND_THE_LAST_REQUEST) {
                socket.shutdownOutput();
            }
        });
        byte[] received = readInPieces(bytes.length, socket, new Random(seed + 2));
        assertArrayEquals(bytes, received, contender + ", seed " + seed);
        sending.value();
        if (halfClose == HalfClose.BEHIND_THE_LAST_REPLY) {
            socket.shutdownOutput();
        }
        assertEquals(-1, socket.getInputStream().read(), contender);
    }

    private static void writeInPieces(byte[] bytes, int start, Socket socket, Random random) throws IOException {
        for (int position = start; position < bytes.length;) {
            int count = Math.min(1 + random.nextInt(3 * EchoContender.BUFFER_BYTES), bytes.length - position);
            socket.getOutputStream().write(bytes, position, count);
            position += count;
        }
    }

    private static byte[] readInPieces(int length, Socket socket, Random random) throws IOException {
        byte[] received = new byte[length];
        for (int position = 0; position < length;) {
            int mostCount = Math.min(1 + random.nextInt(1_000), length - position);
            int count = socket.getInputStream().read(received, position, mostCount);
            assertNotEquals(-1, count, "the server has ended the connection");
            position += count;
        }
        return received;
    }

    @ParameterizedTest
    @EnumSource
    void theSameBytesComeBackToOneThatReadsLate(EchoContender.Kind kind) throws Exception {
        try (var server = start(kind)) {
            assertEchoesToOneThatReadsLate(
                    kind.toString(), server.address(), HalfClose.BEHIND_THE_LAST_REQUEST);
        }
    }

    /// The server cannot write all that it has read then.
    static void assertEchoesToOneThatReadsLate(String contender, InetSocketAddress server, HalfClose halfClose)
            throws Exception {
        long seed = System.nanoTime();
        byte[] sent = Payloads.bytes(MORE_THAN_THE_SYSTEM_KEEPS, new Random(seed));
        try (var channel = SocketChannel.open(server)) {
            channel.socket().setSoTimeout((int) Waiting.PATIENCE.toMillis());
            int sentCount = writeUntilNoMoreIsTaken(sent, channel);
            assertComeBack(sent, sentCount, channel.socket(), halfClose, contender, seed);
        }
    }

    /// No more, that is, for a while; all of it if the server keeps what it cannot write.
    private static int writeUntilNoMoreIsTaken(byte[] bytes, SocketChannel channel) throws IOException {
        int sentCount = 0;
        channel.configureBlocking(false);
        try (var selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_WRITE);
            while (sentCount < bytes.length && selector.select(_ -> {}, 100) > 0) {
                int count = Math.min(EchoContender.BUFFER_BYTES, bytes.length - sentCount);
                sentCount += channel.write(ByteBuffer.wrap(bytes, sentCount, count));
            }
        }
        channel.configureBlocking(true);
        return sentCount;
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
