package dev.asyncio.net;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.Spin;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The contract over loopback, on every kind of loop.
class TcpStreamTest {

    /// So much of a heap buffer is read at once.
    private static final int PIECE_BYTES = 128 * 1024;

    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Nested
    class OnTheSharedLoops extends ByteStreamContract {

        @Override
        protected Ends connect() throws Exception {
            return overLoopback(TcpOptions.defaults());
        }

        @Override
        protected Optional<Ends> connect(Duration readTimeout) throws Exception {
            return Optional.of(overLoopback(withReadTimeout(readTimeout)));
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class OnPlatformThreads extends OnItsOwnLoops {
        OnPlatformThreads() {
            super(EventLoopGroup.builder().platformThreads());
        }
    }

    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class OnLoopsThatDoNotSpin extends OnItsOwnLoops {
        OnLoopsThatDoNotSpin() {
            super(EventLoopGroup.builder().spin(Spin.never()));
        }
    }

    /// The loop is held until more has come than goes into a piece, and has ended when the next read begins.
    @Test
    void aReadThatFillsItsPieceOfALargeHeapBufferIsFollowedByOneThatDoesNotWait() throws Exception {
        var isHeld = new CountDownLatch(1);
        var mayGoOn = new CompletableFuture<Void>();
        EventLoopGroup group = EventLoopGroup.builder().loopCount(1).build();
        var options = TcpOptions.builder().eventLoops(group).receiveBufferBytes(8 * PIECE_BYTES).build();
        try (var listener = ServerSocketChannel.open().bind(LOOPBACK);
                var stream = TcpStream.connect(listener.getLocalAddress(), options, patience());
                var peer = listener.accept().setOption(StandardSocketOptions.SO_SNDBUF, PIECE_BYTES / 8)) {
            var dst = ByteBuffer.allocate(8 * PIECE_BYTES);
            var reading = Waiting.parked(ThreadKind.VIRTUAL, () -> stream.read(dst, Deadline.never()));
            stream.runSoon(() -> {
                isHeld.countDown();
                mayGoOn.join();
            });
            isHeld.await();
            Waiting.start(ThreadKind.PLATFORM, () -> peer.write(ByteBuffer.allocate(PIECE_BYTES * 3 / 2))).value();
            mayGoOn.complete(null);
            assertEquals(PIECE_BYTES, reading.value());
            group.close();
            assertTrue(stream.read(dst, patience()) > 0);
        } finally {
            mayGoOn.complete(null);
            group.close();
        }
    }

    abstract static class OnItsOwnLoops extends ByteStreamContract {

        private final EventLoopGroup group;

        OnItsOwnLoops(EventLoopGroup.Builder builder) {
            this.group = builder.loopCount(2).name("asyncio-loop-0").build();
        }

        @Override
        protected Ends connect() throws Exception {
            return overLoopback(TcpOptions.builder().eventLoops(group).build());
        }

        @AfterAll
        void closeGroup() {
            group.close();
        }
    }
}
