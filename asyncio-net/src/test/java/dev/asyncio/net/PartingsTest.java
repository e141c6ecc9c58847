package dev.asyncio.net;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A server's handler returns while its peer has not ended.
@ExtendWith(NothingLeftOver.class)
class PartingsTest {

    /// Nothing but what a test is about ends a parting.
    private static final Duration LONG = Waiting.PATIENCE.multipliedBy(100);

    private static final int REQUEST_BYTES = 32 * 1024;

    /// More than the system takes for a client that does not read, and less than it takes and keeps in all.
    private static final int ANSWER_BYTES = 256 * 1024;

    /// What the reset overtakes differs, so this is tried several times.
    private static final int ROUNDS = 20;

    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    /// The first one.
    private final CompletableFuture<TcpStream> served = new CompletableFuture<>();

    private final AtomicInteger returnCount = new AtomicInteger();
    private TcpServer server;

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    private void start(Duration timeout, StreamHandler handler) throws IOException {
        var options = TcpOptions.builder().sendBufferBytes(2 * ANSWER_BYTES).build();
        server = TcpServer.start(TcpListener.bind(LOOPBACK, options), stream -> {
            served.complete(stream);
            handler.handle(stream);
            returnCount.incrementAndGet();
        }, new Partings(timeout));
    }

    private TcpStream connect() throws IOException {
        return TcpStream.connect(server.localAddress(), TcpOptions.defaults(), patience());
    }

