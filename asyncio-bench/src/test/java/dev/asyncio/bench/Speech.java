package dev.asyncio.bench;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// What a [FaultyEcho] and the load client speak with each other.
enum Speech {
    BARE(new LoadClient.Bare()) {

        @Override
        void begin(Socket socket) {}

        @Override
        byte[] honestReply(Socket socket, int messageBytes) throws IOException {
            byte[] message = socket.getInputStream().readNBytes(messageBytes);
            return message.length < messageBytes ? null : message;
        }
    },

    WEBSOCKET(WebSocketLoadClient.Frames.BINARY) {

        @Override
        void begin(Socket socket) throws IOException {
            accept(socket, keyOf(readHead(socket)));
        }

        @Override
        byte[] honestReply(Socket socket, int messageBytes) throws IOException {
            var input = new DataInputStream(socket.getInputStream());
            int start = input.read();
            if (start == -1 || (start & 0xF) == OPCODE_CLOSE) {
                return null;
            }
            var reply = new ByteArrayOutputStream();
            reply.write(start);
            int length = input.read() & 0x7F;
            reply.write(length);
            if (length == 126) {
                length = input.readUnsignedShort();
                new DataOutputStream(reply).writeShort(length);
            }
            byte[] mask = input.readNBytes(4);
            for (int i = 0; i < length; i++) {
                reply.write(input.readByte() ^ mask[i % 4]);
            }
            return reply.toByteArray();
        }
    };

    private static final int OPCODE_CLOSE = 0x8;

    private final LoadProtocol protocol;

    Speech(LoadProtocol protocol) {
        this.protocol = protocol;
    }

    /// The load client's part.
    LoadProtocol protocol() {
        return protocol;
    }

    /// The server's part before the first message.
    abstract void begin(Socket socket) throws IOException;

    /// Reads a message and returns the bytes of the reply that is due; null at the end.
    abstract byte[] honestReply(Socket socket, int messageBytes) throws IOException;

    static String readHead(Socket socket) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") == -1) {
            int character = socket.getInputStream().read();
            if (character == -1) {
                throw new EOFException("within a head: " + head);
            }
            head.append((char) character);
        }
        return head.toString();
    }

    static String keyOf(String head) {
        String name = "Sec-WebSocket-Key: ";
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, name, 0, name.length()))
                .findFirst()
                .orElseThrow()
                .substring(name.length());
    }

    static void accept(Socket socket, String key) throws IOException {
        socket.getOutputStream().write("""
                HTTP/1.1 101 Switching Protocols\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Accept: %s\r
                \r
                """.formatted(PlainHandshake.acceptKey(key)).getBytes(StandardCharsets.US_ASCII));
    }
}
