package dev.asyncio.net;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadPendingException;
import java.nio.channels.WritePendingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What [ByteStream] promises, for any implementation: extend it and say how two connected ends are made. Whatever
/// waits is tested on a virtual and on a platform thread. A call of the test itself that should not wait, but does, is
/// interrupted in the end.
@ExtendWith(NothingLeftOver.class)
@Timeout(60)
public abstract class ByteStreamContract {

    private static final Duration SHORT = Duration.ofMillis(20);

    /// Two connected ends.
    ///
    /// @param stream the one under test
    /// @param peer what it is connected to
    public record Ends(ByteStream stream, ByteStream peer) {}

    private ByteStream stream;
    private ByteStream peer;

    /// Makes a new connection.
    protected abstract Ends connect() throws Exception;

    /// Makes a new connection whose end under test has a read timeout.
    ///
    /// @return empty if it can have none
    protected Optional<Ends> connect(Duration readTimeout) throws Exception {
        return Optional.empty();
    }

    /// How much the tests of large transfers move.
    protected int bulkBytes() {
        return 4 * 1024 * 1024;
    }

    /// Whether one direction may end alone. RFC 5246, section 7.2.1, knows no such thing for TLS 1.2.
    protected boolean hasHalfClose() {
        return true;
    }

    @BeforeEach
    void openEnds() throws Exception {
        Ends ends = connect();
        stream = ends.stream();
        peer = ends.peer();
    }

    @AfterEach
    void closeEnds() throws IOException {
        stream.close();
        peer.close();
    }

    // ---- reading

    @Test
    void readTakesWhatHasComeAndNoMoreThanFits() throws IOException {
        peer.write(bytes("hello"));
        var three = ByteBuffer.allocate(3);
        stream.readFully(three, patience());
        assertEquals("hel", text(three));
        assertEquals("lo", readText(2));
    }

