package dev.asyncio.net;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoop;
import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NothingLeftOver.class)
class TcpServerTest {

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    private TcpServer server;

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    private void start(TcpOptions options, StreamHandler handler) throws IOException {
        server = TcpServer.start(TcpListener.bind(new InetSocketAddress("127.0.0.1", 0), options), handler);
    }

    private void startEcho() throws IOException {
        start(TcpOptions.defaults(), TcpServerTest::echo);
    }

    private static void echo(TcpStream stream) throws IOException {
        var buffer = ByteBuffer.allocateDirect(16 * 1024);
        while (stream.read(buffer.clear()) != -1) {
            stream.write(buffer.flip());
        }
    }

    private TcpStream connect() throws IOException {
        return TcpStream.connect(server.localAddress(), TcpOptions.defaults(), patience());
    }

    private static void assertEchoes(TcpStream stream) throws IOException {
        stream.write(ByteStreamContract.bytes("hello"));
        assertEquals("hello", ByteStreamContract.readText(stream, 5));
    }

    private void awaitConnections(int count) {
        Waiting.await(count + " connections", () -> server.connectionCount() == count);
    }

    /// On a virtual thread it would keep its carrier, and with as many of these as carriers nobody else would run.
    @Test
    void writesThatNeverWaitLeaveTheLoopItsTurns() throws Exception {
        int writeCount = 5_000;
        try (var group = EventLoopGroup.builder().loopCount(1).build()) {
            EventLoop loop = group.next();
            var turnCount = new CompletableFuture<Long>();
            start(TcpOptions.builder().eventLoops(group).build(), stream -> {
                long before = loop.statistics().selectCount();
                for (int i = 0; i < writeCount; i++) {
                    stream.write(ByteStreamContract.bytes("x"));
                }
                turnCount.complete(loop.statistics().selectCount() - before);
            });
            try (var client = new Socket(server.localAddress().getAddress(), server.localAddress().getPort())) {
                assertEquals(writeCount, client.getInputStream().readNBytes(writeCount).length);
                long expected = writeCount / 256 - 1; // the last one may have begun, and not selected yet
                assertTrue(turnCount.get() >= expected, turnCount.get() + " turns");
            }
            server.close();
        }
    }

    /// Or the handshakes of all would come before the next message of whoever is served already.
    @Test
    void aCrowdBeforeTheDoorLeavesTheLoopItsTurns() throws Exception {
        int clientCount = 120;
        List<Socket> clients = new ArrayList<>();
        try (var group = EventLoopGroup.builder().loopCount(1).build()) {
            EventLoop loop = group.next();
            var options = TcpOptions.builder().eventLoops(group).build();
            TcpListener listener = TcpListener.bind(new InetSocketAddress("127.0.0.1", 0), options);
            InetSocketAddress address = listener.localAddress();
            for (int i = 0; i < clientCount; i++) {
                clients.add(new Socket(address.getAddress(), address.getPort())); // waits in the system's queue
            }
            var leave = new CountDownLatch(1);
            long before = loop.statistics().selectCount();
            server = TcpServer.start(listener, _ -> leave.await());
            awaitConnections(clientCount);
            long turnCount = loop.statistics().selectCount() - before;
            leave.countDown();
            server.close();
            long expected = clientCount / 16 - 1; // the last one may have begun, and not selected yet
            assertTrue(turnCount >= expected, turnCount + " turns");
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64 * 1024, 100 * 1024 * 1024})
    void aJdkSocketGetsItsBytesBack(int byteCount) throws Exception {
        startEcho();
        byte[] sent = ByteStreamContract.random(byteCount, byteCount);
        try (var socket = new Socket()) {
            socket.connect(server.localAddress());
            var sending = Waiting.start(ThreadKind.VIRTUAL, () -> {
                socket.getOutputStream().write(sent);
                socket.shutdownOutput();
            });
            assertArrayEquals(sent, socket.getInputStream().readAllBytes());
            sending.value();
        }
    }

