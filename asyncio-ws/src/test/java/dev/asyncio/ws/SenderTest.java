package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.buffers.BufferPool;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.MemoryStream;
import dev.asyncio.ws.frame.Opcode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A [Sender] whose stream fails, or is busy, at the worst of times.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class SenderTest {

    private static final int PIPE_BYTES = 64 * 1024;
    private static final Duration SOON = Duration.ofMillis(100);

    private final MemoryStream.Pair streams = MemoryStream.pair(PIPE_BYTES);
    private final ByteStream stream = (ByteStream) Proxy.newProxyInstance(
            SenderTest.class.getClassLoader(), new Class<?>[] {ByteStream.class}, this::call);
    private final Sender sender = new Sender(stream, false, null);

    /// Hears the name of each method of the stream before it runs.
    private volatile Consumer<String> listener = _ -> {};

    private Object call(Object proxy, Method method, Object[] arguments) throws Throwable {
        listener.accept(method.getName());
        try {
            return method.invoke(streams.left(), arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private void haveNoMemoryFor(String method) {
        listener = name -> {
            if (name.equals(method)) {
                throw new OutOfMemoryError("on purpose");
            }
        };
    }

    private void haveMemory() {
        listener = _ -> {};
    }

    @AfterEach
    void close() {
        haveMemory();
        streams.close();
        sender.close();
    }

    private void send(String text, boolean moreFollows) throws IOException {
        sender.sendMessage(Opcode.TEXT, ByteBuffer.wrap(Wire.utf8(text)), moreFollows, patience());
    }

    /// For the words in which this thread is told to end its message first.
    @Test
    void aSendThatFindsNoMemoryWhileItWaitsForItsTurnLetsGoOfTheLock() throws Exception {
        sender.beginMessage(patience());
        haveNoMemoryFor("toString");
        assertThrows(OutOfMemoryError.class, () -> send("x", false));
        haveMemory();
        Waiting.start(ThreadKind.VIRTUAL, () -> sender.endMessage(Opcode.BINARY, Deadline.never())).value();
    }

    @Test
    void aFlushThatCouldNotBeAskedForIsAskedForByTheNextSend() throws Exception {
        haveNoMemoryFor("runSoon");
        assertThrows(OutOfMemoryError.class, () -> send("a", true));
        haveMemory();
        send("b", true);
        var received = ByteBuffer.allocate(6);
        streams.right().readFully(received, patience());
        assertArrayEquals(Wire.hex("81 01 61 81 01 62"), received.array());
    }

    @Test
    void theEndForWhichThereWasNoMemoryFollowsWithTheNextTurn() throws Exception {
        haveNoMemoryFor("shutdownOutput");
        assertThrows(OutOfMemoryError.class, () -> sender.answerClose(ByteBuffer.allocate(0)));
        haveMemory();
        sender.awaitSent(patience());
        var received = ByteBuffer.allocate(2);
        streams.right().readFully(received, patience());
        assertArrayEquals(Wire.hex("88 00"), received.array());
        assertEquals(-1, streams.right().read(received.clear(), patience()));
    }

    /// Its memory is the caller's, who frees it too early. What follows would be taken for the rest of the payload.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFrameOfWhichOnlyAPartWasPutIsTheLast(boolean masks) throws Exception {
        var doomed = new Sender(stream, masks, null);
        var arena = Arena.ofConfined();
        ByteBuffer payload = arena.allocate(10).asByteBuffer();
        arena.close();
        assertThrows(IllegalStateException.class,
                () -> doomed.sendMessage(Opcode.BINARY, payload, false, patience()));
        assertNothingFollows(doomed);
    }

    @Test
    void aFrameWhoseRestCannotBePutIsTheLast() throws Exception {
        var doomed = new Sender(stream, true, null);
        var arena = Arena.ofConfined();
        ByteBuffer payload = arena.allocate(40_000).asByteBuffer();
        listener = name -> {
            if (name.equals("write") && arena.scope().isAlive()) {
                arena.close();
            }
        };
        assertThrows(IllegalStateException.class,
                () -> doomed.sendMessage(Opcode.BINARY, payload, false, patience()));
        streams.right().readFully(ByteBuffer.allocate(BufferPool.SMALL.bufferBytes()), patience());
        assertNothingFollows(doomed);
    }

    private void assertNothingFollows(Sender broken) {
        var refused = assertThrows(IOException.class,
                () -> broken.sendMessage(Opcode.TEXT, ByteBuffer.wrap(Wire.utf8("x")), false, patience()));
        assertTrue(refused.getMessage().contains("an earlier send failed"), refused::getMessage);
        assertThrows(SocketTimeoutException.class,
                () -> streams.right().read(ByteBuffer.allocate(1), Deadline.after(Duration.ZERO)));
        broken.close();
    }

    /// A peer that does not read keeps what was gathered for it.
    @Test
    void onlySoManyBatchesHaveALargeBuffer() throws Exception {
        var writeCount = new AtomicInteger();
        ByteStream neverSoon = (ByteStream) Proxy.newProxyInstance(
                SenderTest.class.getClassLoader(), new Class<?>[] {ByteStream.class}, (_, method, arguments) -> {
                    if (method.getName().equals("runSoon")) {
                        return null;
                    }
                    if (method.getName().equals("write")) {
                        writeCount.incrementAndGet();
                    }
                    return call(null, method, arguments);
                });
        for (int round = 1; round <= 2; round++) {
            List<Sender> senders = Stream.generate(() -> new Sender(neverSoon, false, null)).limit(65).toList();
            for (Sender one : senders) {
                assertEquals(round - 1, writeCount.get());
                for (int i = 0; i < 17; i++) {
                    one.sendMessage(Opcode.BINARY, ByteBuffer.allocate(1_000), true, patience());
                }
            }
            assertEquals(round, writeCount.get(), "that of the last, which had a small buffer");
            for (Sender one : senders) {
                one.close();
            }
        }
    }

    /// Has every carrier turn in circles, so that no virtual thread begins.
    private static final class BusyCarriers implements AutoCloseable {

        private static final int COUNT = Runtime.getRuntime().availableProcessors();

        private final AtomicInteger busyCount = new AtomicInteger();
        private volatile boolean isOver;

        BusyCarriers() {
            Deadline bound = patience();
            for (int i = 0; i < COUNT; i++) {
                Waiting.start(ThreadKind.VIRTUAL, () -> {
                    busyCount.incrementAndGet();
                    while (!isOver && !bound.isExpired()) {
                        Thread.onSpinWait();
                    }
                });
            }
            Waiting.await("the carriers to be busy", () -> busyCount.get() == COUNT);
        }

        void release() {
            isOver = true;
        }

        @Override
        public void close() {
            release();
        }
    }

    /// Our close frame has no room, and the thread that is to write it begins only when the stream is to be ended.
    @Test
    void whatBreaksTheProtocolIsSaidThoughOurCloseFrameIsStillOnItsWay() throws Exception {
        WebSocket socket = Sockets.over(stream, true, WebSocketOptions.defaults());
        socket.send(ByteBuffer.allocate(PIPE_BYTES - 4));
        streams.right().write(ByteBuffer.wrap(RawPeer.frame(0x83)));
        var draining = new AtomicReference<Thread>();
        try (var carriers = new BusyCarriers()) {
            assertThrows(SocketTimeoutException.class,
                    () -> socket.shutdownOutput(CloseCode.NORMAL, "", Deadline.after(Duration.ZERO)));
            listener = name -> {
                if (Thread.currentThread().isVirtual()) {
                    draining.set(Thread.currentThread());
                } else if (name.equals("shutdownOutput")) {
                    carriers.release();
                    Waiting.await("the drain to wait for room",
                            () -> draining.get() != null && draining.get().getState() == Thread.State.WAITING);
                }
            };
            var broken = assertThrows(
                    WebSocketException.ProtocolBroken.class, () -> socket.receive(Deadline.after(SOON)));
            assertEquals(CloseCode.PROTOCOL_ERROR, broken.closeCode());
        }
    }
}
