package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.ws.handshake.AcceptKey;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLException;

/// A peer that sends exactly the bytes it is told to, over a socket of the JDK's own.
final class RawPeer implements AutoCloseable {

    private static final int KEY = 0x37FA213D;

    private final Socket socket;
    private final Input input;

    /// A frame as it came, with a payload that has no mask.
    record Frame(int first, byte[] payload) {
        int closeCode() {
            assertEquals(0x88, first, "a close frame");
            return Short.toUnsignedInt(ByteBuffer.wrap(payload).getShort());
        }
    }

    private static final class Input extends DataInputStream {

        Input(InputStream in) {
            super(new PushbackInputStream(in));
        }

        void unread(int b) throws IOException {
            ((PushbackInputStream) in).unread(b);
        }
    }

    RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout((int) Waiting.PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        this.input = new Input(socket.getInputStream());
    }

    static RawPeer connect(InetSocketAddress address) throws IOException {
        return connect(address, 0);
    }

    /// With a receive buffer of that size; 0 for the system's own.
    static RawPeer connect(InetSocketAddress address, int receiveBufferBytes) throws IOException {
        var socket = new Socket();
        if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
        }
        socket.connect(address);
        return new RawPeer(socket);
    }

    /// The request of a client in order, up to the header fields that follow, and without the empty line.
    static String request(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    }

    /// The answer of a server in order to a client's head.
    static String agreementTo(String request) {
        String key = request.replaceAll("(?s).*Sec-WebSocket-Key: ([^\r]*).*", "$1");
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + AcceptKey.acceptFor(key) + "\r\n\r\n";
    }

    /// Connects and shakes hands as is due.
    static RawPeer upgraded(InetSocketAddress address) throws IOException {
        return upgraded(address, 0, "");
    }

    static RawPeer upgraded(InetSocketAddress address, int receiveBufferBytes, String fields) throws IOException {
        RawPeer peer = connect(address, receiveBufferBytes);
        peer.send(request("/") + fields + "\r\n");
        assertEquals(101, status(peer.readHead()));
        return peer;
    }

    /// A client's frame.
    static byte[] frame(int first, byte... payload) {
        byte[] header = header(first, payload.length, true);
        var frame = ByteBuffer.allocate(header.length + 4 + payload.length).put(header).putInt(KEY);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ KEY >>> 24 - 8 * (i & 3)));
        }
        return frame.array();
    }

    /// A server's frame.
    static byte[] unmasked(int first, byte... payload) {
        byte[] header = header(first, payload.length, false);
        return ByteBuffer.allocate(header.length + payload.length).put(header).put(payload).array();
    }

    /// The first bytes of a frame, without a key.
    static byte[] header(int first, long payloadBytes, boolean isMasked) {
        var header = ByteBuffer.allocate(10).put((byte) first);
        int maskBit = isMasked ? 0x80 : 0;
        if (payloadBytes >= 0 && payloadBytes < 126) {
            header.put((byte) (maskBit | payloadBytes));
        } else if (payloadBytes >= 0 && payloadBytes < 65_536) {
            header.put((byte) (maskBit | 126)).putShort((short) payloadBytes);
        } else {
            header.put((byte) (maskBit | 127)).putLong(payloadBytes);
        }
        byte[] bytes = new byte[header.position()];
        header.get(0, bytes);
        return bytes;
    }

    static int status(String head) {
        return Integer.parseInt(head.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3));
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /// Up to and with the empty line.
    String readHead() throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            head.write(input.readByte());
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    String readRest() throws IOException {
        return new String(input.readAllBytes(), StandardCharsets.UTF_8);
    }

    Frame readFrame() throws IOException {
        int first = input.readUnsignedByte();
        int second = input.readUnsignedByte();
        int length = second & 0x7F;
        if (length == 126) {
            length = input.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(input.readLong());
        }
        int key = second > 0x7F ? input.readInt() : 0;
        byte[] payload = input.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException();
        }
        for (int i = 0; i < length; i++) {
            payload[i] ^= (byte) (key >>> 24 - 8 * (i & 3));
        }
        return new Frame(first, payload);
    }

    /// Reads on until the close frame has come, whatever comes before, and then the end.
    int readCloseCode() throws IOException {
        Frame frame = readFrame();
        while (frame.first != 0x88) {
            frame = readFrame();
        }
        assertEquals(-1, input.read(), "nothing behind the close frame");
        return frame.closeCode();
    }

    /// Whether something comes within that time.
    boolean hasAnswerWithin(Duration time) throws IOException {
        socket.setSoTimeout((int) time.toMillis());
        try {
            int first = input.read();
            if (first != -1) {
                input.unread(first);
            }
            return true;
        } catch (SocketTimeoutException _) {
            return false;
        } finally {
            socket.setSoTimeout((int) Waiting.PATIENCE.toMillis());
        }
    }

    /// Passes on what either side sends, until both have ended.
    static void relay(RawPeer one, RawPeer other) throws Exception {
        var back = Waiting.start(ThreadKind.VIRTUAL, () -> other.relayTo(one));
        one.relayTo(other);
        back.value();
    }

    private void relayTo(RawPeer other) throws IOException {
        input.transferTo(other.socket.getOutputStream());
        other.shutdownOutput();
    }

    /// Reads on until a connection's end has come, by whatever way.
    static void awaitEnd(Socket socket) throws IOException {
        try {
            socket.getInputStream().skip(Long.MAX_VALUE);
        } catch (SocketException | SSLException _) {
            // Reset, cut off, or closed by whoever reads.
        }
    }

    /// Whether nothing more comes.
    boolean isEnded() throws IOException {
        try {
            return input.read() == -1;
        } catch (SocketException _) {
            return true; // reset
        }
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /// Breaks the connection off.
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
