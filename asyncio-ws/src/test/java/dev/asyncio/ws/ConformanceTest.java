package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.testing.FaultyStream;
import dev.asyncio.ws.ConformanceCase.Frame;
import dev.asyncio.ws.handshake.AcceptKey;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The table over TCP, in both roles, with the bytes coming as they do and one at a time: each line four times.
@ExtendWith(NothingLeftOver.class)
class ConformanceTest {

    static final int MAX_MESSAGE_BYTES = 200_000;

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final String TABLE = "dev.asyncio.ws.ConformanceTable#all";

    @ParameterizedTest(name = "{0}")
    @MethodSource(TABLE)
    void aServer(ConformanceCase line) throws Exception {
        againstServer(line, Integer.MAX_VALUE);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource(TABLE)
    void aServerThatReadsByteByByte(ConformanceCase line) throws Exception {
        againstServer(line, 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource(TABLE)
    void aClient(ConformanceCase line) throws Exception {
        againstClient(line, false);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource(TABLE)
    void aClientWhosePeerWritesInPieces(ConformanceCase line) throws Exception {
        againstClient(line, true);
    }

    private static WebSocketOptions options(ConformanceCase line) {
        var options = WebSocketOptions.builder().maxMessageBytes(MAX_MESSAGE_BYTES);
        if (line.compression != null) {
            options.compression(line.compression);
        }
        return options.build();
    }

    private static void againstServer(ConformanceCase line, int readBytes) throws Exception {
        var listener = TcpListener.bind(ANY_PORT, TcpOptions.defaults());
        var server = TcpServer.start(listener, tcp -> {
            ByteStream stream = FaultyStream.around(tcp).readsOfAtMost(readBytes);
            echoUntilClose(WebSocket.accept(stream, options(line), patience()));
        });
        try (server;
                var peer = Wire.toServer(listener.localAddress(), line.compression)) {
            peer.play(line, false);
        }
    }

    private static void againstClient(ConformanceCase line, boolean isInPieces) throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var uri = URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/");
            var client = Waiting.start(
                    ThreadKind.VIRTUAL, () -> echoUntilClose(WebSocket.connect(uri, options(line), patience())));
            try (var peer = Wire.ofClient(listener.accept(), line.compression)) {
                peer.play(line, isInPieces);
            }
            client.value();
        }
    }

    private static void echoUntilClose(WebSocket socket) throws IOException {
        try (socket) {
            MessageView message = socket.receiveView();
            while (message.kind() != MessageView.Kind.CLOSE) {
                socket.send(message);
                message = socket.receiveView();
            }
        } catch (WebSocketException.ProtocolBroken _) {
            // What the peer was told is the peer's to check.
        }
    }

    /// The other end, over a socket of the JDK's.
    private static final class Wire implements AutoCloseable {

        private static final String CLIENT_KEY = "dGhlIHNhbXBsZSBub25jZQ==";

        private final Socket socket;
        private final DataInputStream in;
        private final boolean isClient;
        private final Random random = new Random(1);
        private final Inflater inflater = new Inflater(true);
        private final boolean keepsContext;

        private Wire(Socket socket, boolean isClient, Compression compression) throws IOException {
            this.socket = socket;
            this.isClient = isClient;
            this.in = new DataInputStream(socket.getInputStream());
            this.keepsContext = compression != null
                    && !(isClient ? compression.serverNoContextTakeover() : compression.clientNoContextTakeover());
            socket.setSoTimeout((int) Waiting.PATIENCE.toMillis());
            socket.setTcpNoDelay(true);
        }

        static Wire toServer(InetSocketAddress server, Compression compression) throws IOException {
            var wire = new Wire(new Socket(server.getAddress(), server.getPort()), true, compression);
            wire.write("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + CLIENT_KEY + "\r\n"
                    + (compression == null
                            ? ""
                            : "Sec-WebSocket-Extensions: " + compression.toParameters().offer() + "\r\n")
                    + "\r\n");
            String response = wire.readHead();
            assertTrue(response.startsWith("HTTP/1.1 101 "), response);
            assertTrue(response.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), response);
            assertEquals(compression != null, response.contains("permessage-deflate"), response);
            return wire;
        }

        static Wire ofClient(Socket accepted, Compression compression) throws IOException {
            var wire = new Wire(accepted, false, compression);
            String request = wire.readHead();
            String key = field(request, "Sec-WebSocket-Key");
            wire.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + AcceptKey.acceptFor(key) + "\r\n"
                    + (compression == null
                            ? ""
                            : "Sec-WebSocket-Extensions: "
                                    + agreed(field(request, "Sec-WebSocket-Extensions"), compression) + "\r\n")
                    + "\r\n");
            return wire;
        }

        /// A response has a value where an offer may have none.
        private static String agreed(String offer, Compression compression) {
            String hint = "client_max_window_bits";
            boolean isBare = offer.endsWith(hint) || offer.contains(hint + ";");
            return isBare ? offer.replace(hint, hint + "=" + compression.clientMaxWindowBits()) : offer;
        }

        private static String field(String head, String name) {
            return head.lines()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .findFirst()
                    .orElseThrow();
        }

        void play(ConformanceCase line, boolean isInPieces) throws IOException {
            var out = new ByteArrayOutputStream();
            for (Frame frame : line.sent) {
                out.writeBytes(frame.encode(isClient, random.nextInt()));
            }
            Waiting<Void> writer = Waiting.start(ThreadKind.PLATFORM, () -> {
                try {
                    send(out.toByteArray(), isInPieces);
                } catch (IOException _) {
                    // The other side may end the connection in the middle; what it says then is checked.
                }
            });
            for (Frame expected : line.expected) {
                expect(expected.first(), expected.payload());
            }
            end(line, writer);
        }

        private void send(byte[] bytes, boolean isInPieces) throws IOException {
            int sent = 0;
            while (sent < bytes.length) {
                int count = isInPieces ? 1 + random.nextInt(Math.max(1, bytes.length / 20)) : bytes.length;
                count = Math.min(count, bytes.length - sent);
                socket.getOutputStream().write(bytes, sent, count);
                sent += count;
                Thread.yield();
            }
        }

        private void end(ConformanceCase line, Waiting<Void> writer) throws IOException {
            byte[] expected = line.close == null ? ConformanceCase.code(ConformanceCase.NORMAL) : line.close;
            if (line.close == null) {
                join(writer);
                write(new Frame(0x88, expected, 0, expected.length).encode(isClient, random.nextInt()));
            }
            byte[] actual = readFrame(0x88);
            assertArrayEquals(expected, line.isFailure ? Arrays.copyOf(actual, 2) : actual, "close frame");
            join(writer);
            if (line.isFailure) {
                write(new Frame(0x88, expected, 0, expected.length).encode(isClient, random.nextInt()));
            }
            if (!isClient || line.isFailure) {
                socket.shutdownOutput(); // 7.1.1: the server ends first, and so does who is told to go away
            }
            assertEquals(-1, in.read(), "the stream's end, and no reset");
        }

        private static void join(Waiting<Void> writer) {
            try {
                writer.value();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        /// Exactly these bytes, but for the mask and for compression, of which there are many right ways.
        private void expect(int first, byte[] payload) throws IOException {
            int actual = in.readUnsignedByte();
            boolean isCompressed = (actual & 0x40) != 0;
            assertEquals(first, actual & ~0x40, "first byte of a frame");
            byte[] received = readPayload();
            assertArrayEquals(payload, isCompressed ? inflate(received) : received);
        }

        private byte[] readFrame(int first) throws IOException {
            assertEquals(first, in.readUnsignedByte(), "first byte of a frame");
            return readPayload();
        }

        private byte[] readPayload() throws IOException {
            int second = in.readUnsignedByte();
            assertEquals(isClient ? 0 : 0x80, second & 0x80, "mask bit");
            int shortLength = second & 0x7F;
            long length = shortLength == 126
                    ? in.readUnsignedShort()
                    : shortLength == 127 ? in.readLong() : shortLength;
            assertTrue(shortLength < 126 || length > (shortLength == 126 ? 125 : 65_535), "shortest form");
            byte[] key = in.readNBytes(isClient ? 0 : 4);
            byte[] payload = in.readNBytes((int) length);
            if (payload.length < length) {
                throw new EOFException("the connection ended within a frame");
            }
            for (int i = 0; i < payload.length && key.length > 0; i++) {
                payload[i] ^= key[i % 4];
            }
            return payload;
        }

        private byte[] inflate(byte[] payload) {
            if (!keepsContext) {
                inflater.reset();
            }
            byte[] whole = ByteBuffer.allocate(payload.length + 4)
                    .put(payload)
                    .putInt(0x0000FFFF)
                    .array();
            inflater.setInput(whole);
            var out = new ByteArrayOutputStream();
            byte[] piece = new byte[10_000];
            try {
                int count;
                while ((count = inflater.inflate(piece)) > 0) {
                    out.write(piece, 0, count);
                }
            } catch (DataFormatException e) {
                throw new AssertionError(e);
            }
            return out.toByteArray();
        }

        private String readHead() throws IOException {
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") == -1) {
                int b = in.read();
                assertTrue(b != -1, "a whole head, not " + head);
                head.append((char) b);
            }
            return head.toString();
        }

        private void write(String head) throws IOException {
            write(head.getBytes(StandardCharsets.US_ASCII));
        }

        private void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        @Override
        public void close() throws IOException {
            inflater.end();
            socket.close();
        }
    }
}
