package dev.asyncio.bench;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/// A peer that sends exactly the bytes it is told to, over a socket of the JDK's own, or its TLS. Resets the connection in
/// the end.
final class SoakPeer implements AutoCloseable {

    private static final String HANDSHAKE = "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    private final Socket below = new Socket();

    /// What it speaks through: itself `below`, or TLS over it.
    private Socket socket = below;

    private DataInputStream input;

    private final SSLContext tls;

    SoakPeer(SoakTarget target, SoakPort port) throws IOException {
        tls = target.jdkTls();
        try {
            below.setSoLinger(true, 0);
            below.setTcpNoDelay(true);
            below.setSoTimeout((int) SoakClients.PATIENCE.toMillis());
            below.connect(target.address(port));
            input = new DataInputStream(below.getInputStream());
        } catch (IOException e) {
            below.close();
            throw e;
        }
    }

    /// Speaks TLS from here on.
    void startTls() throws IOException {
        var secure = (SSLSocket) tls.getSocketFactory().createSocket(below, TlsContexts.HOST, below.getPort(), true);
        secure.startHandshake();
        socket = secure;
        input = new DataInputStream(secure.getInputStream());
    }

    /// Updates its keys and has the server update its own (RFC 8446, section 4.6.3), and waits for nothing.
    void updateKeys() throws IOException {
        ((SSLSocket) socket).startHandshake();
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /// Past its TLS.
    void sendBelow(byte[] bytes) throws IOException {
        below.getOutputStream().write(bytes);
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Sends nothing more, whatever its TLS has to say of that.
    void shutdownOutput() throws IOException {
        below.shutdownOutput();
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

    /// Reads pongs, of pings that begin with their number, up to that of the given one; a newer one does for those before.
    ///
    /// @return the last number
    int readPongsTo(int number) throws IOException {
        int last = -1;
        while (last < number) {
            int first = input.readUnsignedByte();
            int length = input.readUnsignedByte();
            if (first != 0x8A || length < Integer.BYTES) {
                throw new IOException("expected a pong, got %02x %02x".formatted(first, length));
            }
            int next = input.readInt();
            if (next <= last) {
                throw new IOException("expected a pong after " + last + ", got " + next);
            }
            last = next;
            input.skipNBytes(length - Integer.BYTES);
        }
        return last;
    }

    int readByte() throws IOException {
        return input.readUnsignedByte();
    }

    /// The name of the fatal alert that comes next (RFC 8446, section 6.2).
    String readAlert() throws IOException {
        try {
            return "no alert: " + input.read();
        } catch (SSLException e) {
            return e.getMessage().substring(e.getMessage().lastIndexOf(' ') + 1);
        }
    }

    /// Reads on to the end of the stream, past its TLS.
    void awaitEnd() throws IOException {
        below.getInputStream().transferTo(OutputStream.nullOutputStream());
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
        below.close(); // its TLS would say goodbye
    }
}
