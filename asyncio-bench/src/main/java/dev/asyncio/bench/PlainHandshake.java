package dev.asyncio.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Random;
import java.util.stream.Stream;

/// The opening handshake (RFC 6455, section 4) of either side, which owes nothing to any contender.
final class PlainHandshake {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_HEAD_BYTES = 16 * 1024;
    private static final String HEAD_END = "\r\n\r\n";

    private PlainHandshake() {}

    /// Shakes hands as a client, on a channel in blocking mode. Bytes that have come with the response are lost.
    ///
    /// @throws IOException if the server does not agree, or not in time
    static void perform(SocketChannel channel) throws IOException {
        perform(channel, "/");
    }

    /// The same for another path.
    static void perform(SocketChannel channel, String path) throws IOException {
        byte[] nonce = new byte[16];
        new Random().nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        String request = """
                GET %s HTTP/1.1\r
                Host: localhost:%d\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Key: %s\r
                Sec-WebSocket-Version: 13\r
                \r
                """.formatted(path, channel.socket().getPort(), key);
        write(request, channel);
        check(readHead(channel), acceptKey(key));
    }

    /// Agrees to a client's handshake, on a channel in blocking mode. Nothing beyond the request has been read afterwards.
    ///
    /// @throws IOException if there is none, or not in time
    static void answer(SocketChannel channel) throws IOException {
        String request = readHead(channel);
        String key = values("Sec-WebSocket-Key", request)
                .findFirst()
                .orElseThrow(() -> new IOException("expected a key for a WebSocket, got " + request));
        String response = """
                HTTP/1.1 101 Switching Protocols\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Accept: %s\r
                \r
                """.formatted(acceptKey(key));
        write(response, channel);
    }

    private static void write(String head, SocketChannel channel) throws IOException {
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode(head);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /// What has come behind the head is dropped: peers send nothing there, but for those of whom all is thrown away.
    private static String readHead(SocketChannel channel) throws IOException {
        channel.socket().setSoTimeout((int) TIMEOUT.toMillis());
        InputStream input = channel.socket().getInputStream();
        byte[] bytes = new byte[MAX_HEAD_BYTES];
        int length = 0;
        String head = "";
        int end = -1;
        while (end == -1) {
            int count = length < MAX_HEAD_BYTES ? input.read(bytes, length, MAX_HEAD_BYTES - length) : -1;
            if (count == -1) {
                throw new EOFException("the peer ended the connection in its handshake: " + head);
            }
            length += count;
            head = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
            end = head.indexOf(HEAD_END);
        }
        return head.substring(0, end);
    }

    private static void check(String response, String acceptKey) throws IOException {
        if (!response.startsWith("HTTP/1.1 101")
                || values("Sec-WebSocket-Accept", response).noneMatch(acceptKey::equals)) {
            throw new IOException("expected status 101 and the accept key " + acceptKey + ", got " + response);
        }
    }

    private static Stream<String> values(String name, String head) {
        return head.lines()
                .map(line -> line.split(":", 2))
                .filter(field -> field.length == 2 && field[0].equalsIgnoreCase(name))
                .map(field -> field[1].strip());
    }

    /// 4.2.2: what the server makes of the client's key.
    static String acceptKey(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
