package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.Waiting;
import dev.asyncio.ws.ConformanceLine.Role;
import dev.asyncio.ws.handshake.AcceptKey;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// The other side of a connection in the table: writes the bytes of a line, and compares what comes byte by byte.
final class ConformancePeer implements AutoCloseable {

    private static final Pattern KEY = Pattern.compile("Sec-WebSocket-Key: (\\S*)");
    private static final Pattern EXTENSIONS = Pattern.compile("Sec-WebSocket-Extensions: ([^\r]*)");

    private final Socket socket;
    private final DataInputStream input;

    /// What is tested is the server, so this is a client, and has to mask.
    private final boolean masks;

    ConformancePeer(Socket socket, Role tested) throws IOException {
        this.socket = socket;
        this.masks = tested == Role.SERVER;
        this.input = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) Waiting.PATIENCE.toMillis());
    }

    /// As a client.
    ///
    /// @param extensions to offer; empty for none
    /// @return those that the server agreed to; empty for none
    String request(String path, String extensions) throws IOException {
        write("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + field(extensions));
        String head = readHead();
        assertTrue(head.startsWith("HTTP/1.1 101 "), head);
        return find(EXTENSIONS, head);
    }

    /// As a server.
    ///
    /// @param extensions to agree to; empty for none
    /// @return those that the client offers; empty for none
    String agree(String extensions) throws IOException {
        String head = readHead();
        write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + AcceptKey.acceptFor(find(KEY, head)) + "\r\n" + field(extensions));
        return find(EXTENSIONS, head);
    }

    private static String field(String extensions) {
        return extensions.isEmpty() ? "\r\n" : "Sec-WebSocket-Extensions: " + extensions + "\r\n\r\n";
    }

    private static String find(Pattern pattern, String head) {
        var matcher = pattern.matcher(head);
        return matcher.find() ? matcher.group(1) : "";
    }

    private String readHead() throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            head.write(input.readByte());
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void write(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void write(Wire wire) throws IOException {
        write(wire.bytes(masks));
    }

    /// A write for each so many bytes.
    void write(byte[] bytes, int chopBytes) throws IOException {
        for (int at = 0; at < bytes.length; at += chopBytes) {
            socket.getOutputStream().write(bytes, at, Math.min(chopBytes, bytes.length - at));
        }
    }

    /// The next frame, byte by byte, but for the mask that a client's must have.
    byte[] readFrame() throws IOException {
        int first = input.readUnsignedByte();
        int second = input.readUnsignedByte();
        assertEquals(!masks, second > 0x7F, "mask bit");
        int form = second & 0x7F;
        int extraBytes = form == 126 ? 2 : form == 127 ? 8 : 0;
        byte[] extra = input.readNBytes(extraBytes);
        int payloadBytes = switch (extraBytes) {
            case 2 -> Short.toUnsignedInt(ByteBuffer.wrap(extra).getShort());
            case 8 -> Math.toIntExact(ByteBuffer.wrap(extra).getLong());
            default -> form;
        };
        int key = masks ? 0 : input.readInt();
        byte[] payload = input.readNBytes(payloadBytes);
        assertEquals(payloadBytes, payload.length, "an end within a frame");
        for (int i = 0; i < payloadBytes; i++) {
            payload[i] ^= (byte) (key >>> 24 - 8 * (i & 3));
        }
        return ByteBuffer.allocate(2 + extraBytes + payloadBytes)
                .put((byte) first).put((byte) form).put(extra).put(payload).array();
    }

    void expect(Wire frame) throws IOException {
        byte[] expected = frame.bytes(false);
        byte[] actual = readFrame();
        if (expected.length > 1000 && Arrays.equals(expected, actual)) {
            return; // spares the digits
        }
        assertEquals(digits(expected), digits(actual), "frame");
    }

    private static String digits(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    /// A close frame with that code and some reason, in order.
    void expectFailure(int code) throws IOException {
        byte[] frame = readFrame();
        assertEquals(0x88, Byte.toUnsignedInt(frame[0]), () -> "a close frame, got " + digits(frame));
        assertTrue(frame.length >= 4 && frame.length <= 127, () -> "a close frame with a code, got " + digits(frame));
        assertEquals(code, Short.toUnsignedInt(ByteBuffer.wrap(frame).getShort(2)), "close code");
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(frame, 4, frame.length - 4));
        } catch (CharacterCodingException e) {
            throw new AssertionError("reason of a close: " + digits(frame), e);
        }
    }

    /// The end of the stream, and no reset, which would be thrown.
    void expectEnd() throws IOException {
        assertEquals(-1, input.read(), "nothing behind the close frame");
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
