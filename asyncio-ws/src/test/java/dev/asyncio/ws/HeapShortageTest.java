package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.EventLoop;
import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.testing.FullHeap;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.OwnProcess;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A message comes for which the heap has no room left, while it has for small things: in a process of its own, whose
/// heap is full.
class HeapShortageTest {

    private static final int MESSAGE_BYTES = 1024 * 1024;

    /// Far less than the message needs, far more than all else.
    private static final int LEFT_BYTES = 384 * 1024;

    /// The heap of the process has room for one and a half of them.
    private static final int HUGE_BYTES = 31 * MESSAGE_BYTES;

    enum Side {
        /// Its handler fails, and with it the connection; that is logged, the peer is told, and others are served.
        SERVER {
            @Override
            void run() throws Exception {
                var log = new LibraryLog();
                log.start();
                try (var server = WebSocketServer.builder().handler(Side::echo).start(listener());
                        var victim = RawPeer.upgraded(server.localAddress());
                        var other = RawPeer.upgraded(server.localAddress())) {
                    checkEcho(victim, Wire.pattern(MESSAGE_BYTES)); // all classes are there
                    byte[] message = RawPeer.frame(Wire.FIN | Wire.BINARY, Wire.pattern(MESSAGE_BYTES));
                    FullHeap.takeAllBut(LEFT_BYTES);
                    victim.send(message);
                    assertEquals(1011, victim.readCloseCode());
                    checkEcho(other, Wire.utf8("still here"));
                    try (var newcomer = RawPeer.upgraded(server.localAddress())) {
                        checkEcho(newcomer, Wire.utf8("here, too"));
                    }
                    FullHeap.giveBack();
                    checkEcho(other, Wire.pattern(MESSAGE_BYTES));
                    // Not before the peer is told, and the connection closed.
                    Waiting.await("the log to tell", () -> shortages(log).findAny().isPresent());
                    LogRecord entry = shortages(log).findFirst().orElseThrow();
                    assertTrue(entry.getMessage().contains("127.0.0.1:"), entry::getMessage);
                }
            }

            private Stream<LogRecord> shortages(LibraryLog log) {
                return log.entries().stream().filter(entry -> entry.getThrown() instanceof OutOfMemoryError);
            }
        },
        /// Its call fails. The next gets the message, once there is room for it.
        CLIENT {
            @Override
            void run() throws Exception {
                receive(WebSocketOptions.defaults(), "", frame(Wire.pattern(MESSAGE_BYTES)), (client, _) ->
                        assertEquals(new Message.Binary(ByteBuffer.wrap(Wire.pattern(MESSAGE_BYTES))), receive(client)));
            }
        },
        /// Its call fails, and what was inflated is lost: so there is no next message.
        INFLATING_CLIENT {
            @Override
            void run() throws Exception {
                var options = WebSocketOptions.builder().compression(Compression.withContext()).build();
                byte[] deflated = Wire.deflated(Wire.pattern(MESSAGE_BYTES));
                byte[] message = RawPeer.unmasked(Wire.FIN | Wire.RSV1 | Wire.BINARY, deflated);
                receive(options, "Sec-WebSocket-Extensions: permessage-deflate\r\n", message,
                        Side::checkClosed);
            }
        },
        /// There is room for the message, and none for the caller's copy of it.
        COPYING_CLIENT {
            @Override
            void run() throws Exception {
                connect(WebSocketOptions.builder().maxMessageBytes(HUGE_BYTES).build(), "", (client, peer) -> {
                    var call = Waiting.start(ThreadKind.VIRTUAL, () -> receive(client));
                    peer.send(RawPeer.header(Wire.FIN | Wire.BINARY, HUGE_BYTES, false));
                    byte[] piece = new byte[MESSAGE_BYTES];
                    for (int i = 0; i < HUGE_BYTES / MESSAGE_BYTES; i++) {
                        peer.send(piece);
                    }
                    call.failure(OutOfMemoryError.class);
                    checkClosed(client, peer);
                });
            }
        };

        private interface Meeting {
            void hold(WebSocket client, RawPeer peer) throws Exception;
        }

        private static void connect(WebSocketOptions options, String agreement, Meeting meeting) throws Exception {
            try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                var uri = URI.create("ws://127.0.0.1:" + listener.getLocalPort());
                var connecting = Waiting.start(
                        ThreadKind.VIRTUAL, () -> WebSocket.connect(uri, options, Waiting.patience()));
                try (var peer = new RawPeer(listener.accept())) {
                    String head = RawPeer.agreementTo(peer.readHead());
                    peer.send(head.substring(0, head.length() - 2) + agreement + "\r\n");
                    WebSocket client = connecting.value();
                    meeting.hold(client, peer);
                    client.abort();
                }
            }
        }

        /// Has a client receive a message as it should, and then while the heap is full.
        private static void receive(WebSocketOptions options, String agreement, byte[] message, Meeting aftermath)
                throws Exception {
            connect(options, agreement, (client, peer) -> {
                receive(client, peer, message, () -> {}).value(); // all classes are there
                receive(client, peer, message, () -> FullHeap.takeAllBut(LEFT_BYTES)).failure(OutOfMemoryError.class);
                FullHeap.giveBack();
                aftermath.hold(client, peer);
            });
        }

        private static Waiting<Message> receive(WebSocket client, RawPeer peer, byte[] message, Runnable meanwhile) {
            var call = Waiting.parked(ThreadKind.VIRTUAL, () -> receive(client));
            meanwhile.run();
            Waiting.start(ThreadKind.PLATFORM, () -> peer.send(message));
            return call;
        }

        private static Message receive(WebSocket client) throws IOException {
            return client.receive(Waiting.patience());
        }

        private static void checkClosed(WebSocket client, RawPeer peer) throws IOException {
            assertFalse(client.isOpen());
            assertThrows(ClosedChannelException.class, () -> receive(client));
            assertEquals(1011, peer.readCloseCode());
        }

        private static byte[] frame(byte[] payload) {
            return RawPeer.unmasked(Wire.FIN | Wire.BINARY, payload);
        }

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
        OwnProcess.of(Process.class).jvmOptions("-Xmx62m", "-Xmn8m", "-XX:+UseSerialGC").run(side);
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
