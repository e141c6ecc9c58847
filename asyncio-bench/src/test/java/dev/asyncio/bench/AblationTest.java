package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.buffers.BufferPool;
import dev.asyncio.net.testing.MemoryStream;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Servers without one of our switches serve as well as those with it, only slower.
@ExtendWith(NothingLeftOver.class)
class AblationTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int MESSAGE_COUNT = 200;

    private final Random random = new Random(1);

    @ParameterizedTest
    @EnumSource
    void aTcpServerEchoes(AblationServerMain.Switch ablated) throws Exception {
        byte[] sent = Payloads.bytes(50_000, random);
        try (var server = AblationServerMain.start(ablated, ANY_PORT);
                var socket = new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout((int) Waiting.PATIENCE.toMillis());
            var sending = Waiting.start(ThreadKind.VIRTUAL, () -> socket.getOutputStream().write(sent));
            assertArrayEquals(sent, socket.getInputStream().readNBytes(sent.length));
            sending.value();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWebSocketServerEchoesInOrder(WebSocketAblationMain.Switch ablated) throws Exception {
        try (var server = WebSocketAblationMain.start(ablated, ANY_PORT);
                var socket = PlainWebSocket.connect(server.address(), new Random(2))) {
            var sending = Waiting.start(ThreadKind.VIRTUAL, () -> {
                for (int i = 0; i < MESSAGE_COUNT; i++) {
                    socket.send(PlainWebSocket.BINARY, message(i), random);
                }
            });
            for (int i = 0; i < MESSAGE_COUNT; i++) {
                assertArrayEquals(message(i), socket.receive().payload());
            }
            sending.value();
        }
    }

    private static byte[] message(int number) {
        return ByteBuffer.allocate(64).putInt(number).array();
    }

    @Test
    void framesThatCameTogetherAreHandedOnOneByOne() throws IOException {
        try (var pair = MemoryStream.pair();
                var stream = new AblatedStream(pair.right(), WebSocketAblationMain.Switch.NO_BURSTS)) {
            pair.left().write(ByteBuffer.allocate(2 * 70));
            var buffer = ByteBuffer.allocate(1_000);
            assertEquals(70, stream.read(buffer, Deadline.never()));
            stream.awaitReadable(Waiting.patience()); // there is more, though not in the stream below
            assertEquals(70, stream.read(buffer, Deadline.never()));
        }
    }

    @Test
    void eachReplyTakesAWriteForItsHeaderAndOneForItsPayload() throws IOException {
        List<Integer> writes = new ArrayList<>();
        try (var pair = MemoryStream.pair();
                var stream = new AblatedStream(
                        noting("write", bytes -> writes.add(bytes.remaining()), pair.right()),
                        WebSocketAblationMain.Switch.TWO_WRITES)) {
            stream.write(ByteBuffer.allocate(2 * 66), Deadline.never());
            assertEquals(List.of(2, 64, 2, 64), writes);
        }
    }

    @Test
    void eachReadTakesABufferOfItsOwn() throws IOException {
        Set<ByteBuffer> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
        try (var pair = MemoryStream.pair();
                var stream = new AblatedStream(
                        noting("read", buffers::add, pair.right()), WebSocketAblationMain.Switch.FRESH_BUFFER)) {
            for (int i = 0; i < 3; i++) {
                pair.left().write(ByteBuffer.allocate(70));
                stream.read(ByteBuffer.allocate(1_000), Deadline.never());
            }
        }
        assertEquals(3, buffers.size());
        for (ByteBuffer buffer : buffers) {
            assertFalse(buffer.isDirect());
            assertEquals(BufferPool.SMALL.bufferBytes(), buffer.capacity());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BETWEEN", "TWO_WRITES"})
    void whereReadsAreNotTheQuestionTheyAreHandedOnAsTheyAre(WebSocketAblationMain.Switch ablated) throws IOException {
        List<ByteBuffer> buffers = new ArrayList<>();
        try (var pair = MemoryStream.pair();
                var stream = new AblatedStream(noting("read", buffers::add, pair.right()), ablated)) {
            pair.left().write(ByteBuffer.allocate(2 * 70));
            var buffer = ByteBuffer.allocate(1_000);
            assertEquals(2 * 70, stream.read(buffer, Deadline.never()));
            assertSame(buffer, buffers.getFirst());
            assertEquals(1, buffers.size());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BETWEEN", "NO_BURSTS", "FRESH_BUFFER"})
    void whereWritesAreNotTheQuestionTheyAreHandedOnAsTheyAre(WebSocketAblationMain.Switch ablated) throws IOException {
        List<Integer> writes = new ArrayList<>();
        try (var pair = MemoryStream.pair();
                var stream = new AblatedStream(
                        noting("write", bytes -> writes.add(bytes.remaining()), pair.right()), ablated)) {
            stream.write(ByteBuffer.allocate(2 * 66), Deadline.never());
            assertEquals(List.of(2 * 66), writes);
        }
    }

    /// A stream that notes what buffers its methods of a name get.
    private static ByteStream noting(String name, Consumer<ByteBuffer> note, ByteStream stream) {
        InvocationHandler noting = (_, method, arguments) -> {
            if (method.getName().equals(name)) {
                note.accept((ByteBuffer) arguments[0]);
            }
            return method.invoke(stream, arguments);
        };
        return (ByteStream) Proxy.newProxyInstance(
                AblationTest.class.getClassLoader(), new Class<?>[] {ByteStream.class}, noting);
    }
}
