package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.EventLoop;
import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.OwnProcess;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import java.io.IOException;
import java.lang.ref.Reference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.LogRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A message comes for which the heap has no room left, while it has for small things: in a process of its own, whose
/// heap is full.
class HeapShortageTest {

    private static final int MESSAGE_BYTES = 1024 * 1024;

    /// Far less than the message needs, far more than all else.
    private static final int LEFT_BYTES = 384 * 1024;

    enum Side {
        /// Its handler fails, and with it the connection; that is logged, the peer is told, and others are served.
        SERVER {
            @Override
            void run() throws Exception {
                var log = new LibraryLog();
                log.beforeEach(null);
                try (var server = WebSocketServer.builder().handler(Side::echo).start(listener());
                        var victim = RawPeer.upgraded(server.localAddress());
                        var other = RawPeer.upgraded(server.localAddress())) {
                    checkEcho(victim, Wire.pattern(MESSAGE_BYTES)); // all classes are there
                    byte[] message = RawPeer.frame(Wire.FIN | Wire.BINARY, Wire.pattern(MESSAGE_BYTES));
                    List<byte[]> taken = fillHeap();
                    victim.send(message);
                    assertEquals(1011, victim.readCloseCode());
                    checkEcho(other, Wire.utf8("still here"));
                    try (var newcomer = RawPeer.upgraded(server.localAddress())) {
                        checkEcho(newcomer, Wire.utf8("here, too"));
                    }
                    taken.clear();
                    checkEcho(other, Wire.pattern(MESSAGE_BYTES));
                    LogRecord entry = log.entries().getFirst();
                    assertTrue(entry.getThrown() instanceof OutOfMemoryError, entry::getMessage);
                    assertTrue(entry.getMessage().contains("127.0.0.1:"), entry::getMessage);
                }
            }
        },
        /// Its call fails. The next gets the message, once there is room for it.
        CLIENT {
            @Override
            void run() throws Exception {
                try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                    var uri = URI.create("ws://127.0.0.1:" + listener.getLocalPort());
                    var connecting = Waiting.start(ThreadKind.VIRTUAL, () -> WebSocket.connect(uri));
                    try (var peer = new RawPeer(listener.accept())) {
                        peer.send(RawPeer.agreementTo(peer.readHead()));
                        WebSocket client = connecting.value();
                        byte[] message = RawPeer.unmasked(Wire.FIN | Wire.BINARY, Wire.pattern(MESSAGE_BYTES));
                        peer.send(message);
                        checkMessage(client);
                        var call = Waiting.parked(ThreadKind.VIRTUAL, () -> client.receive(Waiting.patience()));
                        List<byte[]> taken = fillHeap();
                        var sending = Waiting.start(ThreadKind.PLATFORM, () -> peer.send(message));
                        call.failure(OutOfMemoryError.class);
                        taken.clear();
                        checkMessage(client);
                        sending.value();
                        client.abort();
                    }
                }
            }

            private static void checkMessage(WebSocket client) throws IOException {
                var message = (Message.Binary) client.receive(Waiting.patience());
                assertEquals(ByteBuffer.wrap(Wire.pattern(MESSAGE_BYTES)), message.bytes());
            }
        };

        abstract void run() throws Exception;

        private static void echo(WebSocket socket) throws IOException {
            while (socket.receive() instanceof Message.Binary(ByteBuffer bytes)) {
                socket.send(bytes);
            }
        }

        private static TcpListener listener() throws IOException {
            return TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), TcpOptions.defaults());
        }

        private static void checkEcho(RawPeer peer, byte[] payload) throws IOException {
            peer.send(RawPeer.frame(Wire.FIN | Wire.BINARY, payload));
            assertArrayEquals(payload, peer.readFrame().payload());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMessageThatTheHeapHasNoRoomForFailsItsReceiverAlone(Side side) throws Exception {
        OwnProcess.of(Process.class).jvmOptions("-Xmx32m", "-XX:+UseSerialGC").run(side);
    }

    /// Takes what the heap has in ever smaller pieces, and gives a little of it back.
    private static List<byte[]> fillHeap() {
        List<byte[]> taken = new ArrayList<>(100_000);
        byte[] left = new byte[LEFT_BYTES];
        for (int pieceBytes = MESSAGE_BYTES; pieceBytes >= 1024; pieceBytes /= 2) {
            try {
                while (true) {
                    taken.add(new byte[pieceBytes]);
                }
            } catch (OutOfMemoryError _) {
                // There is no room for such a piece any more.
            }
        }
        Reference.reachabilityFence(left);
        return taken;
    }

    /// The process.
    static final class Process {

        private Process() {}

        static void main(String[] args) throws Exception {
            Side.valueOf(args[0]).run();
            Waiting.await("the registrations to end", () -> EventLoopGroup.shared().loops().stream()
                    .map(EventLoop::statistics)
                    .allMatch(statistics -> statistics.registrationCount() == 0));
        }
    }
}