    private TcpStream served() throws Exception {
        return served.get(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private void awaitClose() throws Exception {
        TcpStream stream = served();
        Waiting.await("the close", () -> !stream.isOpen());
    }

    private static void answerWithoutReadingAll(TcpStream stream) throws IOException {
        stream.readFully(ByteBuffer.allocate(1), patience());
        stream.write(ByteBuffer.allocate(ANSWER_BYTES), patience());
    }

    @Test
    void aPeerGetsTheWholeAnswerOfAHandlerThatLeavesItsRequestUnread() throws Exception {
        start(LONG, PartingsTest::answerWithoutReadingAll);
        for (int round = 1; round <= ROUNDS; round++) {
            int expected = round;
            try (var client = connect()) {
                client.write(ByteBuffer.allocate(REQUEST_BYTES), patience());
                Waiting.await("the handler to return", () -> returnCount.get() == expected);
                client.readFully(ByteBuffer.allocate(ANSWER_BYTES), patience());
                assertEquals(-1, client.read(ByteBuffer.allocate(1), patience()));
            }
        }
    }

    @Test
    void whatThePeerSendsAfterwardsIsDroppedUntilItEnds() throws Exception {
        assertDropsUntilThePeerEnds(_ -> {});
    }

    /// As one has that was cancelled, and has said so to its peer.
    @Test
    void soItIsWhereTheHandlerReturnsWithItsInterruptStatusSet() throws Exception {
        assertDropsUntilThePeerEnds(_ -> Thread.currentThread().interrupt());
    }

    private void assertDropsUntilThePeerEnds(StreamHandler handler) throws Exception {
        start(LONG, handler);
        try (var client = connect()) {
            assertEquals(-1, client.read(ByteBuffer.allocate(1), patience()));
            for (int i = 0; i < 10; i++) {
                client.write(ByteBuffer.allocate(ANSWER_BYTES), patience());
            }
            assertTrue(served().isOpen());
        }
        awaitClose();
    }

    @Test
    void aPeerThatDoesNotEndIsLeft() throws Exception {
        start(Duration.ofMillis(20), _ -> {});
        try (var client = connect()) {
            assertEquals(-1, client.read(ByteBuffer.allocate(1), patience()));
            awaitClose();
        }
    }

    @Test
    void whoeverFailsDoesNotWait() throws Exception {
        start(LONG, _ -> {
            throw new IOException("on purpose");
        });
        try (var client = connect()) {
            assertEquals(-1, client.read(ByteBuffer.allocate(1), patience()));
            awaitClose();
        }
        assertEquals(1, log.entries().size());
    }

    @Test
    void aThreadThatReadsStillLearnsOfTheClose() throws Exception {
        var reading = new CompletableFuture<Waiting<Integer>>();
        start(LONG, stream -> reading.complete(
                Waiting.parked(ThreadKind.VIRTUAL, () -> stream.read(ByteBuffer.allocate(1)))));
        try (var client = connect()) {
            assertEquals(-1, client.read(ByteBuffer.allocate(1), patience()));
            reading.get(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS).failure(AsynchronousCloseException.class);
        }
    }

    @Test
    void aServerThatWindsDownLetsThePeerOfAHandlerThatHasReturnedHaveItsAnswer() throws Exception {
        start(LONG, PartingsTest::answerWithoutReadingAll);
        try (var client = connect()) {
            client.write(ByteBuffer.allocate(REQUEST_BYTES), patience());
            assertHasItsAnswerBeforeTheServerHasWoundDown(client);
        }
    }

    @Test
    void aServerThatWindsDownLetsThePeerOfAHandlerThatReturnsMeanwhileHaveItsAnswer() throws Exception {
        start(LONG, PartingsTest::answerWithoutReadingAll);
        try (var client = connect()) {
            served();
            assertFalse(server.shutdown(Deadline.after(Duration.ZERO)));
            client.write(ByteBuffer.allocate(REQUEST_BYTES), patience());
            assertHasItsAnswerBeforeTheServerHasWoundDown(client);
        }
    }

    private void assertHasItsAnswerBeforeTheServerHasWoundDown(TcpStream client) throws Exception {
        Waiting.await("the handler to return", () -> returnCount.get() == 1);
        assertFalse(server.shutdown(Deadline.after(Duration.ofMillis(50))));
        client.readFully(ByteBuffer.allocate(ANSWER_BYTES), patience());
        assertEquals(-1, client.read(ByteBuffer.allocate(1), patience()));
        client.close();
        assertTrue(server.shutdown(patience()));
    }

    @Test
    void aServerThatIsClosedWhileItWindsDownWaitsForNoPeer() throws Exception {
        start(LONG, _ -> {});
        try (var client = connect()) {
            assertEquals(-1, client.read(ByteBuffer.allocate(1), patience()));
            var windingDown = Waiting.parked(ThreadKind.VIRTUAL, () -> server.shutdown(patience()));
            Waiting.start(ThreadKind.VIRTUAL, server::close).value();
            assertTrue(windingDown.value());
        }
    }

    @Test
    void aServerThatIsClosedWaitsForNoPeer() throws Exception {
        start(LONG, _ -> {});
        try (var client = connect()) {
            assertEquals(-1, client.read(ByteBuffer.allocate(1), patience()));
            Waiting.start(ThreadKind.VIRTUAL, server::close).value();
        }
    }

    @Test
    void nothingIsDoneWhereThePeersEndWasRead() throws Exception {
        assertLeavesAlone(TcpOptions.defaults(), (stream, peer) -> {
            peer.shutdownOutput(patience());
            assertEquals(-1, stream.read(ByteBuffer.allocate(1), patience()));
        });
    }

    @Test
    void nothingIsDoneWhereACloseIsToReset() throws Exception {
        assertLeavesAlone(TcpOptions.builder().resetOnClose(true).build(), (_, _) -> {});
    }

    @FunctionalInterface
    private interface Preparation {
        void prepare(TcpStream stream, TcpStream peer) throws IOException;
    }

    /// Our end is not sent, so that writing goes on.
    private static void assertLeavesAlone(TcpOptions options, Preparation preparation) throws Exception {
        try (var listener = TcpListener.bind(LOOPBACK, TcpOptions.defaults());
                var stream = TcpStream.connect(listener.localAddress(), options, patience());
                var peer = listener.accept(patience())) {
            preparation.prepare(stream, peer);
            Waiting.start(ThreadKind.VIRTUAL, () -> new Partings(LONG).await(stream)).value();
            stream.write(ByteBuffer.allocate(1), patience());
            peer.readFully(ByteBuffer.allocate(1), patience());
        }
    }
}
