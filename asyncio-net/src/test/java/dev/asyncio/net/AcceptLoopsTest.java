package dev.asyncio.net;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.EventLoop;
import dev.asyncio.core.EventLoopClosedException;
import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.FailingLoop;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Which loop of a group an accepted connection gets.
@ExtendWith(NothingLeftOver.class)
class AcceptLoopsTest {

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    private static EventLoopGroup groupOf(int loopCount) {
        return EventLoopGroup.builder().loopCount(loopCount).name("asyncio-accept").build();
    }

    private static TcpListener listenerOn(EventLoopGroup group) throws IOException {
        // The more is set, the more time passes between a loop's turn and the connection's registration with it.
        var options = TcpOptions.builder().eventLoops(group).sendBufferBytes(64 * 1024).receiveBufferBytes(64 * 1024);
        return TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), options.build());
    }

    private static int registrationCount(EventLoop loop) {
        return loop.statistics().registrationCount();
    }

    /// Some clients, and what is accepted of them.
    private static final class Connections implements AutoCloseable {

        private final TcpListener listener;
        private final List<SocketChannel> clients = new ArrayList<>();
        private final List<TcpStream> accepted = new ArrayList<>();

        Connections(TcpListener listener, int count) throws IOException {
            this.listener = listener;
            for (int i = 0; i < count; i++) {
                clients.add(SocketChannel.open(listener.localAddress()));
            }
        }

        void acceptOne() throws IOException {
            accepted.add(listener.accept(patience()));
        }

        void acceptAll() throws IOException {
            while (accepted.size() < clients.size()) {
                acceptOne();
            }
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel client : clients) {
                client.close();
            }
            for (TcpStream stream : accepted) {
                stream.close();
            }
        }
    }

    @Test
    void connectionsAreSpreadOverTheLoopsThatRun() throws Exception {
        try (var group = groupOf(3);
                var listener = listenerOn(group)) {
            FailingLoop.end(group.loops().get(1));
            try (var connections = new Connections(listener, 9)) {
                connections.acceptAll();
                int first = registrationCount(group.loops().getFirst()) - 1; // the listener's
                int last = registrationCount(group.loops().getLast());
                assertEquals(9, first + last);
                assertTrue(first > 0 && last > 0, first + " and " + last);
                for (int i = 0; i < connections.clients.size(); i++) {
                    connections.clients.get(i).write(ByteBuffer.wrap(new byte[] {7}));
                }
                for (TcpStream stream : connections.accepted) {
                    assertEquals(1, stream.read(ByteBuffer.allocate(1), patience()));
                }
            }
        }
    }

    @Test
    void aLoopThatEndsMeanwhileCostsNoConnection() throws Exception {
        for (int round = 0; round < 20; round++) {
            try (var group = groupOf(6);
                    var listener = listenerOn(group);
                    var connections = new Connections(listener, 100)) {
                var hasBegun = new CountDownLatch(1);
                var accepting = Waiting.start(ThreadKind.PLATFORM, () -> {
                    connections.acceptOne();
                    hasBegun.countDown();
                    connections.acceptAll();
                });
                hasBegun.await();
                group.loops().stream().skip(1).forEach(FailingLoop::end); // the first is the listener's
                accepting.value();
            }
        }
    }

    @Test
    void whereNoLoopRunsAcceptSaysSoAndTheConnectionEnds() throws Exception {
        try (var group = groupOf(2);
                var listener = listenerOn(group);
                var connections = new Connections(listener, 1)) {
            group.close();
            var e = assertThrows(EventLoopClosedException.class, connections::acceptOne);
            assertTrue(e.getMessage().contains("asyncio-accept-"), e.getMessage());
            SocketChannel client = connections.clients.getFirst();
            client.socket().setSoTimeout((int) Waiting.PATIENCE.toMillis());
            assertEquals(-1, client.socket().getInputStream().read());
        }
    }
}
