package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.buffers.BufferPool;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.MemoryStream;
import dev.asyncio.ws.frame.Opcode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who is given up for want of a sign of life while we send, and who is not.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class KeepAliveTest {

    private static final Duration SOON = Duration.ofMillis(20);

    /// Longer than any pause of the machine.
    private static final Duration LONG = Duration.ofSeconds(10);

    private static final int SENT_BYTES = 1024 * 1024;

    /// More than one write of a long message, or of a long batch.
    private static final int TAKEN_BYTES = 80 * 1024;

    /// So often it takes that much of what is sent, which is more in all.
    private static final int WAIT_COUNT = 6;

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    private final MemoryStream.Pair streams = MemoryStream.pair(1_000);
    private final MemoryStream peer = streams.right();

    @AfterEach
    void close() {
        streams.close();
    }

    private void take(int byteCount) throws IOException {
        peer.readFully(ByteBuffer.allocate(byteCount), patience());
    }

    private void takePing() throws IOException {
        var ping = ByteBuffer.allocate(2);
        peer.readFully(ping, patience());
        assertEquals(ByteBuffer.wrap(new byte[] {(byte) 0x89, 0}), ping.flip());
    }

    // The clock

    /// Is an obstacle, or none, as the test likes.
    private static final class FakePinger implements KeepAlive.Pinger {

        private int pingCount;
        private int obstacle;

        @Override
        public void sendPingSoon() {
            pingCount++;
        }

        @Override
        public int obstacle() {
            return obstacle;
        }
    }

    private final FakePinger pinger = new FakePinger();
    private final KeepAlive keepAlive = new KeepAlive(SOON, SOON, pinger);

    private void check(int obstacle) throws IOException {
        Waiting.await("the next check to be due", () -> keepAlive.nextCheck().isExpired());
        pinger.obstacle = obstacle;
        keepAlive.check();
    }

    @ParameterizedTest
    @ValueSource(ints = {KeepAlive.Pinger.NONE, 17})
    void aPeerThatHasThePingOrLetsAWriteWaitForTheWholeTimeoutIsGivenUp(int obstacle) throws IOException {
        check(obstacle);
        assertEquals(1, pinger.pingCount);
        assertThrows(SocketException.class, () -> check(obstacle));
    }

    @Test
    void whileWritesGoOnAPeerIsKeptAndItsTimeToAnswerBeginsOnceThePingIsOut() throws IOException {
        for (int obstacle : new int[] {17, 19, KeepAlive.Pinger.OURSELVES, 31, KeepAlive.Pinger.NONE}) {
            check(obstacle);
        }
        assertEquals(2, pinger.pingCount, "pings, one more for that which had no turn");
        assertThrows(SocketException.class, () -> check(KeepAlive.Pinger.NONE));
    }

    @Test
    void forOurOwnDelayNoPeerIsGivenUp() throws IOException {
        for (int i = 0; i < 4; i++) {
            check(KeepAlive.Pinger.OURSELVES);
        }
        assertEquals(4, pinger.pingCount);
    }

    @Test
    void anySignOfLifeBeginsTheSilenceAnew() throws IOException {
        check(17);
        keepAlive.heard();
        check(17);
        assertEquals(2, pinger.pingCount);
    }

    /// It has read by then whatever came while it did not.
    @Test
    void whoListensNowAndThenGivesThePeerItsTimeAnewOnceForEachPing() throws IOException {
        for (int i = 0; i < 2; i++) {
            check(KeepAlive.Pinger.NONE);
            assertTrue(isRenewed());
            assertFalse(isRenewed());
            keepAlive.heard();
            assertFalse(isRenewed(), "nothing was asked");
        }
        check(17);
        assertTrue(isRenewed());
        check(19);
        assertTrue(isRenewed());
        assertFalse(isRenewed());
        assertThrows(SocketException.class, () -> check(19));
    }

    /// By a wait that begins when the patience is over.
    private boolean isRenewed() {
        Deadline before = keepAlive.nextCheck();
        Waiting.await("the patience to be over", before::isExpired);
        keepAlive.beginWait();
        return keepAlive.nextCheck() != before;
    }

    // Our end, changed

    private static ByteStream ours(InvocationHandler handler) {
        return (ByteStream) Proxy.newProxyInstance(
                KeepAliveTest.class.getClassLoader(), new Class<?>[] {ByteStream.class}, handler);
    }

    private Object invoke(Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(streams.left(), arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    // What the sender says

    private static boolean isWrite(int obstacle) {
        return obstacle % 2 == 1;
    }

    @Test
    void eachPieceOfALongMessageIsAnObstacleUntilThePingBehindItIsOut() throws Exception {
        var sender = new Sender(streams.left(), false, null);
        var message = ByteBuffer.allocate(100_000);
        var sending = Waiting.parked(ThreadKind.VIRTUAL,
                () -> sender.sendMessage(Opcode.BINARY, message, false, patience()));
        sender.sendPingSoon();
        int first = sender.obstacle();
        assertTrue(isWrite(first), "obstacle " + first);
        take(10 + 64 * 1024);
        Waiting.await("the next piece", () -> isWrite(sender.obstacle()) && sender.obstacle() != first);
        take(100_000 - 64 * 1024);
        takePing();
        sending.value();
        Waiting.await("no obstacle", () -> sender.obstacle() == KeepAlive.Pinger.NONE);
        sender.close();
    }

    /// The sender's lock is taken, and no write under way.
    @Test
    void aPingThatWaitsForUsIsNoFaultOfThePeers() throws Exception {
        var mayGoOn = new CountDownLatch(1);
        ByteStream slow = ours((_, method, arguments) -> {
            if (method.getName().equals("runSoon")) {
                mayGoOn.await();
                return null;
            }
            return invoke(method, arguments);
        });
        var sender = new Sender(slow, false, null);
        var sending = Waiting.parked(ThreadKind.VIRTUAL,
                () -> sender.sendMessage(Opcode.BINARY, ByteBuffer.allocate(1), true, patience()));
        sender.sendPingSoon();
        assertEquals(KeepAlive.Pinger.OURSELVES, sender.obstacle());
        mayGoOn.countDown();
        sending.value();
        take(3 + 2);
        assertEquals(KeepAlive.Pinger.NONE, sender.obstacle());
        sender.close();
    }

    @Test
    void whoHasClosedExpectsNoAnswer() throws Exception {
        var sender = new Sender(streams.left(), false, null);
        sender.sendClose(ByteBuffer.allocate(0), patience());
        sender.sendPingSoon();
        assertEquals(KeepAlive.Pinger.OURSELVES, sender.obstacle());
        sender.close();
    }

    @Test
    void aPingThatABrokenConnectionKeepsForEverIsTakenForOneThatIsOut() {
        var sender = new Sender(streams.left(), false, null);
        peer.close();
        assertThrows(IOException.class,
                () -> sender.sendMessage(Opcode.BINARY, ByteBuffer.allocate(1), false, patience()));
        sender.sendPingSoon();
        assertEquals(KeepAlive.Pinger.NONE, sender.obstacle());
        sender.close();
    }

    // All together

    /// What goes out while the peer says nothing.
    enum Sending {
        ONE_MESSAGE_OF_A_SERVER(true, SENT_BYTES, WebSocket::send),
        ONE_MESSAGE_OF_A_CLIENT(false, SENT_BYTES, WebSocket::send),
        SHORT_MESSAGES(true, 1_000, WebSocket::send),
        BATCHES_OF_A_SERVER(true, 1_000, WebSocket::sendSoon),
        BATCHES_OF_A_CLIENT(false, 1_000, WebSocket::sendSoon);

        private interface Call {
            void send(WebSocket socket, ByteBuffer message) throws IOException;
        }

        private final boolean isServer;
        private final int messageBytes;
        private final Call call;

        Sending(boolean isServer, int messageBytes, Call call) {
            this.isServer = isServer;
            this.messageBytes = messageBytes;
            this.call = call;
        }

        private void run(WebSocket socket) throws IOException {
            for (int sent = 0; sent < SENT_BYTES; sent += messageBytes) {
                call.send(socket, ByteBuffer.allocate(messageBytes));
            }
        }
    }

    private static WebSocket open(ByteStream stream, Sending sending) {
        return Sockets.over(stream, sending.isServer, WebSocketOptions.builder().keepAlive(SOON, SOON).build());
    }

    /// It never answers the pings that come between messages, either. It takes something whenever a receive begins to wait
    /// for a sign of life, so once in each timeout; by a clock of its own, it would miss one where the machine stands still.
    @ParameterizedTest
    @EnumSource
    void aPeerThatTakesWhatIsSentIsKeptHoweverLongThatTakes(Sending sending) throws Exception {
        var writing = new AtomicReference<Waiting<Void>>();
        var waitCount = new AtomicInteger();
        ByteStream stream = ours((_, method, arguments) -> {
            if (method.getName().equals("runSoon")) {
                return null; // only what is full goes out
            }
            if (method.getName().equals("awaitReadable")) {
                if (waitCount.getAndIncrement() < WAIT_COUNT) {
                    take(TAKEN_BYTES);
                    writing.get().untilParked(); // in a later write
                } else {
                    peer.write(ByteBuffer.wrap(Wire.text("x").bytes(sending.isServer)));
                }
            }
            return invoke(method, arguments);
        });
        WebSocket socket = open(stream, sending);
        writing.set(Waiting.parked(ThreadKind.VIRTUAL, () -> sending.run(socket)));
        var receiving = Waiting.start(ThreadKind.VIRTUAL, () -> socket.receive());
        assertEquals(new Message.Text("x"), receiving.value());
        assertTrue(waitCount.get() > WAIT_COUNT, "timeouts were to pass: " + waitCount);
        assertTrue(writing.get().isAlive(), "it was to take longer than the timeouts");
        var reading = Waiting.start(ThreadKind.VIRTUAL, () -> {
            while (true) {
                take(1_000);
            }
        });
        writing.get().value();
        socket.abort();
        reading.failure(IOException.class);
    }

    /// The receive's wait is over before it looks, but what has come is taken.
    @Test
    void anAnswerThatAReceiveTakesBeyondItsDeadlineIsASignOfLife() throws Exception {
        ByteStream stream = ours((_, method, arguments) -> {
            if (method.getName().equals("awaitReadable") && ((Deadline) arguments[0]).isExpired()) {
                throw new SocketTimeoutException("deadline passed"); // TCP does not look first, either
            }
            return invoke(method, arguments);
        });
        WebSocket socket = Sockets.over(stream, true, WebSocketOptions.builder().keepAlive(SOON, LONG).build());
        var asking = Waiting.start(ThreadKind.VIRTUAL, () -> socket.receive());
        takePing();
        asking.interrupt();
        asking.failure(InterruptedIOException.class);
        peer.write(ByteBuffer.wrap(Wire.pong("").bytes(true)));
        assertThrows(SocketTimeoutException.class, () -> socket.receive(Deadline.after(Duration.ZERO)));
        var receiving = Waiting.start(ThreadKind.VIRTUAL, () -> socket.receive());
        takePing(); // the next: the silence has begun anew
        peer.write(ByteBuffer.wrap(Wire.text("x").bytes(true)));
        assertEquals(new Message.Text("x"), receiving.value());
        socket.abort();
    }

    /// The read that takes the message cannot tell whether more has come, so the next does not wait first.
    @Test
    void aPeerThatFallsSilentWhereTheBufferIsFullIsGivenUp() throws Exception {
        byte[] message = Wire.text("x".repeat(BufferPool.SMALL.bufferBytes() - 8)).bytes(true);
        assertEquals(BufferPool.SMALL.bufferBytes(), message.length);
        MemoryStream.Pair wide = MemoryStream.pair(message.length);
        wide.right().write(ByteBuffer.wrap(message));
        WebSocket socket = Sockets.over(
                wide.left(), true, WebSocketOptions.builder().keepAlive(SOON, SOON).build());
        socket.receive();
        var receiving = Waiting.start(ThreadKind.VIRTUAL, () -> socket.receive());
        String failure = receiving.failure(SocketException.class).getMessage();
        assertTrue(failure.contains("no sign of life"), failure);
        assertFalse(socket.isOpen());
        wide.close();
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatTakesNothingMoreIsGivenUp(Sending sending) throws Exception {
        WebSocket socket = open(streams.left(), sending);
        var writing = Waiting.parked(ThreadKind.VIRTUAL, () -> sending.run(socket));
        take(TAKEN_BYTES);
        var receiving = Waiting.start(ThreadKind.VIRTUAL, () -> socket.receive());
        String message = receiving.failure(SocketException.class).getMessage();
        assertTrue(message.contains("took nothing"), message);
        writing.failure(IOException.class);
        assertFalse(socket.isOpen());
    }
}
