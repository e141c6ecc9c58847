package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.buffers.BufferPool;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.MemoryStream;
import dev.asyncio.ws.handshake.DeflateParameters;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadPendingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.function.ThrowingConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the calls of a WebSocket promise, over a stream in memory where the network has no say in it.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class WebSocketTest {

    private static final Duration SOON = Duration.ofMillis(100);
    private static final int PIPE_BYTES = 64 * 1024;

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    private final MemoryStream.Pair streams = MemoryStream.pair(PIPE_BYTES);
    private final WriteCounter serverStream = new WriteCounter(streams.right());
    private WebSocketOptions options = WebSocketOptions.defaults();
    private WebSocket client;
    private WebSocket server;

    private void open() {
        open(Optional.empty());
    }

    private void open(Optional<DeflateParameters> deflate) {
        client = over(streams.left(), false, deflate);
        server = over(serverStream, true, deflate);
    }

    private WebSocket over(ByteStream stream, boolean isServer, Optional<DeflateParameters> deflate) {
        return Sockets.over(stream, isServer, deflate, options);
    }

    /// For tests whose other side is bytes: frames written to and read from `streams.left()`.
    private void openServer() {
        server = over(serverStream, true, Optional.empty());
    }

    @AfterEach
    void close() {
        if (client != null) {
            client.abort();
        }
        if (server != null) {
            server.abort();
        }
        streams.close();
    }

    /// Counts the writes that go out, or fail on purpose; by a bug, once they have gone out. A close, too, may do so.
    private record WriteCounter(ByteStream stream, AtomicInteger writeCount, AtomicBoolean isNeverSoon,
            AtomicBoolean isBroken, AtomicReference<RuntimeException> bug, AtomicReference<RuntimeException> closeBug)
            implements
                ByteStream {

        WriteCounter(ByteStream stream) {
            this(stream, new AtomicInteger(), new AtomicBoolean(), new AtomicBoolean(), new AtomicReference<>(),
                    new AtomicReference<>());
        }

        @Override
        public int read(ByteBuffer dst, Deadline deadline) throws IOException {
            return stream.read(dst, deadline);
        }

        @Override
        public int write(ByteBuffer src, Deadline deadline) throws IOException {
            countWrite();
            int byteCount = stream.write(src, deadline);
            failBy(bug);
            return byteCount;
        }

        private void countWrite() throws SocketException {
            writeCount.incrementAndGet();
            if (isBroken.get()) {
                throw new SocketException("broken on purpose");
            }
        }

        private static void failBy(AtomicReference<RuntimeException> bug) {
            if (bug.get() != null) {
                throw bug.get();
            }
        }

        @Override
        public long write(ByteBuffer[] srcs, int offset, int length, Deadline deadline) throws IOException {
            countWrite();
            long byteCount = stream.write(srcs, offset, length, deadline);
            failBy(bug);
            return byteCount;
        }

        @Override
        public void awaitReadable(Deadline deadline) throws IOException {
            if (deadline.isExpired()) {
                throw new SocketTimeoutException("deadline passed"); // TCP does not look first, either
            }
            stream.awaitReadable(deadline);
        }

        @Override
        public void runSoon(Runnable task) {
            if (!isNeverSoon.get()) {
                stream.runSoon(task);
            }
        }

        @Override
        public void shutdownOutput(Deadline deadline) throws IOException {
            stream.shutdownOutput(deadline);
        }

        @Override
        public boolean isOpen() {
            return stream.isOpen();
        }

        @Override
        public void close() throws IOException {
            stream.close();
            failBy(closeBug);
        }

        @Override
        public void abort() throws IOException {
            stream.abort();
            failBy(closeBug);
        }
    }

    private static Message text(String text) {
        return new Message.Text(text);
    }

    private static void echo(WebSocket socket) throws IOException {
        while (socket.receive() instanceof Message.Text(String text)) {
            socket.send(text);
        }
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private void peerSends(int first, String payload) throws IOException {
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(first, payload.getBytes(StandardCharsets.UTF_8))));
    }

    // Sending

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void messagesOfManyThreadsStayWhole(boolean isCompressed) throws Exception {
        open(isCompressed ? Optional.of(DeflateParameters.defaults()) : Optional.empty());
        int threadCount = 8;
        int messageCount = 100;
        var sending = new ArrayList<Waiting<Void>>();
        for (int i = 0; i < threadCount; i++) {
            String name = Integer.toString(i);
            sending.add(Waiting.start(ThreadKind.values()[i % 2], () -> {
                for (int j = 0; j < messageCount; j++) {
                    client.send(name + ":" + j + ":" + name.repeat(j * 200));
                }
            }));
        }
        int[] next = new int[threadCount];
        for (int received = 0; received < threadCount * messageCount; received++) {
            String text = ((Message.Text) server.receive(patience())).text();
            int i = text.charAt(0) - '0';
            int j = next[i]++;
            assertEquals(i + ":" + j + ":" + Integer.toString(i).repeat(j * 200), text);
        }
        for (Waiting<Void> each : sending) {
            each.value();
        }
    }

    @ParameterizedTest
    @EnumSource
    void messagesWaitForOneInPiecesAndPingsPass(ThreadKind kind) throws Exception {
        open();
        var serving = Waiting.start(kind, () -> {
            var messages = new ArrayList<Message>();
            for (int i = 0; i < 4; i++) {
                messages.add(server.receive());
            }
            return messages;
        });
        MessageWriter writer = client.sendText(patience());
        writer.write(utf8("in pie"));
        var sending = new ArrayList<Waiting<Void>>();
        for (int i = 0; i < 3; i++) {
            sending.add(Waiting.parked(kind, () -> client.send("whole")));
        }
        client.ping(patience());
        writer.write(utf8("ces"));
        writer.close();
        for (Waiting<Void> each : sending) {
            each.value();
        }
        assertEquals(List.of(text("in pieces"), text("whole"), text("whole"), text("whole")), serving.value());
    }

    @Test
    void aPieceThatIsLateBelongsToItsMessage() throws Exception {
        open();
        server.send(ByteBuffer.allocate(PIPE_BYTES - 4)); // the pipe is full
        MessageWriter writer = server.sendText(patience());
        assertThrows(SocketTimeoutException.class, () -> writer.write(utf8("late, "), Deadline.after(SOON)));
        assertEquals(new Message.Binary(ByteBuffer.allocate(PIPE_BYTES - 4)), client.receive(patience()));
        writer.write(utf8("but there"));
        writer.close();
        assertEquals(text("late, but there"), client.receive(patience()));
    }

    @ParameterizedTest
    @EnumSource
    void aSendThatIsCutOffWithinABufferLeavesAllUsable(ThreadKind kind) throws Exception {
        open();
        server.send(ByteBuffer.allocate(PIPE_BYTES - 4));
        assertThrows(SocketTimeoutException.class, () -> server.send("one", Deadline.after(SOON)));
        var sending = Waiting.parked(kind, () -> server.send("two"));
        sending.interrupt();
        sending.failure(InterruptedIOException.class);
        assertTrue(sending.interruptStatus());
        client.receive(patience());
        server.send("three");
        assertEquals(text("one"), client.receive(patience()));
        Message next = client.receive(patience());
        if (next.equals(text("two"))) { // has had its turn, before the thread that goes on with the first
            next = client.receive(patience());
        }
        assertEquals(text("three"), next);
    }

    /// A server that compresses and has messages of 60 bytes for a peer that does not read, so many that there is room for
    /// 16 bytes more.
    ///
    /// @return how many
    private int fillUp() throws IOException {
        server = over(serverStream, true, Optional.of(DeflateParameters.defaults()));
        serverStream.isNeverSoon.set(true);
        streams.right().write(ByteBuffer.allocate(PIPE_BYTES));
        int count = 264;
        for (int i = 0; i < count; i++) {
            server.sendSoon(ByteBuffer.allocate(60), patience());
        }
        return count;
    }

    private void readUp(int count) throws IOException {
        streams.left().readFully(ByteBuffer.allocate(PIPE_BYTES), patience());
        client = over(streams.left(), false, Optional.of(DeflateParameters.defaults()));
        for (int i = 0; i < count; i++) {
            assertEquals(new Message.Binary(ByteBuffer.allocate(60)), client.receive(patience()));
        }
    }

    @Test
    void aSendThatIsCutOffBeforeItIsCompressedLeavesAllUsable() throws Exception {
        int count = fillUp();
        var message = ByteBuffer.allocate(1_000);
        assertThrows(SocketTimeoutException.class, () -> server.send(message, Deadline.after(SOON)));
        assertEquals(1_000, message.remaining());
        assertTrue(server.isOpen());
        readUp(count);
        server.send(message);
        assertEquals(new Message.Binary(ByteBuffer.allocate(1_000)), client.receive(patience()));
    }

    @Test
    void theEndOfACompressedMessageIsSentLaterWhereThereWasNoRoom() throws Exception {
        int count = fillUp();
        MessageWriter writer = server.sendText(patience());
        assertThrows(SocketTimeoutException.class, () -> writer.close(Deadline.after(SOON)));
        assertTrue(writer.isOpen());
        readUp(count);
        writer.write(utf8("after all"));
        writer.close(patience());
        assertEquals(text("after all"), client.receive(patience()));
    }

    /// Whoever waited behind what nothing can follow would wait for a peer that never reads.
    @Test
    void aLongSendThatIsCutOffFailsTheNextAtOnce() throws Exception {
        open();
        for (WebSocket socket : List.of(client, server)) {
            var message = ByteBuffer.allocate(1024 * 1024);
            assertThrows(SocketTimeoutException.class, () -> socket.send(message, Deadline.after(SOON)));
            for (int i = 0; i < 20; i++) {
                var next = Waiting.start(ThreadKind.VIRTUAL, () -> socket.send("next"));
                assertTrue(next.failure(IOException.class).getMessage().contains("an earlier send failed"));
            }
        }
    }

    @Test
    void aPieceThatIsCompressedArrivesBeforeTheNextIsWritten() throws Exception {
        open(Optional.of(DeflateParameters.defaults()));
        try (MessageWriter writer = client.sendText()) {
            writer.write(utf8("live"));
            var piece = ByteBuffer.allocate(9);
            server.receiveReader(patience()).orElseThrow().read(piece, patience());
            assertEquals(utf8("live"), piece.flip());
        }
    }

    @Test
    void whoSendsInPiecesIsToldToEndThatFirst() throws Exception {
        open();
        try (MessageWriter writer = client.sendBinary(patience())) {
            assertThrows(IllegalStateException.class, () -> client.send("between"));
            assertThrows(IllegalStateException.class, () -> client.sendText(patience()));
            writer.write(ByteBuffer.allocate(1));
        }
        client.send("behind");
        assertEquals(new Message.Binary(ByteBuffer.allocate(1)), server.receive(patience()));
        assertEquals(text("behind"), server.receive(patience()));
    }

    @Test
    void aPieceThatIsNoTextLeavesTheMessageAsItWas() throws Exception {
        open();
        try (MessageWriter writer = client.sendText(patience())) {
            writer.write(ByteBuffer.wrap(new byte[] {'e', (byte) 0xC3}));
            var bad = ByteBuffer.wrap(new byte[] {(byte) 0xA9, 'x', (byte) 0xFF}, 1, 2);
            var refused = assertThrows(IllegalArgumentException.class, () -> writer.write(bad));
            assertTrue(refused.getMessage().contains("index 0"), refused.getMessage());
            writer.write(ByteBuffer.wrap(new byte[] {(byte) 0xA9}));
        }
        assertEquals(text("e\u00E9"), server.receive(patience()));
    }

    @Test
    void aTextThatEndsWithinACharacterIsNotSent() throws Exception {
        open();
        MessageWriter writer = client.sendText(patience());
        writer.write(ByteBuffer.wrap(new byte[] {'e', (byte) 0xC3}));
        var sending = Waiting.parked(ThreadKind.VIRTUAL, () -> client.send("next"));
        assertThrows(IllegalArgumentException.class, writer::close);
        writer.close();
        sending.failure(IOException.class);
        assertFalse(client.isOpen());
        client.shutdownOutput(CloseCode.INTERNAL_ERROR, "", patience());
        assertEquals(new Message.Close(CloseCode.INTERNAL_ERROR, ""), server.receive(patience()));
    }

    /// A small piece fails, and a long one is cut off within its frame. The message is never ended.
    @ParameterizedTest
    @ValueSource(ints = {1, 2 * PIPE_BYTES})
    void aPieceThatBreaksTheConnectionFailsThoseWhoWaitForItsMessage(int pieceBytes) throws Exception {
        openServer();
        MessageWriter writer = server.sendBinary(patience());
        var sending = Waiting.parked(ThreadKind.VIRTUAL, () -> server.send("next"));
        serverStream.isBroken.set(pieceBytes == 1);
        assertThrows(IOException.class, () -> writer.write(ByteBuffer.allocate(pieceBytes), Deadline.after(SOON)));
        assertTrue(sending.failure(IOException.class).getMessage().contains("an earlier send failed"));
        var tooLate = assertThrows(IOException.class, () -> server.send("too late", Deadline.after(SOON)));
        assertTrue(tooLate.getMessage().contains("an earlier send failed"), tooLate::getMessage);
        assertThrows(IOException.class, () -> writer.close(patience()));
    }

    @Test
    void aMessageWhoseEndHadNoTurnIsEndedLater() throws Exception {
        open();
        MessageWriter writer = server.sendText(patience());
        writer.write(utf8("be"));
        var sending = Waiting.parked(ThreadKind.VIRTUAL, () -> writer.write(utf8("x".repeat(2 * PIPE_BYTES))));
        assertThrows(SocketTimeoutException.class, () -> writer.close(Deadline.after(SOON)));
        assertTrue(writer.isOpen());
        var receiving = Waiting.start(ThreadKind.VIRTUAL, () -> client.receive(patience()));
        sending.value();
        writer.close(patience());
        assertFalse(writer.isOpen());
        assertEquals(text("be" + "x".repeat(2 * PIPE_BYTES)), receiving.value());
        server.send("next");
        assertEquals(text("next"), client.receive(patience()));
    }

    /// What was sent before it is on its way, by a thread that waits for room.
    @Test
    void aTextThatEndsWithinACharacterIsCutOffAtOnce() throws Exception {
        openServer();
        MessageWriter writer = server.sendText(patience());
        writer.write(utf8("x".repeat(PIPE_BYTES - 10)));
        byte[] half = Arrays.copyOf(utf8("y".repeat(99) + "\u00e9").array(), 100);
        assertThrows(SocketTimeoutException.class, () -> writer.write(ByteBuffer.wrap(half), Deadline.after(SOON)));
        var closing = Waiting.start(ThreadKind.VIRTUAL, () -> writer.close(Deadline.after(SOON)));
        closing.failure(IllegalArgumentException.class);
        assertFalse(writer.isOpen());
        streams.left().readFully(ByteBuffer.allocate(4 + PIPE_BYTES - 10 + 2 + 100), patience());
        var refused = assertThrows(IOException.class, () -> server.send("next", patience()));
        assertTrue(refused.getMessage().contains("cut off"), refused::getMessage);
    }

    @Test
    void aDeadlineBoundsTheCloseOfAReader() throws Exception {
        openServer();
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x01, (byte) 'a')));
        MessageReader reader = server.receiveReader(patience()).orElseThrow();
        assertThrows(SocketTimeoutException.class, () -> reader.close(Deadline.after(SOON)));
        assertTrue(reader.isOpen());
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x80, (byte) 'b')));
        reader.close(patience());
        assertFalse(reader.isOpen());
    }

    /// All of it is at hand, which is more than a buffer holds.
    @Test
    void theCloseOfAReaderThatNeverHasToWaitEndsWithItsDeadlineOrByAnInterrupt() throws Exception {
        openServer();
        peerSends(0x82, "x".repeat(60_000));
        MessageReader reader = server.receiveReader(patience()).orElseThrow();
        assertThrows(SocketTimeoutException.class, () -> reader.close(Deadline.after(Duration.ZERO)));
        assertTrue(reader.isOpen());
        var closing = Waiting.start(ThreadKind.VIRTUAL, () -> {
            Thread.currentThread().interrupt();
            reader.close();
        });
        closing.failure(InterruptedIOException.class);
        assertTrue(closing.interruptStatus());
        reader.close();
        peerSends(0x81, "next");
        assertEquals(text("next"), server.receive(patience()));
    }

    @Test
    void aReaderWhoseRestIsAtHandIsClosedThoughItsDeadlineHasPassed() throws Exception {
        openServer();
        peerSends(0x01, "a");
        peerSends(0x80, "b");
        MessageReader reader = server.receiveReader(patience()).orElseThrow();
        reader.close(Deadline.after(Duration.ZERO));
        assertFalse(reader.isOpen());
    }

    // Peers that do not read

    /// The peer closes, and reads nothing: who receives gets the close at once, and the answer goes out when the peer
    /// reads after all.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theAnswerToACloseNeverMakesAReceiveWait(boolean isServer) throws Exception {
        options = WebSocketOptions.builder().closeTimeout(Duration.ofHours(1)).build();
        WebSocket socket = over(serverStream, isServer, Optional.empty());
        server = socket;
        int headerBytes = isServer ? 4 : 8;
        byte[] close = isServer
                ? RawPeer.frame(0x88, (byte) 0x03, (byte) 0xE8)
                : RawPeer.unmasked(0x88, (byte) 0x03, (byte) 0xE8);
        socket.send(ByteBuffer.allocate(PIPE_BYTES - headerBytes)); // the pipe is full
        streams.left().write(ByteBuffer.wrap(close));
        assertEquals(new Message.Close(CloseCode.NORMAL, ""), socket.receive(Deadline.after(Duration.ZERO)));
        var closing = Waiting.parked(ThreadKind.VIRTUAL, () -> socket.close(CloseCode.NORMAL, "", patience()));
        streams.left().readFully(ByteBuffer.allocate(PIPE_BYTES), patience());
        var answer = ByteBuffer.allocate(isServer ? 4 : 8);
        streams.left().readFully(answer, patience());
        assertEquals((byte) 0x88, answer.get(0));
        if (isServer) {
            assertEquals(-1, streams.left().read(ByteBuffer.allocate(1), patience()));
        }
        streams.left().shutdownOutput();
        closing.value();
    }

    @Test
    void aWriteThatFailsIsNotTriedAgain() throws Exception {
        openServer();
        serverStream.isBroken.set(true);
        assertThrows(SocketException.class, () -> server.send("lost"));
        assertFalse(server.isOpen());
        assertThrows(IOException.class, () -> server.send("lost, too"));
        assertThrows(SocketTimeoutException.class, () -> server.receive(Deadline.after(SOON)));
        assertEquals(1, serverStream.writeCount.get(), "writes");
    }

    /// What it had in hand is lost, and what would follow makes no sense behind it.
    @Test
    void aStreamWithABugBreaksTheConnection() throws Exception {
        openServer();
        serverStream.bug.set(new IllegalStateException("on purpose"));
        assertThrows(IllegalStateException.class, () -> server.send("lost"));
        serverStream.bug.set(null);
        assertFalse(server.isOpen());
        assertThrows(IOException.class, () -> server.send("too late"));
    }

    @Test
    void halfAPairOfSurrogatesIsNotSent() throws Exception {
        open();
        for (String text : List.of("\ud800", "12345678\udc00", "ab\udc00\ud800", "\ud83d is more than ASCII: \u00e4")) {
            assertThrows(IllegalArgumentException.class, () -> client.send(text));
            assertThrows(IllegalArgumentException.class,
                    () -> client.shutdownOutput(CloseCode.NORMAL, text, patience()));
        }
        String whole = "12345678? \ud83d\ude00 \u00e4?";
        client.send(whole);
        assertEquals(text(whole), server.receive(patience()));
    }

    @Test
    void nullIsRefusedByName() throws Exception {
        open();
        server.send("in pieces");
        MessageReader reader = client.receiveReader().orElseThrow();
        var calls = new ArrayList<Executable>(List.of(() -> client.receive(null), () -> client.receiveView(null),
                () -> client.receiveReader(null), () -> client.send("x", null), () -> client.sendText(null),
                () -> client.sendBinary(null), () -> client.send(ByteBuffer.allocate(1), null),
                () -> client.ping(null), () -> client.shutdownOutput(CloseCode.NORMAL, "", null),
                () -> reader.read(ByteBuffer.allocate(1), null), () -> reader.close(null)));
        try (MessageWriter writer = client.sendText()) {
            calls.add(() -> writer.write(ByteBuffer.allocate(1), null));
            calls.add(() -> writer.close(null));
            for (Executable call : calls) {
                assertEquals("deadline", assertThrows(NullPointerException.class, call).getMessage());
            }
            writer.write(utf8("still open"));
        }
        assertEquals(text("still open"), server.receive(patience()));
        assertEquals("in pieces", new String(reader.inputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void anArgumentThatIsRefusedClosesWhatWasToBeClosed() throws Exception {
        List<ThrowingConsumer<MemoryStream>> calls = List.of(stream -> WebSocket.accept(stream, null),
                stream -> WebSocket.accept(stream, options, null),
                stream -> over(stream, true, Optional.empty()).close(CloseCode.NORMAL, "", null),
                stream -> over(stream, true, Optional.empty()).close(null, ""),
                stream -> over(stream, true, Optional.empty()).close(CloseCode.NO_CODE, ""));
        for (ThrowingConsumer<MemoryStream> call : calls) {
            var pair = MemoryStream.pair();
            assertThrows(RuntimeException.class, () -> call.accept(pair.left()));
            assertFalse(pair.left().isOpen());
            pair.close();
        }
    }

    /// Beyond its deadline none of these calls may wait, neither for room for the answer nor for the client's end, as all
    /// together would for too long.
    @ParameterizedTest
    @CsvSource({"'', 10", "'', 1000", "GET / HTTP/1.1|Host: h||, 30", "GET / HTTP/1.1|Host: h||, 1000"})
    void anAcceptThatFailsKeepsToItsDeadline(String request, int capacityBytes) throws Exception {
        var accepting = Waiting.start(ThreadKind.VIRTUAL, () -> {
            for (int i = 0; i < 30; i++) {
                var pair = MemoryStream.pair(capacityBytes);
                pair.left().write(utf8(request.replace("|", "\r\n")));
                assertThrows(IOException.class,
                        () -> WebSocket.accept(pair.right(), options, Deadline.after(Duration.ofMillis(1))));
                var answer = ByteBuffer.allocate(10);
                pair.left().readFully(answer, patience());
                assertEquals(utf8("HTTP/1.1 4"), answer.flip());
                pair.close();
            }
        });
        accepting.value();
    }

    /// Behind an agreement a client takes whatever comes for frames.
    @Test
    void anAcceptThatFailsBehindItsAgreementSaysNothingMore() throws Exception {
        serverStream.bug.set(new IllegalStateException("on purpose"));
        streams.left().write(utf8(RawPeer.request("/") + "\r\n"));
        assertThrows(IllegalStateException.class, () -> WebSocket.accept(serverStream, options, patience()));
        assertFalse(serverStream.isOpen());
        var answer = new String(streams.left().inputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(101, RawPeer.status(answer));
        assertEquals(answer.length(), answer.indexOf("\r\n\r\n") + 4, answer);
    }

    // Pings

    @ParameterizedTest
    @EnumSource
    void aPingReturnsTheRoundTrip(ThreadKind kind) throws Exception {
        open();
        var serving = Waiting.parked(kind, () -> server.receive());
        assertFalse(client.ping(patience()).isNegative());
        var receiving = Waiting.parked(kind, () -> client.receive());
        assertFalse(client.ping(patience()).isNegative()); // read by that thread
        server.send("and on");
        assertEquals(text("and on"), receiving.value());
        client.send("done");
        serving.value();
    }

    @ParameterizedTest
    @EnumSource
    void aPingWaitsForTheMessageInItsWay(ThreadKind kind) throws Exception {
        open();
        var serving = Waiting.parked(kind, () -> server.receive());
        server.send("first");
        assertThrows(SocketTimeoutException.class, () -> client.ping(Deadline.after(SOON)));
        var pinging = Waiting.parked(kind, () -> client.ping(patience()));
        assertEquals(text("first"), client.receive(patience()));
        pinging.value();
        client.send("done");
        serving.value();
    }

    /// The message is in the ping's way, but not in that of the close, which nothing else wakes.
    @ParameterizedTest
    @EnumSource
    void aCloseGoesOnWhereAPingCannot(ThreadKind kind) throws Exception {
        options = WebSocketOptions.builder().closeTimeout(Duration.ofHours(1)).build();
        openServer();
        var pinging = Waiting.parked(kind, () -> server.ping(patience()));
        var closing = Waiting.parked(kind, () -> server.close(CloseCode.NORMAL, "", Deadline.never()));
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x81, (byte) 'x')));
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x88, (byte) 0x03, (byte) 0xE8)));
        streams.left().shutdownOutput();
        closing.value();
        pinging.failure(ClosedChannelException.class);
    }

    /// 5.5.3: a pong that nobody asked for means nothing, whatever number its payload looks like.
    @Test
    void onlyThePongOfAPingAnswersIt() throws Exception {
        openServer();
        peerSends(0x8A, "\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f");
        assertThrows(SocketTimeoutException.class, () -> server.ping(Deadline.after(SOON)));
    }

    /// 5.5.1: nothing that comes behind a close frame counts.
    @ParameterizedTest
    @EnumSource
    void aPingEndsAtThePeersCloseAndReadsNoFurther(ThreadKind kind) throws Exception {
        openServer();
        peerSends(0x01, "a");
        MessageReader reader = server.receiveReader(patience()).orElseThrow();
        assertEquals(1, reader.read(ByteBuffer.allocate(9), patience()));
        var pinging = Waiting.parked(kind, () -> server.ping(patience()));
        var burst = new ByteArrayOutputStream();
        burst.writeBytes(RawPeer.frame(0x88, (byte) 0x03, (byte) 0xE8));
        burst.writeBytes(RawPeer.frame(0x88, (byte) 0x03, (byte) 0xE9));
        burst.writeBytes(RawPeer.frame(0x80, (byte) 'b'));
        streams.left().write(ByteBuffer.wrap(burst.toByteArray()));
        pinging.failure(ClosedChannelException.class);
        assertEquals(new Message.Close(CloseCode.NORMAL, ""), server.receive(patience()));
        assertThrows(EOFException.class, () -> reader.read(ByteBuffer.allocate(9), patience()));
        assertEquals(new Message.Close(CloseCode.NORMAL, ""), server.peerClose().orElseThrow());
    }

    /// It comes between two looks of who waits: whether it has come, and whether all is over.
    @Test
    void whatComesAtOnceWithThePeersCloseHasCome() throws Exception {
        openServer();
        peerSends(0x88, "");
        var hasCome = new AtomicBoolean();
        assertTrue(server.readUntil(() -> {
            boolean hadCome = hasCome.getAndSet(true);
            if (!hadCome) {
                Waiting.start(ThreadKind.PLATFORM, () -> server.receive(patience())).untilEnded();
            }
            return hadCome;
        }, new Watcher(), false, patience()));
        assertEquals(new Message.Close(CloseCode.NO_CODE, ""), server.peerClose().orElseThrow());
    }

    @Test
    void aPongWithoutRoomIsSentLater() throws Exception {
        openServer();
        serverStream.isNeverSoon.set(true);
        server.send(ByteBuffer.allocate(PIPE_BYTES - 4)); // nothing more goes out
        var burst = ByteBuffer.allocate(200).put(RawPeer.frame(0x81, (byte) 'x'))
                .put(RawPeer.frame(0x89, new byte[100])).flip();
        streams.left().write(burst);
        assertEquals(text("x"), server.receive(patience()));
        int frameCount = 106;
        for (int i = 0; i < frameCount; i++) {
            server.send(ByteBuffer.allocate(150)); // held back, until 60 bytes of the buffer are left
        }
        assertThrows(SocketTimeoutException.class, () -> server.receive(Deadline.after(SOON)));
        int byteCount = PIPE_BYTES + frameCount * 154 + 102;
        streams.left().readFully(ByteBuffer.allocate(byteCount), Deadline.after(Duration.ofSeconds(5)));
    }

    @Test
    void aSilentPeerThatAnswersIsKept() throws Exception {
        client = over(streams.left(), false, Optional.empty());
        options = WebSocketOptions.builder().keepAlive(Duration.ofMillis(20), Duration.ofSeconds(10)).build();
        openServer();
        var serving = Waiting.start(ThreadKind.VIRTUAL, () -> client.receive());
        var receiving = Waiting.start(ThreadKind.VIRTUAL, () -> server.receive());
        Waiting.await("pings", () -> serverStream.writeCount.get() > 1);
        client.send("here I am");
        assertEquals(text("here I am"), receiving.value());
        server.send("still there");
        assertEquals(text("still there"), serving.value());
    }

    @Test
    void aSilentPeerThatDoesNotAnswerIsGivenUp() {
        options = WebSocketOptions.builder().keepAlive(Duration.ofMillis(20), Duration.ofMillis(20)).build();
        open();
        assertThrows(SocketException.class, () -> server.receive(patience()));
        assertFalse(server.isOpen());
        assertThrows(ClosedChannelException.class, () -> server.send("x"));
    }

    @Test
    void aSilentPeerIsGivenUpByWhoNeverWaitsForIt() {
        options = WebSocketOptions.builder().keepAlive(Duration.ofMillis(20), Duration.ofMillis(20)).build();
        openServer();
        assertThrows(SocketException.class, () -> {
            Deadline bound = patience();
            while (!bound.isExpired()) {
                try {
                    server.receive(Deadline.after(Duration.ZERO));
                } catch (SocketTimeoutException _) {
                    // nothing has come
                }
            }
        });
        assertFalse(server.isOpen());
    }

    @Test
    void anAnswerThatCameWhileNobodyReceivedIsASignOfLife() throws Exception {
        options = WebSocketOptions.builder().keepAlive(Duration.ofMillis(20), SOON).build();
        openServer();
        assertThrows(SocketTimeoutException.class, () -> server.receive(Deadline.after(Duration.ofMillis(40))));
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x8A)));
        var pause = Deadline.after(SOON.multipliedBy(2));
        Waiting.await("the time for an answer to be over", pause::isExpired);
        assertThrows(SocketTimeoutException.class, () -> server.receive(Deadline.after(Duration.ofMillis(10))));
        assertTrue(server.isOpen());
    }

    @Test
    void aPingToASilentPeerNeverMakesAReceiveWait() throws Exception {
        options = WebSocketOptions.builder().keepAlive(Duration.ofMillis(20), Duration.ofSeconds(10))
                .closeTimeout(SOON).build();
        openServer();
        var sending = Waiting.parked(ThreadKind.VIRTUAL, () -> server.send(ByteBuffer.allocate(2 * PIPE_BYTES)));
        var receiving = Waiting.parked(ThreadKind.VIRTUAL, () -> server.receive());
        var pause = Deadline.after(SOON.multipliedBy(3));
        Waiting.await("the ping's own time to be over", pause::isExpired);
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x81, (byte) 'x')));
        assertEquals(text("x"), receiving.value());
        server.abort();
        sending.failure(IOException.class);
    }

    @Test
    void echoingPeersWithFullBuffersDoNotWaitForEachOther() throws Exception {
        open();
        int count = 2_000;
        var threads = new ArrayList<Waiting<?>>();
        for (WebSocket socket : List.of(client, server)) {
            threads.add(Waiting.start(ThreadKind.VIRTUAL, () -> {
                for (int i = 0; i < count; i++) {
                    socket.send(ByteBuffer.allocate(1_000));
                }
            }));
            threads.add(Waiting.start(ThreadKind.VIRTUAL, () -> {
                for (int i = 0; i < count; i++) {
                    socket.receive();
                }
                socket.receive();
            }));
            threads.add(Waiting.start(ThreadKind.PLATFORM, () -> {
                for (int i = 0; i < 50; i++) {
                    socket.ping(patience());
                }
            }));
        }
        for (int i : new int[] {0, 3, 2, 5}) {
            threads.get(i).value();
        }
        client.send("end");
        server.send("end");
        threads.get(1).value();
        threads.get(4).value();
    }

    // Receiving

    @ParameterizedTest
    @EnumSource
    void aReceiveThatIsCutOffTakesNothing(ThreadKind kind) throws Exception {
        openServer();
        byte[] frame = RawPeer.frame(0x81, "hello, world".getBytes(StandardCharsets.UTF_8));
        for (byte b : frame) {
            assertThrows(SocketTimeoutException.class, () -> server.receive(Deadline.after(Duration.ofMillis(1))));
            var receiving = Waiting.parked(kind, () -> server.receive());
            receiving.interrupt();
            receiving.failure(InterruptedIOException.class);
            assertTrue(receiving.interruptStatus());
            streams.left().write(ByteBuffer.wrap(new byte[] {b}));
        }
        assertEquals(text("hello, world"), server.receive(patience()));
    }

    @Test
    void aReaderGoesOnWhereAReceiveWasCutOff() throws Exception {
        openServer();
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x01, (byte) 'a')));
        assertThrows(SocketTimeoutException.class, () -> server.receive(Deadline.after(SOON)));
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x80, (byte) 'b')));
        MessageReader reader = server.receiveReader(patience()).orElseThrow();
        assertEquals("ab", new String(reader.inputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    /// Whoever waits for a pong reads as far as the next message, before the reader is told that its own has ended.
    @Test
    void aReaderEndsWithItsMessageThoughAPingHasReadOn() throws Exception {
        openServer();
        peerSends(0x81, "first");
        peerSends(0x82, "next");
        MessageReader reader = server.receiveReader(patience()).orElseThrow();
        assertEquals(5, reader.read(ByteBuffer.allocate(9), patience()));
        assertThrows(SocketTimeoutException.class, () -> server.ping(Deadline.after(Duration.ZERO)));
        assertEquals(-1, reader.read(ByteBuffer.allocate(9), patience()));
        assertEquals(new Message.Binary(utf8("next")), server.receive(patience()));
    }

    @Test
    void aReaderHasNoLimit() throws Exception {
        options = WebSocketOptions.builder().maxMessageBytes(1_000).build();
        open(Optional.of(DeflateParameters.defaults()));
        var sending = Waiting.start(ThreadKind.VIRTUAL, () -> client.send("x".repeat(5_000_000)));
        MessageReader reader = server.receiveReader(patience()).orElseThrow();
        assertEquals(5_000_000, reader.inputStream().readAllBytes().length);
        sending.value();
    }

    @ParameterizedTest
    @EnumSource
    void aSecondReceiverIsRefused(ThreadKind kind) throws Exception {
        open();
        var receiving = Waiting.parked(kind, () -> server.receive());
        assertThrows(ReadPendingException.class, () -> server.receive());
        client.send("for the first");
        assertEquals(text("for the first"), receiving.value());
    }

    @Test
    void aLentMessageStaysAsItIs() throws Exception {
        open();
        var serving = Waiting.parked(ThreadKind.VIRTUAL, () -> server.receive());
        server.send("lent");
        server.send("next");
        MessageView view = client.receiveView(patience());
        assertThrows(SocketTimeoutException.class, () -> client.ping(Deadline.after(SOON)));
        assertEquals(text("lent"), view.toMessage());
        client.send(view);
        assertEquals(text("lent"), serving.value());
        view = client.receiveView(patience());
        var closing = Waiting.start(ThreadKind.VIRTUAL, () -> client.close());
        server.receive(patience());
        closing.value();
        for (int i = 0; i < 100; i++) {
            ByteBuffer other = BufferPool.SMALL.acquire();
            other.put(new byte[100]);
            BufferPool.SMALL.release(other);
        }
        assertEquals(text("next"), view.toMessage());
        PoolWatch.fillPools(); // the one that was lent is the reader's
    }

    /// A peer that is fast enough has the next one there whenever the last has been dealt with.
    @ParameterizedTest
    @ValueSource(ints = {0x89, 0x8A, 0x00})
    void framesThatMakeNoMessageDoNotOutlastADeadline(int first) throws Exception {
        openServer();
        var burst = new ByteArrayOutputStream();
        burst.writeBytes(RawPeer.frame(0x81, (byte) 'x'));
        burst.writeBytes(RawPeer.frame(0x01));
        for (int i = 0; i < 1_000; i++) {
            burst.writeBytes(RawPeer.frame(first));
        }
        burst.writeBytes(RawPeer.frame(0x80, (byte) 'y'));
        streams.left().write(ByteBuffer.wrap(burst.toByteArray()));
        assertEquals(text("x"), server.receive(patience()));
        var passed = Deadline.after(Duration.ZERO);
        assertThrows(SocketTimeoutException.class, () -> server.receive(passed));
        MessageReader reader = server.receiveReader(patience()).orElseThrow();
        if (first == 0) {
            assertThrows(SocketTimeoutException.class, () -> reader.read(ByteBuffer.allocate(1), passed));
        }
        assertEquals("y", new String(reader.inputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    /// Blocks without a byte in them, be they the last ones (RFC 1951, section 3.2.3) or not; more than one read takes.
    @ParameterizedTest
    @ValueSource(strings = {"00 00 00 FF FF ", "03 00 "})
    void aFrameThatInflatesToNothingDoesNotOutlastADeadline(String block) throws Exception {
        server = over(serverStream, true, Optional.of(DeflateParameters.defaults()));
        byte[] blocks = Wire.hex(block.repeat(60_000 / block.length()) + "00"); // RFC 7692, 7.2.1: whose rest is cut off
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0xC2, blocks)));
        var passed = Deadline.after(Duration.ZERO);
        assertThrows(SocketTimeoutException.class, () -> server.receive(passed));
        assertEquals(new Message.Binary(ByteBuffer.allocate(0)), server.receive(patience()));
    }

    @Test
    void aDeadlineThatHasPassedEndsWaitsAndNothingElse() throws Exception {
        openServer();
        var passed = Deadline.after(Duration.ZERO);
        assertThrows(SocketTimeoutException.class, () -> server.receive(passed));
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x81, (byte) 'x')));
        assertEquals(text("x"), server.receive(passed));
    }

    @Test
    void aReaderWhoseCloseWasInterruptedIsClosedLater() throws Exception {
        openServer();
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x01, (byte) 'a')));
        MessageReader reader = server.receiveReader(patience()).orElseThrow();
        var closing = Waiting.parked(ThreadKind.VIRTUAL, () -> reader.close());
        closing.interrupt();
        closing.failure(InterruptedIOException.class);
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x80, (byte) 'b')));
        reader.close();
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x81, (byte) 'c')));
        assertEquals(text("c"), server.receive(patience()));
    }

    @Test
    void aCloseWithinAMessageEndsItsReaderAndIsReceived() throws Exception {
        openServer();
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x01, (byte) 'a')));
        MessageReader reader = server.receiveReader(patience()).orElseThrow();
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x88, (byte) 0x03, (byte) 0xE8)));
        assertThrows(EOFException.class, () -> reader.inputStream().readAllBytes());
        assertEquals(new Message.Close(CloseCode.NORMAL, ""), server.receive(patience()));
    }

    @Test
    void aMessageThatACloseHasCutOffIsNotWhole() throws Exception {
        openServer();
        peerSends(0x01, "a");
        MessageReader reader = server.receiveReader(patience()).orElseThrow();
        assertEquals(1, reader.read(ByteBuffer.allocate(9), patience()));
        peerSends(0x80, "b");
        peerSends(0x88, "");
        streams.left().shutdownOutput();
        server.close();
        assertThrows(ClosedChannelException.class, () -> reader.read(ByteBuffer.allocate(9), patience()));
        assertEquals(new Message.Close(CloseCode.NO_CODE, ""), server.receive(patience()));
    }

    @Test
    void aLentMessageMayBeSentMoreThanOnce() throws Exception {
        open();
        server.send("twice");
        MessageView view = client.receiveView(patience());
        client.send(view);
        client.send(view);
        assertEquals(text("twice"), view.toMessage());
        assertEquals(text("twice"), server.receive(patience()));
        assertEquals(text("twice"), server.receive(patience()));
        PoolWatch.fillPools(); // the one that was lent is the reader's
    }

    /// They are at hand together, and lent from the same memory.
    @Test
    void aLentMessageIsBigEndianWhateverOrderTheOneBeforeWasReadIn() throws Exception {
        openServer();
        peerSends(0x82, "\0\0\0\1");
        peerSends(0x82, "\0\0\0\2");
        ByteBuffer first = server.receiveView(patience()).bytes();
        assertEquals(0x0100_0000, first.order(ByteOrder.LITTLE_ENDIAN).getInt());
        assertEquals(2, server.receiveView(patience()).bytes().getInt());
        PoolWatch.fillPools(); // the one that was lent is the reader's
    }

    @Test
    void aMessageWhoseLoanHasEndedSaysSo() throws Exception {
        open();
        server.send("lent");
        server.send("next");
        MessageView view = client.receiveView(patience());
        assertEquals("TEXT of 4 bytes", view.toString());
        client.receive(patience());
        assertEquals("a message whose loan has ended", view.toString());
        for (Executable use : List.<Executable>of(view::kind, view::bytes, view::toMessage, () -> client.send(view))) {
            var refused = assertThrows(IllegalStateException.class, use);
            assertTrue(refused.getMessage().contains("the loan of this message has ended"), refused::getMessage);
        }
    }

    @Test
    void anEndThatHadNoTurnCanBeSentLater() throws Exception {
        open();
        var sending = Waiting.parked(ThreadKind.VIRTUAL, () -> server.send(ByteBuffer.allocate(2 * PIPE_BYTES)));
        assertThrows(SocketTimeoutException.class,
                () -> server.shutdownOutput(CloseCode.NORMAL, "", Deadline.after(SOON)));
        assertTrue(server.isOpen());
        client.receive(patience());
        sending.value();
        server.shutdownOutput(CloseCode.NORMAL, "", patience());
        assertEquals(new Message.Close(CloseCode.NORMAL, ""), client.receive(patience()));
    }

    @Test
    void whoHasEndedIsNotGivenUpForWantOfAnAnswer() throws Exception {
        options = WebSocketOptions.builder().keepAlive(Duration.ofMillis(10), Duration.ofMillis(10)).build();
        openServer();
        server.shutdownOutput(CloseCode.NORMAL, "", patience());
        assertThrows(SocketTimeoutException.class, () -> server.receive(Deadline.after(SOON)));
    }

    @Test
    void whatADeadlineHasCutOffStillGoesOut() throws Exception {
        openServer();
        server.send(ByteBuffer.allocate(PIPE_BYTES - 4 - 5)); // room for half of the next frame
        assertThrows(SocketTimeoutException.class, () -> server.send("12345678", Deadline.after(SOON)));
        var sent = ByteBuffer.allocate(PIPE_BYTES - 5 + 10);
        streams.left().readFully(sent, patience());
        assertEquals("12345678", StandardCharsets.UTF_8.decode(sent.position(sent.limit() - 8)).toString());
    }

    @Test
    void aSendThatBreaksTheConnectionShows() throws Exception {
        openServer();
        assertThrows(SocketTimeoutException.class,
                () -> server.send(ByteBuffer.allocate(2 * PIPE_BYTES), Deadline.after(SOON)));
        assertFalse(server.isOpen());
        assertThrows(IOException.class, () -> server.shutdownOutput(CloseCode.NORMAL, "", patience()));
    }

    @Test
    void afterOurOwnEndWhatThePeerSendsStillComesAndItsPingsAreNotAnswered() throws Exception {
        openServer();
        server.shutdownOutput(CloseCode.GOING_AWAY, "", patience());
        server.shutdownOutput(CloseCode.NORMAL, "once is enough", patience());
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x89)));
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x81, (byte) 'x')));
        streams.left().write(ByteBuffer.wrap(RawPeer.frame(0x88, (byte) 0x03, (byte) 0xE8)));
        assertEquals(new Message.Text("x"), server.receive(patience()));
        assertThrows(ClosedChannelException.class, () -> server.send("late"));
        assertEquals(new Message.Close(CloseCode.NORMAL, ""), server.receive(patience()));
        var sent = ByteBuffer.allocate(4);
        streams.left().readFully(sent, patience());
        assertArrayEquals(new byte[] {(byte) 0x88, 2, 0x03, (byte) 0xE9}, sent.array());
        assertEquals(-1, streams.left().read(ByteBuffer.allocate(1), patience()));
    }

    @Test
    void aBurstIsAnsweredByOneWrite() throws Exception {
        openServer();
        serverStream.isNeverSoon.set(true);
        int before = serverStream.writeCount.get();
        var burst = new ByteArrayOutputStream();
        for (int i = 0; i < 100; i++) {
            burst.writeBytes(RawPeer.frame(0x81, (byte) 'x'));
        }
        streams.left().write(ByteBuffer.wrap(burst.toByteArray()));
        var serving = Waiting.start(ThreadKind.VIRTUAL, () -> echo(server));
        streams.left().readFully(ByteBuffer.allocate(300), patience());
        serving.untilParked();
        assertEquals(1, serverStream.writeCount.get() - before, "writes");
        server.abort();
        serving.failure(IOException.class);
    }

    @Test
    void whatIsSentSoonGoesOutByOneWriteWithWhatDoesNotWait() throws Exception {
        open();
        serverStream.isNeverSoon.set(true);
        int before = serverStream.writeCount.get();
        server.sendSoon("x");
        server.sendSoon(ByteBuffer.wrap(new byte[] {1, 2}));
        assertEquals(0, serverStream.writeCount.get() - before, "writes");
        server.send("y");
        assertEquals(1, serverStream.writeCount.get() - before, "writes");
        assertEquals(text("x"), client.receive(patience()));
        assertEquals(new Message.Binary(ByteBuffer.wrap(new byte[] {1, 2})), client.receive(patience()));
        assertEquals(text("y"), client.receive(patience()));
    }

    @Test
    void whatIsSentSoonGoesOutThoughNothingFollows() throws Exception {
        open();
        server.sendSoon("x");
        assertEquals(text("x"), client.receive(patience()));
    }

    @Test
    void whatIsSentSoonGoesOutWhenMuchHasGathered() throws Exception {
        open();
        serverStream.isNeverSoon.set(true);
        int before = serverStream.writeCount.get();
        int count = 140; // a little more than a large buffer
        var receiving = Waiting.start(ThreadKind.VIRTUAL, () -> {
            for (int i = 0; i < count; i++) {
                assertEquals(new Message.Binary(numbered(i)), client.receive(patience()));
            }
        });
        for (int i = 0; i < count; i++) {
            server.sendSoon(numbered(i), patience());
        }
        assertEquals(2, serverStream.writeCount.get() - before, "writes, of 64 KiB");
        server.send("end");
        receiving.value();
        assertEquals(text("end"), client.receive(patience()));
    }

    private static ByteBuffer numbered(int number) {
        return ByteBuffer.allocate(1024).putInt(0, number);
    }

    @Test
    void whatIsSentSoonGoesOutBeforeAClose() throws Exception {
        open();
        serverStream.isNeverSoon.set(true);
        server.sendSoon("x");
        var closing = Waiting.start(ThreadKind.VIRTUAL, () -> server.close(CloseCode.NORMAL, "", patience()));
        assertEquals(text("x"), client.receive(patience()));
        assertEquals(new Message.Close(CloseCode.NORMAL, ""), client.receive(patience()));
        client.close();
        closing.value();
    }

    @Test
    void aLentMessageIsPassedOnSoon() throws Exception {
        open();
        client.send("x");
        MessageView message = server.receiveView(patience());
        serverStream.isNeverSoon.set(true);
        int before = serverStream.writeCount.get();
        server.sendSoon(message);
        server.sendSoon(message);
        assertEquals(0, serverStream.writeCount.get() - before, "writes");
        server.send(message);
        for (int i = 0; i < 3; i++) {
            assertEquals(text("x"), client.receive(patience()));
        }
        assertEquals(1, serverStream.writeCount.get() - before, "writes");
        client.send("y");
        assertEquals(text("y"), server.receive(patience())); // ends the loan
    }

    @Test
    void whatIsSentSoonWaitsForASlowPeerUntilTheDeadline() throws Exception {
        openServer();
        var block = ByteBuffer.allocate(1024);
        assertThrows(SocketTimeoutException.class, () -> {
            for (int i = 0; i <= PIPE_BYTES / 1024 + 128; i++) {
                server.sendSoon(block.clear(), Deadline.after(SOON));
            }
        });
        assertTrue(server.isOpen());
    }

    @ParameterizedTest
    @EnumSource
    void whatIsHeldBackGoesOutThoughTheHandlerBlocks(ThreadKind kind) throws Exception {
        openServer();
        var burst = new ByteArrayOutputStream();
        burst.writeBytes(RawPeer.frame(0x81, (byte) 'x'));
        burst.writeBytes(RawPeer.frame(0x81, (byte) 'y'));
        streams.left().write(ByteBuffer.wrap(burst.toByteArray()));
        var elsewhere = new CountDownLatch(1);
        var serving = Waiting.parked(kind, () -> {
            server.receive();
            server.send("held back");
            elsewhere.await();
        });
        streams.left().readFully(ByteBuffer.allocate(11), patience());
        elsewhere.countDown();
        serving.value();
        server.receive(patience());
    }

    /// A look into what the other thread reads from would fail now and then.
    @Test
    void sendsGoOnWhileAPingReads() throws Exception {
        open();
        var serving = Waiting.start(ThreadKind.VIRTUAL, () -> {
            while (server.receive() instanceof Message.Text) {}
        });
        server.send("x");
        client.receive(patience());
        var pinging = Waiting.start(ThreadKind.PLATFORM, () -> {
            for (int i = 0; i < 5_000; i++) {
                client.ping(patience());
            }
        });
        while (pinging.isAlive()) {
            client.send("y");
        }
        pinging.value();
        client.abort();
        serving.failure(IOException.class);
    }

    // Closing

    @ParameterizedTest
    @EnumSource
    void eitherSideCloses(ThreadKind kind) throws Exception {
        for (boolean isByServer : new boolean[] {true, false}) {
            var pair = MemoryStream.pair();
            WebSocket one = over(pair.left(), isByServer, Optional.empty());
            WebSocket other = over(pair.right(), !isByServer, Optional.empty());
            var receiving = Waiting.parked(kind, () -> {
                Message message = other.receive();
                other.close();
                return message;
            });
            one.close(new CloseCode(4711), "enough", patience());
            assertEquals(new Message.Close(new CloseCode(4711), "enough"), receiving.value());
            assertEquals(new Message.Close(new CloseCode(4711), ""), one.peerClose().orElseThrow());
            assertThrows(ClosedChannelException.class, () -> one.send("x"));
            assertThrows(ClosedChannelException.class, () -> other.send("x"));
            assertEquals(new Message.Close(new CloseCode(4711), "enough"), other.receive());
            pair.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void bothSidesCloseAtOnce(ThreadKind kind) throws Exception {
        for (int i = 0; i < 50; i++) {
            var pair = MemoryStream.pair();
            WebSocket one = over(pair.left(), true, Optional.empty());
            WebSocket other = over(pair.right(), false, Optional.empty());
            var closing = Waiting.start(kind, () -> one.close(CloseCode.NORMAL, "", patience()));
            other.close(CloseCode.GOING_AWAY, "", patience());
            closing.value();
            assertFalse(one.isOpen() || other.isOpen());
            pair.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoThreadsCloseAClientAtOnce(ThreadKind kind) throws Exception {
        options = WebSocketOptions.builder().closeTimeout(SOON).build();
        client = over(streams.left(), false, Optional.empty());
        streams.right().write(ByteBuffer.wrap(RawPeer.unmasked(0x88)));
        client.receive();
        var closing = new ArrayList<Waiting<Void>>();
        for (int i = 0; i < 2; i++) {
            closing.add(Waiting.start(kind, () -> client.close()));
        }
        for (Waiting<Void> each : closing) {
            each.value();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCloseEndsAReceiveAndASend(ThreadKind kind) throws Exception {
        options = WebSocketOptions.builder().closeTimeout(SOON).build();
        open();
        var receiving = Waiting.parked(kind, () -> server.receive());
        var sending = Waiting.parked(kind, () -> server.send(ByteBuffer.allocate(2 * PIPE_BYTES)));
        assertThrows(SocketTimeoutException.class, () -> server.close(CloseCode.NORMAL, "", patience()));
        receiving.failure(AsynchronousCloseException.class);
        sending.failure(AsynchronousCloseException.class);
        assertThrows(ClosedChannelException.class, () -> server.receive());
    }

    @ParameterizedTest
    @EnumSource
    void anAbortEndsAll(ThreadKind kind) throws Exception {
        open();
        var receiving = Waiting.parked(kind, () -> server.receive());
        var pinging = Waiting.parked(kind, () -> server.ping(patience()));
        server.abort();
        server.abort();
        receiving.failure(AsynchronousCloseException.class);
        pinging.failure(AsynchronousCloseException.class);
        assertThrows(ClosedChannelException.class, () -> server.receive());
        assertThrows(ClosedChannelException.class, () -> server.send("x"));
        assertThrows(ClosedChannelException.class, () -> server.ping(patience()));
        assertThrows(IOException.class, () -> client.receive());
    }

    /// The ping reads, and the receive waits for its turn.
    @ParameterizedTest
    @EnumSource
    void anAbortEndsAReceiveBehindAPing(ThreadKind kind) throws Exception {
        openServer();
        var pinging = Waiting.parked(kind, () -> server.ping(patience()));
        var receiving = Waiting.parked(kind, () -> server.receive());
        server.abort();
        pinging.failure(AsynchronousCloseException.class);
        receiving.failure(AsynchronousCloseException.class);
        assertSame(ClosedChannelException.class, assertThrows(IOException.class, () -> server.receive()).getClass());
    }

    @Test
    void aBugInTheCloseOfAStreamLeavesNobodyWaiting() throws Exception {
        openServer();
        server.sendBinary();
        var sending = Waiting.parked(ThreadKind.VIRTUAL, () -> server.send("behind that"));
        serverStream.closeBug.set(new IllegalStateException("on purpose"));
        assertThrows(IllegalStateException.class, server::abort);
        serverStream.closeBug.set(null);
        sending.failure(ClosedChannelException.class);
    }

    @ParameterizedTest
    @EnumSource
    void aCloseOrPingCanBeInterrupted(ThreadKind kind) throws Exception {
        open();
        var pinging = Waiting.parked(kind, () -> client.ping(patience()));
        pinging.interrupt();
        pinging.failure(InterruptedIOException.class);
        assertTrue(client.isOpen());
        var closing = Waiting.parked(kind, () -> client.close(CloseCode.NORMAL, "", patience()));
        closing.interrupt();
        closing.failure(InterruptedIOException.class);
        assertTrue(closing.interruptStatus());
        assertFalse(client.isOpen());
    }

    // Servers

    @Test
    void aShutdownSaysGoodbyeToEach() throws Exception {
        try (WebSocketServer listening = start(WebSocketTest::echo)) {
            var sockets = new ArrayList<WebSocket>();
            for (int i = 0; i < 5; i++) {
                sockets.add(dial(listening));
                sockets.get(i).send("hello");
                assertEquals(text("hello"), sockets.get(i).receive());
            }
            var shutdown = Waiting.start(ThreadKind.VIRTUAL, () -> listening.shutdown(patience()));
            for (WebSocket socket : sockets) {
                assertEquals(new Message.Close(CloseCode.GOING_AWAY, ""), socket.receive(patience()));
                socket.close();
            }
            assertTrue(shutdown.value());
            assertEquals(0, listening.connectionCount());
        }
    }

    @Test
    void aShutdownWithoutMemoryForItsThreadsSaysGoodbyeAllTheSame() throws Exception {
        try (WebSocketServer listening = WebSocketServer.builder().handler(WebSocketTest::echo)
                .closers(_ -> {
                    throw new OutOfMemoryError("on purpose");
                }).start(listener()); WebSocket one = dial(listening); WebSocket other = dial(listening)) {
            Waiting.await("both handlers", () -> listening.connectionCount() == 2);
            var shutdown = Waiting.start(ThreadKind.VIRTUAL, () -> listening.shutdown(patience()));
            for (WebSocket socket : List.of(one, other)) {
                assertEquals(new Message.Close(CloseCode.GOING_AWAY, ""), socket.receive(patience()));
                socket.close();
            }
            assertTrue(shutdown.value());
        }
    }

    @Test
    void aServerThatWindsDownAcceptsNoMoreThoughAGoodbyeFails() throws Exception {
        try (WebSocketServer listening = WebSocketServer.builder().handler(WebSocketTest::echo)
                .closers(_ -> {
                    throw new InternalError("on purpose");
                }).start(listener()); WebSocket _ = dial(listening)) {
            Waiting.await("the handler", () -> listening.connectionCount() == 1);
            assertThrows(InternalError.class, () -> listening.shutdown(Deadline.after(Duration.ZERO)));
            assertThrows(IOException.class, () -> dial(listening));
        }
    }

    @Test
    void aServersCloseIsSaidToEach() throws Exception {
        WebSocketServer listening = start(WebSocketTest::echo);
        try (WebSocket one = dial(listening); WebSocket other = dial(listening)) {
            Waiting.await("both handlers", () -> listening.connectionCount() == 2);
            listening.close();
            assertEquals(new Message.Close(CloseCode.GOING_AWAY, ""), one.receive(patience()));
            assertEquals(new Message.Close(CloseCode.GOING_AWAY, ""), other.receive(patience()));
        }
    }

    @Test
    void aServerIsClosedThoughAGoodbyeFails() throws Exception {
        var handling = new AtomicReference<Thread>();
        WebSocketServer listening = start(socket -> {
            handling.set(Thread.currentThread());
            while (true) {
                socket.send(ByteBuffer.allocate(8 * 1024 * 1024));
            }
        });
        Logger logger = Logger.getLogger(WebSocket.class.getName());
        WebSocket socket = dial(listening);
        try {
            Waiting.await("the handler to wait for its peer",
                    () -> handling.get() != null && handling.get().getState() == Thread.State.WAITING);
            logger.setLevel(Level.FINE); // that of a goodbye for which there is no room
            log.failWith(new OutOfMemoryError("no memory for an entry, on purpose"));
            assertThrows(OutOfMemoryError.class, listening::close);
            assertThrows(IOException.class, () -> dial(listening));
        } finally {
            log.failWith(null);
            logger.setLevel(null);
            socket.abort();
            listening.close();
        }
    }

    /// However long that takes the handler, the close timeout is the peer's.
    @Test
    void aShutdownLetsAHandlerHaveWhatHasCome() throws Exception {
        int count = 20;
        var received = new AtomicInteger();
        var hasBegun = new CountDownLatch(1); // whoever comes too late for the goodbyes is closed without a handler
        var mayGoOn = new CountDownLatch(1);
        try (WebSocketServer listening = impatientServer().handler(socket -> {
            hasBegun.countDown();
            mayGoOn.await();
            while (socket.receive() instanceof Message.Text) {
                received.incrementAndGet();
            }
        }).start(listener()); WebSocket socket = dial(listening)) {
            for (int i = 0; i < count; i++) {
                socket.send("x");
            }
            Waiting.await("the handler", () -> hasBegun.getCount() == 0);
            var shutdown = Waiting.parked(ThreadKind.VIRTUAL, () -> listening.shutdown(patience()));
            assertEquals(new Message.Close(CloseCode.GOING_AWAY, ""), socket.receive(patience()));
            awaitMoreThanTheCloseTimeout();
            mayGoOn.countDown();
            socket.close();
            assertTrue(shutdown.value());
        }
        assertEquals(count, received.get());
    }

    private static WebSocketServer.Builder impatientServer() {
        return WebSocketServer.builder().options(WebSocketOptions.builder().closeTimeout(SOON).build());
    }

    private static void awaitMoreThanTheCloseTimeout() {
        var pause = Deadline.after(SOON.multipliedBy(3));
        Waiting.await("the close timeout to be over", pause::isExpired);
    }

    @Test
    void aShutdownCutsOffAPeerThatDoesNotAnswerOnceItsMessagesAreReceived() throws Exception {
        var received = new AtomicReference<Message>();
        var hasBegun = new CountDownLatch(1);
        var mayGoOn = new CountDownLatch(1);
        try (WebSocketServer listening = impatientServer().handler(socket -> {
            hasBegun.countDown();
            mayGoOn.await();
            received.set(socket.receive());
            socket.receive();
        }).start(listener()); RawPeer peer = RawPeer.upgraded(listening.localAddress())) {
            peer.send(RawPeer.frame(0x81, (byte) 'x'));
            Waiting.await("the handler", () -> hasBegun.getCount() == 0);
            var shutdown = Waiting.parked(ThreadKind.VIRTUAL, () -> listening.shutdown(patience()));
            assertEquals(1001, peer.readFrame().closeCode());
            awaitMoreThanTheCloseTimeout();
            mayGoOn.countDown();
            assertTrue(shutdown.value());
        }
        assertEquals(text("x"), received.get());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aShutdownCutsOffAPeerThatStopsWithinAMessage(boolean isReadInPieces) throws Exception {
        var hasBegun = new CountDownLatch(1);
        var mayGoOn = new CountDownLatch(1);
        try (WebSocketServer listening = impatientServer().handler(socket -> {
            hasBegun.countDown();
            mayGoOn.await();
            if (isReadInPieces) {
                socket.receiveReader().orElseThrow().close();
            } else {
                socket.receive();
            }
        }).start(listener()); RawPeer peer = RawPeer.upgraded(listening.localAddress())) {
            peer.send(Arrays.copyOf(RawPeer.frame(0x81, (byte) 'x', (byte) 'y'), 7));
            Waiting.await("the handler", () -> hasBegun.getCount() == 0);
            var shutdown = Waiting.parked(ThreadKind.VIRTUAL, () -> listening.shutdown(patience()));
            assertEquals(1001, peer.readFrame().closeCode());
            awaitMoreThanTheCloseTimeout();
            mayGoOn.countDown();
            assertTrue(shutdown.value());
        }
    }

    /// 5.5.1: "An endpoint MAY delay sending a Close frame until its current message is sent".
    @Test
    void aShutdownLetsAPeerSendItsMessageToTheEndHoweverLongThatTakes() throws Exception {
        int pieceCount = 30;
        var received = new AtomicInteger();
        var hasBegun = new CountDownLatch(1);
        options = WebSocketOptions.builder().closeTimeout(SOON.multipliedBy(8)).build();
        try (WebSocketServer listening = WebSocketServer.builder().options(options).handler(socket -> {
            hasBegun.countDown();
            MessageReader reader = socket.receiveReader().orElseThrow();
            received.set(reader.inputStream().readAllBytes().length);
            socket.receive();
        }).start(listener()); RawPeer peer = RawPeer.upgraded(listening.localAddress())) {
            peer.send(RawPeer.frame(0x02, (byte) 'x'));
            Waiting.await("the handler", () -> hasBegun.getCount() == 0);
            var shutdown = Waiting.parked(ThreadKind.VIRTUAL, () -> listening.shutdown(patience()));
            assertEquals(1001, peer.readFrame().closeCode());
            for (int i = 0; i < pieceCount; i++) { // takes the close timeout almost twice
                var pause = Deadline.after(SOON.dividedBy(2));
                Waiting.await("the next piece's time", pause::isExpired);
                peer.send(RawPeer.frame(0x00, (byte) 'x'));
            }
            peer.send(RawPeer.frame(0x80));
            peer.send(RawPeer.frame(0x88));
            peer.shutdownOutput();
            assertTrue(shutdown.value());
        }
        assertEquals(1 + pieceCount, received.get());
    }

    @Test
    void aHandlerThatOutlivesAShutdownGoesOn() throws Exception {
        var goodbye = new AtomicReference<Thread>();
        var received = new ArrayList<Message>();
        var hasBegun = new CountDownLatch(1);
        try (WebSocketServer listening = WebSocketServer.builder().handler(socket -> {
            hasBegun.countDown();
            while (socket.receive() instanceof Message.Text message) {
                received.add(message);
            }
        }).closers(task -> {
            goodbye.set(Thread.ofVirtual().unstarted(task));
            return goodbye.get();
        }).start(listener()); WebSocket socket = dial(listening)) {
            Waiting.await("the handler", () -> hasBegun.getCount() == 0);
            assertFalse(listening.shutdown(Deadline.after(Duration.ZERO)));
            assertTrue(goodbye.get().join(Waiting.PATIENCE));
            socket.send("late");
            assertEquals(new Message.Close(CloseCode.GOING_AWAY, ""), socket.receive(patience()));
            socket.close();
            assertTrue(listening.shutdown(patience()));
        }
        assertEquals(List.of(text("late")), received);
    }

    @Test
    void aHandlerThatFailsClosesWith1011AndIsLogged() throws Exception {
        try (WebSocketServer listening = start(_ -> {
            throw new IllegalStateException("no luck");
        }); WebSocket socket = dial(listening)) {
            assertEquals(new Message.Close(CloseCode.INTERNAL_ERROR, ""), socket.receive(patience()));
            socket.close();
            Waiting.await("the log", () -> log.entries().stream()
                    .anyMatch(entry -> entry.getThrown() instanceof IllegalStateException));
        }
    }

    /// As one has that was cancelled.
    @Test
    void aHandlerThatReturnsWithItsInterruptStatusSetHasItsCloseAnswered() throws Exception {
        try (WebSocketServer listening = start(_ -> Thread.currentThread().interrupt());
                var peer = RawPeer.upgraded(listening.localAddress())) {
            assertEquals(1000, peer.readFrame().closeCode());
            for (int i = 0; i < 200; i++) { // so many that one waits for some of them
                peer.send(RawPeer.frame(0x82, new byte[16 * 1024])); // dropped, until the answer comes
            }
            peer.send(RawPeer.frame(0x88, (byte) 0x03, (byte) 0xE8));
            assertTrue(peer.isEnded());
        }
    }

    @Test
    void threadsOfAHandlerMayUseItsSocket() throws Exception {
        try (WebSocketServer listening = start(socket -> {
            var pinging = Waiting.start(ThreadKind.PLATFORM, () -> {
                socket.ping(patience());
                socket.send("pinged");
            });
            echo(socket);
            pinging.value();
        }); WebSocket socket = dial(listening)) {
            socket.send("echoed");
            var received = Set.of(socket.receive(patience()), socket.receive(patience()));
            assertEquals(Set.of(text("echoed"), text("pinged")), received);
        }
    }

    private static WebSocketServer start(WebSocketHandler handler) throws IOException {
        return WebSocketServer.builder().handler(handler).start(listener());
    }

    private static TcpListener listener() throws IOException {
        return TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), TcpOptions.defaults());
    }

    private static WebSocket dial(WebSocketServer listening) throws IOException {
        return WebSocket.connect(URI.create("ws://127.0.0.1:" + listening.localAddress().getPort() + "/"));
    }
}