    @Test
    void aJdkSocketThatSendsOneByteAtATimeGetsItsBytesBack() throws Exception {
        startEcho();
        try (var socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.connect(server.localAddress());
            for (int i = 0; i < 1_000; i++) {
                socket.getOutputStream().write(i);
                assertEquals(i & 0xFF, socket.getInputStream().read());
            }
        }
    }

    @Test
    void aClientThatNeverReadsStallsNobodyElse() throws Exception {
        startEcho();
        try (var silent = connect();
                var other = connect()) {
            var piece = ByteBuffer.allocateDirect(64 * 1024);
            assertThrows(SocketTimeoutException.class, () -> {
                while (true) {
                    silent.write(piece.clear(), Deadline.after(Duration.ofMillis(100)));
                }
            });
            assertEchoes(other);
        }
    }

    @Test
    void aHandlerThatThrowsEndsItsOwnConnectionAndIsLoggedWithItsAddress() throws Exception {
        start(TcpOptions.defaults(), stream -> {
            if (stream.read(ByteBuffer.allocate(1)) != -1) {
                throw new IllegalStateException("on purpose");
            }
        });
        try (var bad = connect();
                var good = connect()) {
            bad.write(ByteStreamContract.bytes("x"));
            assertEquals(-1, bad.read(ByteBuffer.allocate(1), patience()));
            Waiting.await("a log entry", () -> !log.entries().isEmpty());
            String message = log.entries().getFirst().getMessage();
            assertTrue(message.contains(bad.localAddress().toString()), message);
            assertEquals("on purpose", log.entries().getFirst().getThrown().getMessage());
            good.shutdownOutput();
            assertEquals(-1, good.read(ByteBuffer.allocate(1), patience()));
        }
    }

    @Test
    void theStreamIsClosedWhenTheHandlerReturns() throws Exception {
        var served = new AtomicReference<TcpStream>();
        start(TcpOptions.defaults(), served::set);
        try (var client = connect()) {
            assertEquals(-1, client.read(ByteBuffer.allocate(1), patience()));
            awaitConnections(0);
        }
        Waiting.await("the close", () -> !served.get().isOpen());
    }

    @Test
    void atItsLimitTheServerKeepsNewcomersWaiting() throws Exception {
        start(TcpOptions.builder().connectionLimit(2).build(), TcpServerTest::echo);
        var first = connect();
        try (first;
                var second = connect();
                var third = connect()) {
            assertEchoes(first);
            assertEchoes(second);
            third.write(ByteStreamContract.bytes("hello"));
            assertThrows(
                    SocketTimeoutException.class,
                    () -> third.read(ByteBuffer.allocate(1), Deadline.after(Duration.ofMillis(50))));
            first.close();
            assertEquals("hello", ByteStreamContract.readText(third, 5));
        }
    }

    @Test
    void shutdownLetsHandlersFinishAndRefusesNewcomers() throws Exception {
        startEcho();
        try (var client = connect()) {
            assertEchoes(client);
            assertFalse(server.shutdown(Deadline.after(Duration.ofMillis(10))));
            assertEchoes(client);
            Newcomers.awaitRefusal(server.localAddress());
            var winding = Waiting.parked(ThreadKind.PLATFORM, () -> server.shutdown(patience()));
            client.close();
            assertTrue(winding.value());
        }
        assertTrue(Newcomers.areRefused(server.localAddress()));
    }

    /// A task that others have to wait for, on a loop's thread.
    private static final class LongTask implements AutoCloseable {

        private final CountDownLatch hasBegun = new CountDownLatch(1);
        private final CompletableFuture<Void> mayEnd = new CompletableFuture<>();

        LongTask(TcpStream stream) throws InterruptedException {
            stream.runSoon(() -> {
                hasBegun.countDown();
                mayEnd.join();
            });
            hasBegun.await();
        }

        @Override
        public void close() {
            mayEnd.complete(null);
        }
    }

