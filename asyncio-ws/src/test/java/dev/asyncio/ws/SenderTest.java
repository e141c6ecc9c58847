package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.MemoryStream;
import dev.asyncio.ws.frame.Opcode;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

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
