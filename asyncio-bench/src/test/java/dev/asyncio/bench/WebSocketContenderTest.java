package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.PlainWebSocket.Received;
import dev.asyncio.bench.WebSocketContender.Deflate;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NothingLeftOver.class)
class WebSocketContenderTest {

    private static final byte[] NOT_UTF8 = {(byte) 0xFF};

    static WebSocketContender start(WebSocketContender.Kind kind, Deflate deflate) throws IOException {
        Assumptions.assumeTrue(kind.isAvailable(), "this system does not have it: " + kind);
        return kind.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), deflate);
    }

    @ParameterizedTest
    @EnumSource
    void theSameMessagesComeBackHoweverTheyAreCut(WebSocketContender.Kind kind) throws Exception {
        try (var server = start(kind, Deflate.OFF)) {
            assertEchoesPieces(kind.toString(), server.address());
        }
    }

    static void assertEchoesPieces(String contender, InetSocketAddress server) throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        String circumstances = contender + ", seed " + seed;
        try (var socket = PlainWebSocket.connect(server, new Random(seed + 1))) {
            for (int length : Payloads.lengths().toArray()) {
                byte[] text = Payloads.text(length, random).getBytes(StandardCharsets.UTF_8);
                assertEcho(PlainWebSocket.TEXT, text, socket, random, circumstances);
                assertEcho(PlainWebSocket.BINARY, Payloads.bytes(length, random), socket, random, circumstances);
            }
        }
    }

    private static void assertEcho(int opcode, byte[] sent, PlainWebSocket socket, Random random, String circumstances)
            throws Exception {
        var sending = Waiting.start(ThreadKind.VIRTUAL, () -> socket.send(opcode, sent, random));
        Received received = socket.receive();
        assertEquals(opcode, received.opcode(), circumstances);
        assertArrayEquals(sent, received.payload(), circumstances);
        sending.value();
    }

    @ParameterizedTest
    @EnumSource
    void messagesSentAtOnceComeBackInTheirOrder(WebSocketContender.Kind kind) throws Exception {
        int messageCount = 1_000;
        var random = new Random(1);
        try (var server = start(kind, Deflate.OFF);
                var socket = PlainWebSocket.connect(server.address(), new Random(2))) {
            var sending = Waiting.start(ThreadKind.VIRTUAL, () -> {
                for (int i = 0; i < messageCount; i++) {
                    socket.send(PlainWebSocket.TEXT, Integer.toString(i).getBytes(StandardCharsets.UTF_8), random);
                }
            });
            for (int i = 0; i < messageCount; i++) {
                assertEquals(Integer.toString(i), new String(socket.receive().payload(), StandardCharsets.UTF_8));
            }
            sending.value();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NETTY_EPOLL_UNCHECKED")
    void textThatIsNotUtf8IsRefused(WebSocketContender.Kind kind) throws Exception {
        try (var server = start(kind, Deflate.OFF)) {
            assertRefusesBadText(server.address());
        }
    }

    static void assertRefusesBadText(InetSocketAddress server) throws IOException {
        try (var socket = sendBadText(server)) {
            assertCloseFrame(1007, socket); // Netty sends it twice
        }
    }

    /// The contender's name says so.
    @ParameterizedTest
    @EnumSource(names = "NETTY_EPOLL_UNCHECKED")
    void textMayNotBeChecked(WebSocketContender.Kind kind) throws Exception {
        try (var server = start(kind, Deflate.OFF)) {
            assertEchoesBadText(server.address());
        }
    }

    static void assertEchoesBadText(InetSocketAddress server) throws IOException {
        try (var socket = sendBadText(server)) {
            Received received = socket.receive();
            assertEquals(PlainWebSocket.TEXT, received.opcode());
            assertArrayEquals(NOT_UTF8, received.payload());
        }
    }

    private static PlainWebSocket sendBadText(InetSocketAddress server) throws IOException {
        var random = new Random(1);
        var socket = PlainWebSocket.connect(server, random);
        socket.send(PlainWebSocket.TEXT, NOT_UTF8, random);
        return socket;
    }

    @ParameterizedTest
    @EnumSource
    void aCloseIsAnsweredAndTheConnectionEnded(WebSocketContender.Kind kind) throws Exception {
        var random = new Random(1);
        try (var server = start(kind, Deflate.OFF);
                var socket = PlainWebSocket.connect(server.address(), random)) {
            socket.send(PlainWebSocket.CLOSE, codeBytes(1000), random);
            assertCloseFrame(1000, socket);
            assertTrue(socket.isEnded());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClosedServerSaysSoAndRefusesConnections(WebSocketContender.Kind kind) throws Exception {
        WebSocketContender server = start(kind, Deflate.OFF);
        InetSocketAddress address = server.address();
        try (var socket = PlainWebSocket.connect(address, new Random(1))) {
            var closing = Waiting.start(ThreadKind.VIRTUAL, server::close);
            assertEquals(PlainWebSocket.CLOSE, socket.receive().opcode());
            socket.send(PlainWebSocket.CLOSE, codeBytes(1001), new Random(2));
            closing.value();
        }
        assertThrows(ConnectException.class, () -> new Socket(address.getAddress(), address.getPort()).close());
    }

    private static byte[] codeBytes(int code) {
        return ByteBuffer.allocate(Short.BYTES).putShort((short) code).array();
    }

    private static void assertCloseFrame(int code, PlainWebSocket socket) throws IOException {
        Received close = socket.receive();
        assertEquals(PlainWebSocket.CLOSE, close.opcode());
        assertEquals(code, ByteBuffer.wrap(close.payload()).getShort());
    }

    @ParameterizedTest
    @EnumSource
    void aServerInAProcessOfItsOwnTellsItsPort(WebSocketContender.Kind kind) throws Exception {
        Assumptions.assumeTrue(kind.isAvailable(), "this system does not have it: " + kind);
        var subject = Subject.main(kind.toString(), WebSocketServerMain.class, kind.name());
        try (var server = subject.starter().start()) {
            var address = new InetSocketAddress(server.host(), Integer.parseInt(server.port()));
            var load = new LoadGenerator.Load(2, 64, 2);
            try (var client = LoadGenerator.connect(WebSocketLoadClient.Frames.TEXT, address, load)) {
                client.exchange(100);
                client.end();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aContenderIsFoundByBothOfItsNames(WebSocketContender.Kind kind) {
        assertEquals(kind, WebSocketContender.Kind.of(kind.name()));
        assertEquals(kind, WebSocketContender.Kind.of(kind.toString()));
    }
}