    @Test
    void aBusyLoopDoesNotKeepAShutdownBeyondItsDeadline() throws Exception {
        try (var group = EventLoopGroup.builder().loopCount(1).build()) {
            var options = TcpOptions.builder().eventLoops(group).build();
            start(options, TcpServerTest::echo);
            try (var client = TcpStream.connect(server.localAddress(), options, patience());
                    var _ = new LongTask(client)) {
                var winding = Waiting.start(
                        ThreadKind.PLATFORM, () -> server.shutdown(Deadline.after(Duration.ZERO)));
                assertFalse(winding.value());
            }
            assertTrue(server.shutdown(patience()));
            assertTrue(Newcomers.areRefused(server.localAddress()));
        }
    }

    @Test
    void aBusyLoopDoesNotKeepAnEndBeyondItsDeadline() throws Exception {
        writeAndEndWhileTheLoopIsBusy(stream -> stream.shutdownOutput(Deadline.after(Duration.ZERO)));
    }

    @Test
    void aBusyLoopDoesNotKeepAPartingBeyondItsTime() throws Exception {
        writeAndEndWhileTheLoopIsBusy(stream -> new Partings(Duration.ofMillis(20)).await(stream));
    }

    /// The end is the attempt before which a direction that has never waited leaves the loop a turn.
    private static void writeAndEndWhileTheLoopIsBusy(StreamHandler end) throws Exception {
        try (var group = EventLoopGroup.builder().loopCount(1).build()) {
            var options = TcpOptions.builder().eventLoops(group).build();
            try (var listener = TcpListener.bind(new InetSocketAddress("127.0.0.1", 0), options);
                    var stream = TcpStream.connect(listener.localAddress(), options, patience());
                    var _ = listener.accept(patience());
                    var _ = new LongTask(stream)) {
                Waiting.start(ThreadKind.VIRTUAL, () -> {
                    for (int i = 0; i < 255; i++) {
                        stream.write(ByteStreamContract.bytes("x"), patience());
                    }
                    end.handle(stream);
                })
                        .value();
            }
        }
    }