    @Test
    void readFillsEveryKindOfBufferBetweenItsPositionAndLimit() throws IOException {
        ByteBuffer[] kinds = {
            ByteBuffer.allocate(9),
            ByteBuffer.allocateDirect(9),
            ByteBuffer.allocate(12).position(3).slice(),
            ByteBuffer.allocateDirect(12).position(3).slice()
        };
        for (ByteBuffer dst : kinds) {
            dst.put(bytes("123456789")).position(2).limit(7);
            peer.write(bytes("hello"));
            int count = stream.read(dst, patience());
            assertEquals(2 + count, dst.position());
            assertEquals(7, dst.limit());
            stream.readFully(dst, patience());
            assertEquals(7, dst.limit());
            assertEquals("12hello89", text(dst.limit(9).position(9)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void readWaitsForBytes(ThreadKind kind) throws Exception {
        var reading = Waiting.parked(kind, () -> readText(5));
        peer.write(bytes("hello"));
        assertEquals("hello", reading.value());
    }

    @Test
    void aFullBufferDoesNotWait() throws IOException {
        assertEquals(0, stream.read(ByteBuffer.allocate(0)));
        assertEquals(0, stream.read(ByteBuffer.allocate(5).position(5), patience()));
        stream.readFully(ByteBuffer.allocate(0), patience());
    }

    @Test
    void thePeersEndIsReadAgainAndAgainAndWritingStillWorks() throws IOException {
        Assumptions.assumeTrue(hasHalfClose(), "no half close");
        peer.write(bytes("bye"));
        peer.shutdownOutput();
        assertEquals("bye", readText(3));
        for (int i = 0; i < 3; i++) {
            assertEquals(-1, stream.read(ByteBuffer.allocate(1), patience()));
        }
        stream.awaitReadable(patience());
        stream.write(bytes("still here"));
        assertEquals("still here", readText(peer, 10));
    }

    @ParameterizedTest
    @EnumSource
    void thePeersEndWakesTheReader(ThreadKind kind) throws Exception {
        var reading = Waiting.parked(kind, () -> stream.read(ByteBuffer.allocate(1)));
        peer.shutdownOutput();
        assertEquals(-1, reading.value());
    }

    @ParameterizedTest
    @EnumSource
    void thePeersCloseIsItsEnd(ThreadKind kind) throws Exception {
        var reading = Waiting.parked(kind, () -> stream.read(ByteBuffer.allocate(1)));
        peer.close();
        assertEquals(-1, reading.value());
    }

    @Test
    void readFullyThrowsWhenTheStreamEndsBefore() throws IOException {
        peer.write(bytes("hel"));
        peer.shutdownOutput();
        var five = ByteBuffer.allocate(5);
        var e = assertThrows(EOFException.class, () -> stream.readFully(five, patience()));
        assertEquals("expected 5 bytes, got 3, from " + stream, e.getMessage());
        assertEquals("hel", text(five));
    }

    @Test
    void readFullyCountsWhatCameBeforeItsDeadlineAndCanGoOn() throws IOException {
        peer.write(bytes("hel"));
        var five = ByteBuffer.allocate(5);
        stream.awaitReadable(patience());
        var passed = Deadline.after(Duration.ZERO);
        var timeout = assertThrows(SocketTimeoutException.class, () -> stream.readFully(five, passed));
        assertEquals(3, timeout.bytesTransferred);
        assertEquals("hel", text(five));
        peer.write(bytes("lo"));
        stream.readFully(five, patience());
        assertEquals("hello", text(five));
    }

    @ParameterizedTest
    @EnumSource
    void awaitReadableWaitsAndTakesNothing(ThreadKind kind) throws Exception {
        for (int i = 0; i < 3; i++) {
            var waiting = Waiting.parked(kind, () -> stream.awaitReadable(patience()));
            peer.write(bytes("hello"));
            waiting.value();
            assertEquals("hello", readText(5));
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePeersEndEndsAwaitReadable(ThreadKind kind) throws Exception {
        var waiting = Waiting.parked(kind, () -> stream.awaitReadable(Deadline.never()));
        peer.shutdownOutput();
        waiting.value();
        assertEquals(-1, stream.read(ByteBuffer.allocate(1), patience()));
    }

    @Test
    void aReadOnlyBufferIsRefusedAndTheStreamGoesOn() throws Exception {
        peer.write(bytes("hello"));
        assertThrows(RuntimeException.class, () -> stream.read(bytes("12345").asReadOnlyBuffer(), patience()));
        assertEquals("hello", readText(5));
    }

    // ---- writing

    @Test
    void writeTakesAllOfEveryKindOfBuffer() throws IOException {
        var direct = ByteBuffer.allocateDirect(8).put(bytes("direct")).flip();
        var readOnly = bytes("read-only").asReadOnlyBuffer();
        var slice = bytes("a slice of it").position(2).limit(7).slice();
        var middle = bytes("the middle").position(4);
        for (ByteBuffer src : new ByteBuffer[] {direct, readOnly, slice, middle}) {
            int count = src.remaining();
            String expected = StandardCharsets.UTF_8.decode(src.duplicate()).toString();
            assertEquals(count, stream.write(src));
            assertEquals(0, src.remaining());
            assertEquals(expected, readText(peer, count));
        }
    }

    @Test
    void buffersAreWrittenInTheirOrder() throws IOException {
        ByteBuffer[] srcs = {
            bytes("not this"), bytes("one "), ByteBuffer.allocate(0), bytes("two "), bytes("three"), bytes("nor this")
        };
        assertEquals(13, stream.write(srcs, 1, 4));
        assertEquals("one two three", readText(peer, 13));
        assertEquals(8, srcs[0].remaining());
        assertEquals(8, srcs[5].remaining());
        assertEquals(16, stream.write(new ByteBuffer[] {srcs[0], srcs[5]}));
        assertEquals("not thisnor this", readText(peer, 16));
        assertThrows(IndexOutOfBoundsException.class, () -> stream.write(srcs, 4, 3));
    }

    @Test
    void anEmptyBufferDoesNotWait() throws Exception {
        fillUntilWriteWaits();
        assertEquals(0, stream.write(ByteBuffer.allocate(0)));
        assertEquals(0, stream.write(new ByteBuffer[0]));
        assertEquals(0, stream.write(new ByteBuffer[] {ByteBuffer.allocate(0)}));
    }

    @Test
    void whoForgetsABufferKeepsTheStream() throws IOException {
        assertThrows(NullPointerException.class, () -> stream.read(null, patience()));
        assertThrows(NullPointerException.class, () -> stream.write((ByteBuffer) null, patience()));
        assertThrows(NullPointerException.class, () -> stream.write(new ByteBuffer[] {null}));
        peer.write(bytes("hello"));
        assertEquals("hello", readText(5));
        stream.write(bytes("hello"));
        assertEquals("hello", readText(peer, 5));
    }

    @Test
    void largeTransfersArriveWholeInBothDirectionsAtOnce() throws Exception {
        byte[] there = random(bulkBytes(), 1);
        byte[] back = random(bulkBytes(), 2);
        var sending = Waiting.start(ThreadKind.VIRTUAL, () -> stream.write(ByteBuffer.wrap(there)));
        var answering = Waiting.start(ThreadKind.PLATFORM, () -> sendInGathers(peer, back));
        var receiving = Waiting.start(ThreadKind.VIRTUAL, () -> receive(peer, there.length));
        assertArrayEquals(back, receive(stream, back.length));
        assertArrayEquals(there, receiving.value());
        assertEquals(there.length, sending.value());
        answering.value();
    }

    private static void sendInGathers(ByteStream to, byte[] all) throws IOException {
        int half = all.length / 2;
        int quarter = half / 2;
        ByteBuffer[] srcs = {
            ByteBuffer.wrap(all, 0, 10),
            ByteBuffer.allocateDirect(quarter - 10).put(all, 10, quarter - 10).flip(),
            ByteBuffer.wrap(all, quarter, half - quarter),
            ByteBuffer.wrap(all, half, all.length - half)
        };
        assertEquals(all.length, to.write(srcs));
    }

    @Test
    void aPeerThatReadsSlowlyMakesTheWriterWaitAndLosesNothing() throws Exception {
        byte[] all = random(bulkBytes() / 4, 3);
        var sending = Waiting.start(ThreadKind.VIRTUAL, () -> stream.write(ByteBuffer.wrap(all)));
        var received = ByteBuffer.allocate(all.length);
        while (received.hasRemaining()) {
            var piece = ByteBuffer.allocate(Math.min(received.remaining(), 4_093));
            peer.readFully(piece, patience());
            received.put(piece.flip());
        }
        sending.value();
        assertArrayEquals(all, received.array());
    }

    @Test
    void halfCloseLetsThePeerAnswer() throws IOException {
        Assumptions.assumeTrue(hasHalfClose(), "no half close");
        stream.write(bytes("question"));
        stream.shutdownOutput();
        stream.shutdownOutput();
        assertEquals("question", readText(peer, 8));
        assertEquals(-1, peer.read(ByteBuffer.allocate(1), patience()));
        peer.write(bytes("answer"));
        assertEquals("answer", readText(6));
        assertThrows(ClosedChannelException.class, () -> stream.write(bytes("more")));
        assertTrue(stream.isOpen());
    }

    @Test
    void anEndWithADeadlineDoesNotWaitForAPeerThatDoesNotRead() throws Exception {
        Assumptions.assumeTrue(hasHalfClose(), "no half close");
        long byteCount = 0;
        try {
            while (true) {
                byteCount += stream.write(ByteBuffer.allocate(bulkBytes()), Deadline.after(SHORT));
            }
        } catch (SocketTimeoutException e) {
            byteCount += e.bytesTransferred;
        }
        try {
            stream.shutdownOutput(Deadline.after(SHORT));
        } catch (SocketTimeoutException _) {
            // The end is on its way all the same.
        }
        assertRefused(() -> stream.write(bytes("more")));
        assertEquals(byteCount, countAtPeer().value());
    }

    @Test
    void afterItsOwnEndEveryWriteIsRefusedHoweverLittle(@TempDir Path folder) throws IOException {
        stream.shutdownOutput();
        assertRefused(() -> stream.write(ByteBuffer.allocate(0)));
        assertRefused(() -> stream.write(new ByteBuffer[0]));
        assertRefused(() -> stream.write(new ByteBuffer[] {ByteBuffer.allocate(0)}));
        assertRefused(() -> stream.outputStream().write(new byte[0]));
        try (FileChannel file = open(folder, new byte[1])) {
            assertRefused(() -> stream.transferFrom(file, 0, 1, patience()));
            assertRefused(() -> stream.transferFrom(file, 0, 0, patience()));
        }
    }

    @Test
    void bothEndsMayHalfClose() throws IOException {
        stream.write(bytes("mine"));
        stream.shutdownOutput();
        peer.write(bytes("yours"));
        peer.shutdownOutput();
        assertEquals("mine", readText(peer, 4));
        assertEquals("yours", readText(5));
        assertEquals(-1, peer.read(ByteBuffer.allocate(1), patience()));
        assertEquals(-1, stream.read(ByteBuffer.allocate(1), patience()));
        assertTrue(stream.isOpen() && peer.isOpen());
    }

    @Test
    void aRegionOfAFileIsSent(@TempDir Path folder) throws Exception {
        byte[] content = random(300_000, 4);
        try (FileChannel file = open(folder, content)) {
            var sending = Waiting.start(
                    ThreadKind.VIRTUAL, () -> stream.transferFrom(file, 1_000, 250_000, patience()));
            assertArrayEquals(Arrays.copyOfRange(content, 1_000, 251_000), receive(peer, 250_000));
            assertEquals(250_000L, sending.value());
            assertEquals(0, stream.transferFrom(file, 5, 0, patience()));
            assertEquals(0, file.position());
        }
    }

    @Test
    void aRegionBeyondTheEndOfTheFileIsAnError(@TempDir Path folder) throws Exception {
        try (FileChannel file = open(folder, new byte[100])) {
            var e = assertThrows(EOFException.class, () -> stream.transferFrom(file, 90, 20, patience()));
            assertTrue(e.getMessage().contains("10 of 20 bytes"), e.getMessage());
            assertEquals(10, receive(peer, 10).length);
            assertThrows(IllegalArgumentException.class, () -> stream.transferFrom(file, -1, 20, patience()));
            assertThrows(IllegalArgumentException.class, () -> stream.transferFrom(file, 1, -20, patience()));
        }
    }

    @Test
    void aClosedFileIsNotTakenForAClosedStream(@TempDir Path folder) throws IOException {
        FileChannel file = open(folder, new byte[100]);
        file.close();
        var e = assertThrows(FileSystemException.class, () -> stream.transferFrom(file, 0, 100, patience()));
        assertEquals("file region: the file's channel is closed", e.getMessage());
        assertUsable();
    }

    @Test
    void aDeadlineEndsATransferAndCountsWhatWentOut(@TempDir Path folder) throws Exception {
        long byteCount = bulkBytes() * 8L;
        try (FileChannel file = open(folder, new byte[0])) {
            fillWithZeros(file, byteCount);
            var timeout = assertThrows(
                    SocketTimeoutException.class,
                    () -> stream.transferFrom(file, 0, byteCount, Deadline.after(SHORT)));
            assertTrue(file.isOpen());
            assertPeerReceivesExactly(timeout.bytesTransferred);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptedThreadTransfersNothingAndTheFileStaysOpen(ThreadKind kind, @TempDir Path folder)
            throws Exception {
        Path path = Files.write(folder.resolve("file"), new byte[100]);
        try (var file = FileChannel.open(path)) {
            Waiting.start(kind, () -> {
                Thread.currentThread().interrupt();
                var e = assertThrows(
                        InterruptedIOException.class,
                        () -> stream.transferFrom(file, 0, 100, Deadline.never()));
                assertEquals(0, e.bytesTransferred);
                assertTrue(Thread.interrupted());
            })
                    .value();
            assertTrue(file.isOpen());
        }
        assertUsable();
    }

    private static void fillWithZeros(FileChannel file, long byteCount) throws IOException {
        file.write(ByteBuffer.allocate(1), byteCount - 1);
    }

    private static FileChannel open(Path folder, byte[] content) throws IOException {
        return FileChannel.open(
                Files.write(folder.resolve("file"), content), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    // ---- I closed it

    @Test
    void afterItsOwnCloseEveryCallIsRefused() throws IOException {
        assertTrue(stream.isOpen());
        stream.close();
        stream.close();
        assertFalse(stream.isOpen());
        assertRefused(() -> stream.read(ByteBuffer.allocate(1)));
        assertRefused(() -> stream.read(ByteBuffer.allocate(0)));
        assertRefused(() -> stream.write(bytes("x")));
        assertRefused(() -> stream.write(ByteBuffer.allocate(0)));
        assertRefused(() -> stream.write(new ByteBuffer[] {bytes("x")}));
        assertRefused(() -> stream.awaitReadable(patience()));
        assertRefused(stream::shutdownOutput);
        assertRefused(() -> stream.readFully(ByteBuffer.allocate(1), patience()));
        assertRefused(() -> stream.inputStream().read());
        assertRefused(() -> stream.outputStream().write(1));
        stream.abort();
    }

    @Test
    void aClosedStreamTouchesNoBuffer(@TempDir Path folder) throws IOException {
        stream.close();
        var src = bytes("x");
        assertRefused(() -> stream.write(src));
        assertRefused(() -> stream.write(new ByteBuffer[] {src}, 0, 1));
        assertEquals(0, src.position());
        try (FileChannel file = open(folder, new byte[1])) {
            assertRefused(() -> stream.transferFrom(file, 0, 1, patience()));
        }
    }

    private static void assertRefused(org.junit.jupiter.api.function.Executable call) {
        assertSame(ClosedChannelException.class, assertThrows(ClosedChannelException.class, call).getClass());
    }

    @ParameterizedTest
    @EnumSource
    void closeWakesTheReader(ThreadKind kind) throws Exception {
        var reading = Waiting.parked(kind, () -> stream.read(ByteBuffer.allocate(1)));
        stream.close();
        reading.failure(AsynchronousCloseException.class);
    }

    @ParameterizedTest
    @EnumSource
    void closeWakesWhoeverAwaitsReadable(ThreadKind kind) throws Exception {
        var waiting = Waiting.parked(kind, () -> stream.awaitReadable(Deadline.never()));
        stream.close();
        waiting.failure(AsynchronousCloseException.class);
    }

    @ParameterizedTest
    @EnumSource
    void closeWakesTheWriter(ThreadKind kind) throws Exception {
        var writing = Waiting.parked(kind, () -> writeForEver(Deadline.never()));
        stream.close();
        writing.failure(AsynchronousCloseException.class);
    }

    @ParameterizedTest
    @EnumSource
    void closeWakesReaderAndWriterTogether(ThreadKind kind) throws Exception {
        var reading = Waiting.parked(kind, () -> stream.read(ByteBuffer.allocate(1)));
        var writing = Waiting.parked(kind, () -> writeForEver(Deadline.never()));
        stream.close();
        reading.failure(AsynchronousCloseException.class);
        writing.failure(AsynchronousCloseException.class);
    }

    @ParameterizedTest
    @EnumSource
    void abortWakesReaderAndWriterToo(ThreadKind kind) throws Exception {
        var reading = Waiting.parked(kind, () -> stream.read(ByteBuffer.allocate(1)));
        var writing = Waiting.parked(kind, () -> writeForEver(Deadline.never()));
        stream.abort();
        reading.failure(AsynchronousCloseException.class);
        writing.failure(AsynchronousCloseException.class);
        assertFalse(stream.isOpen());
        assertRefused(() -> stream.read(ByteBuffer.allocate(1)));
        assertRefused(() -> stream.write(bytes("x")));
        stream.abort();
        stream.close();
    }

    @Test
    void whatWasWrittenBeforeCloseArrivesAndAnAbortIsTooLate() throws IOException {
        stream.write(bytes("last words"));
        stream.close();
        stream.abort();
        assertEquals("last words", readText(peer, 10));
        assertEquals(-1, peer.read(ByteBuffer.allocate(1), patience()));
    }

    @ParameterizedTest
    @EnumSource
    void manyMayCloseAtOnce(ThreadKind kind) throws Exception {
        var reading = Waiting.parked(kind, () -> stream.read(ByteBuffer.allocate(1)));
        var go = new AtomicBoolean();
        var closers = new Waiting<?>[8];
        for (int i = 0; i < closers.length; i++) {
            closers[i] = Waiting.start(kind, () -> {
                while (!go.get()) {
                    Thread.yield();
                }
                stream.close();
            });
        }
        go.set(true);
        for (Waiting<?> closer : closers) {
            closer.value();
        }
        reading.failure(AsynchronousCloseException.class);
    }

    // ---- interrupt

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsAReadAndTheStreamStaysUsable(ThreadKind kind) throws Exception {
        var dst = ByteBuffer.allocate(5);
        var reading = Waiting.parked(kind, () -> stream.read(dst));
        reading.interrupt();
        assertEquals(0, reading.failure(InterruptedIOException.class).bytesTransferred);
        assertTrue(reading.interruptStatus());
        assertEquals(0, dst.position());
        assertUsable();
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsAwaitReadableAndTheStreamStaysUsable(ThreadKind kind) throws Exception {
        var waiting = Waiting.parked(kind, () -> stream.awaitReadable(Deadline.never()));
        waiting.interrupt();
        waiting.failure(InterruptedIOException.class);
        assertTrue(waiting.interruptStatus());
        assertUsable();
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptOfReadFullyCountsWhatCameAndLosesNothing(ThreadKind kind) throws Exception {
        peer.write(bytes("hel"));
        stream.awaitReadable(patience());
        var five = ByteBuffer.allocate(5);
        var reading = Waiting.parked(kind, () -> stream.readFully(five));
        reading.interrupt();
        assertEquals(3, reading.failure(InterruptedIOException.class).bytesTransferred);
        assertTrue(reading.interruptStatus());
        assertEquals("hel", text(five));
        peer.write(bytes("lo"));
        stream.readFully(five, patience());
        assertEquals("hello", text(five));
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsAGatheringWriteAndCountsWhatWentOut(ThreadKind kind) throws Exception {
        ByteBuffer[] srcs = {ByteBuffer.allocate(10), ByteBuffer.allocate(bulkBytes() * 8)};
        var writing = Waiting.parked(kind, () -> stream.write(srcs));
        writing.interrupt();
        int byteCount = writing.failure(InterruptedIOException.class).bytesTransferred;
        assertEquals(srcs[0].position() + srcs[1].position(), byteCount);
        assertTrue(writing.interruptStatus());
        assertPeerReceivesExactly(byteCount);
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsAWriteAndCountsWhatWentOut(ThreadKind kind) throws Exception {
        var src = ByteBuffer.allocate(bulkBytes() * 8);
        var writing = Waiting.parked(kind, () -> stream.write(src));
        writing.interrupt();
        int bytesTransferred = writing.failure(InterruptedIOException.class).bytesTransferred;
        assertEquals(src.position(), bytesTransferred);
        assertTrue(writing.interruptStatus());
        receive(peer, src.position());
        assertUsable();
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptedThreadStillTakesWhatIsAtHand(ThreadKind kind) throws Exception {
        peer.write(bytes("hello"));
        stream.awaitReadable(patience());
        var reading = Waiting.start(kind, () -> {
            Thread.currentThread().interrupt();
            stream.write(bytes("out"));
            return stream.read(ByteBuffer.allocate(5));
        });
        assertTrue(reading.value() > 0);
        assertTrue(reading.interruptStatus());
        assertEquals("out", readText(peer, 3));
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptedThreadDoesNotWait(ThreadKind kind) throws Exception {
        var reading = Waiting.start(kind, () -> {
            Thread.currentThread().interrupt();
            return stream.read(ByteBuffer.allocate(5));
        });
        reading.failure(InterruptedIOException.class);
        assertTrue(reading.interruptStatus());
        var waiting = Waiting.start(kind, () -> {
            Thread.currentThread().interrupt();
            stream.awaitReadable(Deadline.never());
        });
        waiting.failure(InterruptedIOException.class);
        assertTrue(waiting.interruptStatus());
        assertUsable();
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptedThreadWritesWhatThereIsRoomFor(ThreadKind kind) throws Exception {
        var src = ByteBuffer.allocate(bulkBytes() * 8);
        var writing = Waiting.start(kind, () -> {
            Thread.currentThread().interrupt();
            return stream.write(src);
        });
        int byteCount = writing.failure(InterruptedIOException.class).bytesTransferred;
        assertTrue(writing.interruptStatus());
        assertTrue(byteCount > 0);
        assertEquals(src.position(), byteCount);
        assertPeerReceivesExactly(byteCount);
    }

    // ---- deadline

    @ParameterizedTest
    @EnumSource
    void aDeadlineEndsAReadAndNothingIsTaken(ThreadKind kind) throws Exception {
        var dst = ByteBuffer.allocate(5);
        long startNanos = System.nanoTime();
        Waiting.start(kind, () -> stream.read(dst, Deadline.after(SHORT))).failure(SocketTimeoutException.class);
        Waiting.start(kind, () -> stream.awaitReadable(Deadline.after(SHORT))).failure(SocketTimeoutException.class);
        assertTrue(System.nanoTime() - startNanos >= 2 * SHORT.toNanos(), "not before its time");
        assertEquals(0, dst.position());
        assertUsable();
    }

    @ParameterizedTest
    @EnumSource
    void aReadWithoutADeadlineHasTheStreamsOwn(ThreadKind kind) throws Exception {
        Optional<Ends> ends = connect(SHORT);
        Assumptions.assumeTrue(ends.isPresent(), "no read timeout");
        try (var impatient = ends.get().stream();
                var slow = ends.get().peer()) {
            var dst = ByteBuffer.allocate(5);
            List<Callable<?>> calls = List.of(
                    () -> impatient.read(dst),
                    () -> impatient.inputStream().read(),
                    () -> new LineReader(impatient, 5).readLine());
            long startNanos = System.nanoTime();
            for (Callable<?> call : calls) {
                Waiting.start(kind, call).failure(SocketTimeoutException.class);
            }
            Waiting.start(kind, () -> impatient.readFully(dst)).failure(SocketTimeoutException.class);
            assertTrue(System.nanoTime() - startNanos >= 4 * SHORT.toNanos(), "not before its time");
            assertEquals(0, dst.position());
            slow.write(bytes("hello"));
            assertEquals("hello", readText(impatient, 5));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineEndsAWriteAndCountsWhatWentOut(ThreadKind kind) throws Exception {
        var src = ByteBuffer.allocate(bulkBytes() * 8);
        var timeout = Waiting.start(kind, () -> stream.write(src, Deadline.after(SHORT)))
                .failure(SocketTimeoutException.class);
        assertEquals(src.position(), timeout.bytesTransferred);
        assertTrue(src.hasRemaining());
        assertPeerReceivesExactly(src.position());
    }

    @Test
    void aGatheringWriteCountsWhatWentOutBeforeItsDeadline() throws Exception {
        ByteBuffer[] srcs = {ByteBuffer.allocate(10), ByteBuffer.allocate(bulkBytes() * 8)};
        var timeout = assertThrows(
                SocketTimeoutException.class, () -> stream.write(srcs, 0, 2, Deadline.after(SHORT)));
        assertEquals(srcs[0].position() + srcs[1].position(), timeout.bytesTransferred);
        assertPeerReceivesExactly(timeout.bytesTransferred);
    }

    @Test
    void aDeadlineThatHasPassedStillTakesWhatIsAtHand() throws IOException {
        var passed = Deadline.after(Duration.ZERO);
        peer.write(bytes("hello"));
        stream.awaitReadable(patience());
        assertTrue(stream.read(ByteBuffer.allocate(5), passed) > 0);
        assertEquals(3, stream.write(bytes("out"), passed));
        assertEquals("out", readText(peer, 3));
    }

    // ---- two at once

    @ParameterizedTest
    @EnumSource
    void aSecondReaderIsRefusedAndTheFirstNotDisturbed(ThreadKind kind) throws Exception {
        var first = Waiting.parked(kind, () -> readText(5));
        assertThrows(ReadPendingException.class, () -> stream.read(ByteBuffer.allocate(1)));
        assertThrows(ReadPendingException.class, () -> stream.read(ByteBuffer.allocate(0)));
        assertThrows(ReadPendingException.class, () -> stream.awaitReadable(patience()));
        peer.write(bytes("hello"));
        assertEquals("hello", first.value());
    }

    @ParameterizedTest
    @EnumSource
    void whoeverAwaitsReadableCountsAsTheReader(ThreadKind kind) throws Exception {
        var first = Waiting.parked(kind, () -> stream.awaitReadable(Deadline.never()));
        var dst = ByteBuffer.allocate(1);
        assertThrows(ReadPendingException.class, () -> stream.read(dst));
        assertThrows(ReadPendingException.class, () -> stream.awaitReadable(patience()));
        assertEquals(0, dst.position());
        peer.write(bytes("hello"));
        first.value();
        assertEquals("hello", readText(5));
    }

    @ParameterizedTest
    @EnumSource
    void aSecondWriterIsRefusedAndTheFirstNotDisturbed(ThreadKind kind, @TempDir Path folder) throws Exception {
        var src = ByteBuffer.allocate(bulkBytes() * 8);
        var first = Waiting.parked(kind, () -> stream.write(src));
        var refused = bytes("x");
        assertThrows(WritePendingException.class, () -> stream.write(refused));
        assertThrows(WritePendingException.class, () -> stream.write(new ByteBuffer[] {refused}));
        assertThrows(WritePendingException.class, () -> stream.write(ByteBuffer.allocate(0)));
        assertThrows(WritePendingException.class, () -> stream.write(new ByteBuffer[0]));
        assertThrows(WritePendingException.class, stream::shutdownOutput);
        assertEquals(0, refused.position());
        try (FileChannel file = open(folder, new byte[1])) {
            assertThrows(WritePendingException.class, () -> stream.transferFrom(file, 0, 1, patience()));
        }
        receive(peer, src.capacity());
        assertEquals(src.capacity(), first.value());
    }

    @ParameterizedTest
    @EnumSource
    void aReaderAndAWriterDoNotDisturbEachOther(ThreadKind kind) throws Exception {
        var reading = Waiting.parked(kind, () -> readText(5));
        stream.write(bytes("out"));
        assertEquals("out", readText(peer, 3));
        peer.write(bytes("hello"));
        assertEquals("hello", reading.value());
    }

    // ---- broken

    @ParameterizedTest
    @EnumSource
    void aResetWakesTheReader(ThreadKind kind) throws Exception {
        var reading = Waiting.parked(kind, () -> stream.read(ByteBuffer.allocate(1)));
        peer.abort();
        assertBroken(reading.failure(IOException.class));
        assertThrows(IOException.class, () -> {
            stream.write(bytes("x"));
            stream.write(bytes("x"));
        });
    }

    @ParameterizedTest
    @EnumSource
    void aResetWakesTheWriter(ThreadKind kind) throws Exception {
        var writing = Waiting.parked(kind, () -> writeForEver(Deadline.never()));
        peer.abort();
        assertBroken(writing.failure(IOException.class));
    }

    @ParameterizedTest
    @EnumSource
    void aResetEndsAwaitReadableAndTheReadTells(ThreadKind kind) throws Exception {
        var reading = Waiting.parked(kind, () -> {
            stream.awaitReadable(Deadline.never());
            return stream.read(ByteBuffer.allocate(1));
        });
        peer.abort();
        assertBroken(reading.failure(IOException.class));
    }

    @Test
    void aBrokenStreamStaysBrokenUntilItIsClosed() throws IOException {
        peer.abort();
        for (int i = 0; i < 2; i++) {
            assertBroken(
                    assertThrows(IOException.class, () -> stream.read(ByteBuffer.allocate(1), patience())));
            assertBroken(assertThrows(IOException.class, () -> writeForEver(patience())));
        }
        assertTrue(stream.isOpen());
        stream.close();
        assertRefused(() -> stream.read(ByteBuffer.allocate(1)));
    }

    private static void assertBroken(IOException e) {
        assertFalse(e instanceof ClosedChannelException || e instanceof InterruptedIOException, e::toString);
        assertTrue(e.getMessage().matches("(read from|write to) .*: .+"), e.getMessage());
    }

    // ---- views

    @Test
    void viewsReadAndWriteSingleBytesAndArrays() throws IOException {
        var output = stream.outputStream();
        var input = peer.inputStream();
        output.write(0xFF);
        output.write(0);
        output.write("xhellox".getBytes(StandardCharsets.UTF_8), 1, 5);
        output.flush();
        assertEquals(0xFF, input.read());
        assertEquals(0, input.read());
        assertEquals(0, input.read(new byte[5], 5, 0));
        assertArrayEquals("hello".getBytes(StandardCharsets.UTF_8), input.readNBytes(5));
        assertThrows(IndexOutOfBoundsException.class, () -> input.read(new byte[5], 3, 3));
        assertThrows(IndexOutOfBoundsException.class, () -> output.write(new byte[5], 3, 3));
        stream.shutdownOutput();
        assertEquals(-1, input.read());
        assertEquals(-1, input.read(new byte[1]));
    }

    @Test
    void viewsTransferAll() throws Exception {
        byte[] all = random(bulkBytes() / 4, 5);
        var sending = Waiting.start(ThreadKind.VIRTUAL, () -> {
            new ByteArrayInputStream(all).transferTo(stream.outputStream());
            stream.shutdownOutput();
        });
        assertArrayEquals(all, peer.inputStream().readAllBytes());
        sending.value();
    }

    @Test
    void closingAViewClosesTheStream() throws IOException {
        stream.inputStream().close();
        assertFalse(stream.isOpen());
        peer.outputStream().close();
        assertFalse(peer.isOpen());
    }

    // ---- support

    /// The two ends of a TCP connection over loopback, the connecting one first.
    public static Ends overLoopback(TcpOptions options) throws IOException {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var listener = TcpListener.bind(loopback, options)) {
            TcpStream stream = TcpStream.connect(listener.localAddress(), options, Deadline.never());
            return new Ends(stream, listener.accept(patience()));
        }
    }

    /// Options with nothing special but a read timeout.
    public static TcpOptions withReadTimeout(Duration timeout) {
        return TcpOptions.builder().readTimeout(timeout).build();
    }

    public static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    public static byte[] random(int count, long seed) {
        var bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /// Reads exactly so many bytes, within patience.
    public static byte[] receive(ByteStream from, int byteCount) throws IOException {
        var all = ByteBuffer.allocate(byteCount);
        from.readFully(all, patience());
        return all.array();
    }

    public static String readText(ByteStream from, int byteCount) throws IOException {
        return new String(receive(from, byteCount), StandardCharsets.UTF_8);
    }

    private String readText(int byteCount) throws IOException {
        return readText(stream, byteCount);
    }

    private static String text(ByteBuffer filled) {
        return StandardCharsets.UTF_8.decode(filled.duplicate().flip()).toString();
    }

    private Void writeForEver(Deadline deadline) throws IOException {
        while (true) {
            stream.write(ByteBuffer.allocate(64 * 1024), deadline);
        }
    }

    private void fillUntilWriteWaits() {
        assertThrows(SocketTimeoutException.class, () -> writeForEver(Deadline.after(Duration.ZERO)));
    }

    /// Ends the stream's output, and counts what comes out at the other end.
    private void assertPeerReceivesExactly(long byteCount) throws Exception {
        var counting = countAtPeer();
        stream.shutdownOutput();
        assertEquals(byteCount, counting.value());
    }

    private Waiting<Long> countAtPeer() {
        return Waiting.start(
                ThreadKind.VIRTUAL, () -> peer.inputStream().transferTo(OutputStream.nullOutputStream()));
    }

    private void assertUsable() throws IOException {
        peer.write(bytes("go on"));
        assertEquals("go on", readText(5));
        stream.write(bytes("yes"));
        assertEquals("yes", readText(peer, 3));
    }
}
