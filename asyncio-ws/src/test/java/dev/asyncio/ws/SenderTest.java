package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.Seed;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.buffers.BufferPool;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.MemoryStream;
import dev.asyncio.ws.frame.Opcode;
import dev.asyncio.ws.frame.PerMessageDeflate;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A [Sender] whose stream fails, or is busy, at the worst of times.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class SenderTest {

    private static final int PIPE_BYTES = 64 * 1024;
    private static final Duration SOON = Duration.ofMillis(100);

    @RegisterExtension
    private final Seed seed = new Seed();

    private final MemoryStream.Pair streams = MemoryStream.pair(PIPE_BYTES);
    private final ByteStream stream = (ByteStream) Proxy.newProxyInstance(
            SenderTest.class.getClassLoader(), new Class<?>[] {ByteStream.class}, this::call);
    private final Sender sender = new Sender(stream, false, null);

    /// Hears the name of each method of the stream before it runs.
    private volatile Consumer<String> listener = _ -> {};

    /// What is held back waits for the next that is not, or for a full buffer.
    private volatile boolean isNeverSoon;

    private Object call(Object proxy, Method method, Object[] arguments) throws Throwable {
        listener.accept(method.getName());
        if (isNeverSoon && method.getName().equals("runSoon")) {
            return null;
        }
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
        send(text, moreFollows, patience());
    }

    private void send(String text, boolean moreFollows, Deadline deadline) throws IOException {
        sender.sendMessage(Opcode.TEXT, ByteBuffer.wrap(Wire.utf8(text)), moreFollows, deadline);
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

    /// Which has the lock by then, since the peer does not read.
    @ParameterizedTest
    @EnumSource
    void aDeadlineOrInterruptEndsTheWaitBehindAMessageWhosePieceWaitsForRoom(ThreadKind kind) throws Exception {
        sender.beginMessage(patience());
        var late = Waiting.parked(kind, () -> send("x", false, Deadline.after(SOON)));
        var interrupted = Waiting.parked(kind, () -> send("x", false, Deadline.never()));
        var piece = pieceThatWaitsForRoom();
        late.failure(SocketTimeoutException.class);
        interrupted.interrupt();
        interrupted.failure(InterruptedIOException.class);
        assertTrue(interrupted.interruptStatus());
        streams.close();
        piece.failure(IOException.class);
    }

    @Test
    void aSendWithoutADeadlineWaitsBehindAnotherWithoutATimer() throws Exception {
        var piece = pieceThatWaitsForRoom();
        var next = parkedWithoutATimer(() -> sender.sendPing(new Ping(), Deadline.never()));
        streams.right().readFully(ByteBuffer.allocate(10 + 2 * PIPE_BYTES), patience());
        piece.value();
        next.value();
        assertReceived("89 08");
    }

    /// 5.5.3: a pong answers the pings before it, of which one that waits for its turn is none.
    @Test
    void aPingThatWaitsForItsTurnIsNotAnsweredByThePongOfOneThatOvertakesIt() throws Exception {
        var turn = new ReadingTurn();
        var slow = new Ping();
        var fast = new Ping();
        turn.enter(slow);
        turn.enter(fast);
        assertFalse(Ping.answer(turn.watchers(), ByteBuffer.allocate(Long.BYTES)), "nobody's number");
        sender.sendPing(fast, patience());
        assertTrue(Ping.answer(turn.watchers(), receivedPing()));
        assertTrue(fast.isAnswered());
        assertFalse(slow.isAnswered());
        sender.sendPing(slow, patience());
        assertTrue(Ping.answer(turn.watchers(), receivedPing()));
        assertTrue(slow.isAnswered());
    }

    private ByteBuffer receivedPing() throws IOException {
        assertReceived("89 08");
        var payload = ByteBuffer.allocate(Long.BYTES);
        streams.right().readFully(payload, patience());
        return payload.flip();
    }

    @Test
    void aSendWithoutADeadlineWaitsForTheEndOfAMessageInPiecesWithoutATimer() throws Exception {
        sender.beginMessage(patience());
        var next = parkedWithoutATimer(() -> send("x", false, Deadline.never()));
        sender.endMessage(Opcode.BINARY, patience());
        next.value();
        assertReceived("82 00 81 01 78");
    }

    private static Waiting<Void> parkedWithoutATimer(Waiting.Action action) {
        var thread = new AtomicReference<Thread>();
        var waiting = Waiting.parked(ThreadKind.VIRTUAL, () -> {
            thread.set(Thread.currentThread());
            action.run();
        });
        assertEquals(Thread.State.WAITING, thread.get().getState());
        return waiting;
    }

    private Waiting<Void> pieceThatWaitsForRoom() {
        return Waiting.parked(ThreadKind.VIRTUAL,
                () -> sender.sendPiece(Opcode.BINARY, ByteBuffer.allocate(2 * PIPE_BYTES), Deadline.never()));
    }

    /// Nobody else takes the lock and lets go of it afterwards.
    @Test
    void whatBecomesDueWhileSomebodyIsAboutToWaitForTheEndOfAMessageIsSent() throws Exception {
        sender.beginMessage(patience());
        var piece = pieceThatWaitsForRoom();
        listener = name -> {
            if (name.equals("isOpen")) { // asked by who has waited for the lock, and has it now
                listener = _ -> {};
                piece.untilEnded();
                Waiting.start(ThreadKind.PLATFORM, () -> sender.sendPong(new byte[] {'p'})).untilEnded();
            }
        };
        var next = Waiting.parked(ThreadKind.VIRTUAL, () -> send("x", false));
        streams.right().readFully(ByteBuffer.allocate(10 + 2 * PIPE_BYTES), patience());
        assertReceived("8A 01 70");
        next.untilParked();
        sender.endMessage(Opcode.CONTINUATION, patience());
        next.value();
        assertReceived("80 00 81 01 78");
    }

    /// The end of one message must not let go those who come to wait for the next one's.
    @ParameterizedTest
    @EnumSource
    void whoeverWaitsForTheEndOfAMessageInPiecesWaitsForThatOfTheNextToo(ThreadKind kind) throws Exception {
        sender.beginMessage(patience());
        var late = Waiting.start(kind, () -> send("x", false, Deadline.after(Duration.ZERO)));
        late.failure(SocketTimeoutException.class);
        var second = Waiting.parked(kind, () -> sender.beginMessage(Deadline.never()));
        sender.endMessage(Opcode.BINARY, patience());
        second.value();
        var next = Waiting.parked(kind, () -> send("x", false, Deadline.after(Duration.ofSeconds(Long.MAX_VALUE))));
        sender.endMessage(Opcode.BINARY, patience());
        next.value();
        assertReceived("82 00 82 00 81 01 78");
    }

    @ParameterizedTest
    @EnumSource
    void ofAllThatWaitForTheEndOfAMessageInPiecesOneHasTheNextTurn(ThreadKind kind) throws Exception {
        sender.beginMessage(patience());
        var one = Waiting.parked(kind, this::beginMessageOfPieces);
        var other = Waiting.parked(kind, this::beginMessageOfPieces);
        sender.endMessage(Opcode.BINARY, patience());
        assertReceived("82 00");
        for (int i = 0; i < 2; i++) {
            assertReceived("02 01 00");
            assertThrows(SocketTimeoutException.class,
                    () -> streams.right().read(ByteBuffer.allocate(1), Deadline.after(SOON)));
            sender.endMessage(Opcode.CONTINUATION, patience());
            assertReceived("80 00");
        }
        one.value();
        other.value();
    }

    private void beginMessageOfPieces() throws IOException {
        sender.beginMessage(patience());
        sender.sendPiece(Opcode.BINARY, ByteBuffer.allocate(1), patience());
    }

    @ParameterizedTest
    @EnumSource
    void anEndForWhichThereIsNoRoomHasItsTurnOnAnInterruptedThreadToo(ThreadKind kind) throws Exception {
        var masking = new Sender(stream, true, null);
        int messageBytes = 16_370;
        isNeverSoon = true;
        streams.left().write(ByteBuffer.allocate(PIPE_BYTES));
        masking.sendMessage(Opcode.BINARY, ByteBuffer.allocate(messageBytes), true, patience()); // leaves 6 bytes of room
        masking.beginMessage(patience());
        var ending = Waiting.parked(kind, () -> {
            Thread.currentThread().interrupt();
            masking.endMessage(Opcode.TEXT);
        });
        ending.interrupt();
        ending.untilParked();
        streams.right().readFully(ByteBuffer.allocate(PIPE_BYTES + 8 + messageBytes), patience());
        assertReceived("81 80");
        ending.untilEnded();
        assertTrue(ending.interruptStatus());
        masking.sendMessage(Opcode.TEXT, ByteBuffer.allocate(0), false, patience());
        masking.close();
    }

    /// In a small window, what does not compress grows by more than the room that was left behind the messages before it.
    @Test
    void aDeadlineThatPassesBeforeACompressedMessageHasRoomLeavesTheConnectionUsable() throws Exception {
        var compressing = new Sender(stream, false, new PerMessageDeflate(false, 8, false, -1).newDeflater());
        byte[] noise = new byte[7_000];
        seed.random(0).nextBytes(noise);
        int shortCount = 141;
        isNeverSoon = true;
        streams.left().write(ByteBuffer.allocate(PIPE_BYTES));
        for (int i = 0; i < shortCount; i++) {
            compressing.sendMessage(Opcode.BINARY, ByteBuffer.allocate(63), true, patience()); // too short to be compressed
        }
        assertThrows(SocketTimeoutException.class, () -> compressing.sendMessage(
                Opcode.BINARY, ByteBuffer.wrap(noise), false, Deadline.after(Duration.ZERO)));
        assertFalse(compressing.isBroken());
        streams.right().readFully(ByteBuffer.allocate(PIPE_BYTES + shortCount * 65), patience());
        compressing.sendMessage(Opcode.TEXT, ByteBuffer.allocate(0), false, patience());
        assertReceived("81 00");
        compressing.close();
    }

    /// As the other has looked whether it must wait, and does not yet.
    @Test
    void aMessageThatIsCutOffFailsWhoeverIsAboutToWaitForItsEnd() throws Exception {
        for (int round = 0; round < 10_000; round++) {
            SplittableRandom random = seed.random(round);
            var one = new Sender(stream, false, null);
            one.beginMessage(patience());
            var isSending = new AtomicBoolean();
            var next = Waiting.start(ThreadKind.VIRTUAL, () -> {
                isSending.set(true);
                one.beginMessage(Deadline.never());
            });
            while (!isSending.get()) {
                Thread.onSpinWait();
            }
            Seed.pause(random);
            one.cutOffMessage();
            assertEquals("send on " + stream + ": an earlier message was cut off",
                    next.failure(IOException.class).getMessage());
        }
    }

    @Test
    void aFlushThatCouldNotBeAskedForIsAskedForByTheNextSend() throws Exception {
        haveNoMemoryFor("runSoon");
        assertThrows(OutOfMemoryError.class, () -> send("a", true));
        haveMemory();
        send("b", true);
        assertReceived("81 01 61 81 01 62");
    }

    private void assertReceived(String expected) throws IOException {
        byte[] bytes = Wire.hex(expected);
        var received = ByteBuffer.allocate(bytes.length);
        streams.right().readFully(received, patience());
        assertArrayEquals(bytes, received.array());
    }

    @Test
    void theEndForWhichThereWasNoMemoryFollowsWithTheNextTurn() throws Exception {
        haveNoMemoryFor("shutdownOutput");
        assertThrows(OutOfMemoryError.class, () -> sender.answerClose(ByteBuffer.allocate(0)));
        haveMemory();
        sender.awaitSent(patience());
        assertReceived("88 00");
        assertEquals(-1, streams.right().read(ByteBuffer.allocate(1), patience()));
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
        isNeverSoon = true;
        listener = name -> {
            if (name.equals("write")) {
                writeCount.incrementAndGet();
            }
        };
        for (int round = 1; round <= 2; round++) {
            List<Sender> senders = Stream.generate(() -> new Sender(stream, false, null)).limit(65).toList();
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