    @Test
    void closeInterruptsHandlersBeforeItWaitsForTheLoop() throws Exception {
        var isInterrupted = new CountDownLatch(1);
        try (var group = EventLoopGroup.builder().loopCount(1).build()) {
            var options = TcpOptions.builder().eventLoops(group).build();
            start(options, _ -> {
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException _) {
                    isInterrupted.countDown();
                }
            });
            try (var client = TcpStream.connect(server.localAddress(), options, patience())) {
                awaitConnections(1);
                Waiting<Void> closing;
                try (var _ = new LongTask(client)) {
                    closing = Waiting.start(ThreadKind.PLATFORM, server::close);
                    assertTrue(isInterrupted.await(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS));
                }
                closing.value();
                assertTrue(Newcomers.areRefused(server.localAddress()));
            }
        }
    }

    @Test
    void shutdownCanBeInterruptedAndCloseStillWorks() throws Exception {
        startEcho();
        try (var client = connect()) {
            assertEchoes(client);
            var winding = Waiting.parked(ThreadKind.VIRTUAL, () -> server.shutdown(Deadline.never()));
            winding.interrupt();
            winding.failure(InterruptedException.class);
            server.close();
            assertEquals(-1, client.read(ByteBuffer.allocate(1), patience()));
        }
    }

    @Test
    void closeInterruptsHandlersClosesTheirStreamsAndWaitsForThem() throws Exception {
        var ended = new AtomicReference<IOException>();
        start(TcpOptions.defaults(), stream -> {
            try {
                while (true) {
                    readInSpiteOfInterrupts(stream);
                }
            } catch (ClosedChannelException e) {
                ended.set(e);
            }
        });
        try (var client = connect()) {
            awaitConnections(1);
            server.close();
            assertTrue(ended.get() instanceof ClosedChannelException, "the handler has ended before close returns");
            assertEquals(0, server.connectionCount());
            assertEquals(-1, client.read(ByteBuffer.allocate(1), patience()));
        }
        server.close();
    }

    private static void readInSpiteOfInterrupts(TcpStream stream) throws IOException {
        try {
            stream.read(ByteBuffer.allocate(1));
        } catch (InterruptedIOException _) {
            Thread.interrupted();
        }
    }

    @Test
    void aHandlerMayCloseItsServer() throws Exception {
        var closed = new CountDownLatch(1);
        start(TcpOptions.defaults(), _ -> {
            server.close();
            closed.countDown();
        });
        try (var client = connect()) {
            closed.await();
            assertEquals(-1, client.read(ByteBuffer.allocate(1), patience()));
        }
    }

    @Test
    void closeDoesNotLogWhatItBringsAbout() throws Exception {
        startEcho();
        try (var client = connect()) {
            assertEchoes(client);
            server.close();
            assertTrue(log.entries().isEmpty(), () -> log.entries().getFirst().getMessage());
        }
    }

    @Test
    void awaitCloseReturnsWhenTheServerIsClosed() throws Exception {
        startEcho();
        var waiting = Waiting.parked(ThreadKind.VIRTUAL, () -> server.awaitClose());
        server.close();
        waiting.value();
    }

    @Test
    void twoHandlersMayCloseTheirServerAtOnce() throws Exception {
        var both = new CyclicBarrier(2);
        start(TcpOptions.defaults(), _ -> {
            both.await();
            server.close();
        });
        try (var first = connect();
                var second = connect()) {
            assertEquals(-1, first.read(ByteBuffer.allocate(1), patience()));
            assertEquals(-1, second.read(ByteBuffer.allocate(1), patience()));
        }
    }

    @Test
    void handlersThatWaitForTheOthersHaveEndedWhenACloseReturns() throws Exception {
        var waiting = new ConcurrentLinkedQueue<Thread>();
        var endedCount = new AtomicInteger();
        start(TcpOptions.defaults(), stream -> {
            String word = ByteStreamContract.readText(stream, 1);
            waiting.add(Thread.currentThread());
            try {
                switch (word) {
                    case "s" -> server.shutdown(Deadline.never());
                    case "a" -> server.awaitClose();
                    default -> stream.read(ByteBuffer.allocate(1)); // who the others wait for
                }
            } finally {
                endedCount.incrementAndGet();
            }
        });
        try (var first = connect();
                var second = connect();
                var third = connect()) {
            awaitConnections(3);
            first.write(ByteStreamContract.bytes("s"));
            second.write(ByteStreamContract.bytes("a"));
            third.write(ByteStreamContract.bytes("r"));
            Waiting.await("all to wait", () -> waiting.stream().filter(Waiting::isParked).count() == 3);
            server.close();
            assertEquals(3, endedCount.get());
        }
    }

    @Test
    void aHandlerMayShutItsServerDownAtTheLimit() throws Exception {
        var finished = new CompletableFuture<Boolean>();
        start(
                TcpOptions.builder().connectionLimit(1).build(),
                _ -> finished.complete(server.shutdown(patience())));
        try (var client = connect()) {
            assertTrue(finished.get());
        }
    }

    @Test
    void awaitCloseLetsAShutdownFinish() throws Exception {
        startEcho();
        var main = Waiting.parked(ThreadKind.VIRTUAL, () -> {
            try (var running = server) {
                running.awaitClose();
            }
        });
        try (var client = connect()) {
            assertEchoes(client);
            var winding = Waiting.parked(ThreadKind.VIRTUAL, () -> server.shutdown(patience()));
            assertEchoes(client);
            client.close();
            assertTrue(winding.value());
        }
        main.value();
    }

    @Test
    void awaitCloseReturnsWhenTheEventLoopEnds() throws Exception {
        var group = EventLoopGroup.builder().loopCount(1).build();
        start(TcpOptions.builder().eventLoops(group).build(), TcpServerTest::echo);
        var waiting = Waiting.parked(ThreadKind.VIRTUAL, () -> server.awaitClose());
        group.close();
        waiting.value();
    }
}
