package dev.asyncio.bench;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A peer that sends exactly the bytes it is told to, over a socket of the JDK's own. Resets the connection in the end.
final class SoakPeer implements AutoCloseable {

    private static final String HANDSHAKE = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private final Socket socket = new Socket();
    private final DataInputStream input;

    SoakPeer(InetSocketAddress server) throws IOException {
        try {
            socket.setSoLinger(true, 0);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) SoakClients.PATIENCE.toMillis());
            socket.connect(server);
            input = new DataInputStream(socket.getInputStream());
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /// Shakes hands with these header fields besides, and returns the status.
    int upgrade(String fields) throws IOException {
        send(HANDSHAKE + fields + "\r\n");
        return readStatus();
    }

    /// Of the next head, which it reads.
    int readStatus() throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            head.write(input.readByte());
        }
        return Integer.parseInt(head.toString(StandardCharsets.ISO_8859_1).split(" ", 3)[1]);
    }

    /// Of the close frame that comes next.
    int readCloseCode() throws IOException {
        int first = input.readUnsignedByte();
        int length = input.readUnsignedByte();
        if (first != 0x88 || length < Short.BYTES) {
            throw new IOException("expected a close frame, got %02x %02x".formatted(first, length));
        }
        return input.readUnsignedShort();
    }

    int readByte() throws IOException {
        return input.readUnsignedByte();
    }

    /// Reads on to the end of the stream.
    void awaitEnd() throws IOException {
        input.transferTo(OutputStream.nullOutputStream());
    }

    /// A client's frame, masked with zeros.
    static byte[] frame(int first, byte... payload) {
        var frame = ByteBuffer.allocate(14 + payload.length).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 65_536) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        frame.putInt(0).put(payload).flip();
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
