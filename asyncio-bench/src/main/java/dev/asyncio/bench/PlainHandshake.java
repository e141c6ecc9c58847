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

/// A client's opening handshake (RFC 6455, section 4.1) that owes nothing to any contender.
final class PlainHandshake {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_HEAD_BYTES = 16 * 1024;
    private static final String HEAD_END = "\r\n\r\n";

    private PlainHandshake() {}

    /// Shakes hands on a channel in blocking mode. Nothing beyond the response has been read afterwards.
    ///
    /// @throws IOException if the server does not agree, or not in time
    static void perform(SocketChannel channel) throws IOException {
        byte[] nonce = new byte[16];
        new Random().nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        String request = """
                GET / HTTP/1.1\r
                Host: localhost:%d\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Key: %s\r
                Sec-WebSocket-Version: 13\r
                \r
                """.formatted(channel.socket().getPort(), key);
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode(request);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        check(readHead(channel), acceptKey(key));
    }

    /// A server that waits for the first message sends nothing beyond its head.
    private static String readHead(SocketChannel channel) throws IOException {
        channel.socket().setSoTimeout((int) TIMEOUT.toMillis());
        InputStream input = channel.socket().getInputStream();
        byte[] bytes = new byte[MAX_HEAD_BYTES];
        int length = 0;
        String head = "";
        while (!head.endsWith(HEAD_END)) {
            int count = length < MAX_HEAD_BYTES ? input.read(bytes, length, MAX_HEAD_BYTES - length) : -1;
            if (count == -1) {
                throw new EOFException("the server ended the connection in its handshake: " + head);
            }
            length += count;
            head = new String(bytes, 0, length, StandardCharsets.US_ASCII);
        }
        return head;
    }

    private static void check(String response, String acceptKey) throws IOException {
        String[] lines = response.split("\r\n");
        boolean isAccepted = false;
        for (String line : lines) {
            int colon = line.indexOf(':');
            isAccepted |= colon != -1
                    && line.substring(0, colon).equalsIgnoreCase("Sec-WebSocket-Accept")
                    && line.substring(colon + 1).strip().equals(acceptKey);
        }
        if (!lines[0].startsWith("HTTP/1.1 101") || !isAccepted) {
            throw new IOException("expected status 101 and the accept key " + acceptKey + ", got " + response);
        }
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
