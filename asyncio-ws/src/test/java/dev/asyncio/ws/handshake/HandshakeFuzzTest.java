package dev.asyncio.ws.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Whatever a peer sends, the handshake succeeds or a [HandshakeException] comes out, and that can be answered.
/// `-Dfuzz.seed=N` repeats a run as far as its time goes.
class HandshakeFuzzTest {

    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private static final List<String> PIECES =
            List.of("\r\n", "\r\n\r\n", "\r", "\n", " ", "\t", ":", ",", ";", "=", "\"", "\\",
                    "\0", "\u00FF", "GET", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "101", "200", "websocket", "Upgrade",
                    "Connection: ",
                    "Host: ", "Upgrade: ", "Sec-WebSocket-Key: ", "Sec-WebSocket-Version: ", "Sec-WebSocket-Protocol: ",
                    "Sec-WebSocket-Extensions: ", "Content-Length: ", "Transfer-Encoding: ", "permessage-deflate",
                    "server_max_window_bits", "client_max_window_bits", "server_no_context_takeover", "http://",
                    "[::1]", "%", "9", "99");

    private final long seed = Long.getLong("fuzz.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final ClientHandshake client = new ClientHandshake(URI.create("ws://h/"), List.of("a", "b"),
            Optional.of(DeflateParameters.defaults()), Headers.none(), KEY);

    private String requestText() {
        return Heads.text(client.request().encode());
    }

    private String responseText() throws HandshakeException {
        var server = ServerHandshake.check(Heads.requestParser().feed(client.request().encode()));
        return Heads.text(server
                .accept(Optional.of("a"), server.extensions().accept(DeflateParameters.defaults()),
                        Headers.of("A", "b"))
                .encode());
    }

    @Test
    void requests() throws HandshakeException {
        fuzz(requestText(), this::serve);
    }

    @Test
    void responses() throws HandshakeException {
        fuzz(responseText(), bytes -> {
            HttpHead.Response response = inPieces(HeadParser.forResponse(2_000, 20), bytes);
            if (response != null) {
                client.check(response);
            }
            return response != null;
        });
    }

    @FunctionalInterface
    private interface Side {
        /// Whether a head was complete and in order.
        boolean take(ByteBuffer bytes) throws HandshakeException;
    }

    private boolean serve(ByteBuffer bytes) throws HandshakeException {
        HttpHead.Request request = inPieces(HeadParser.forRequest(2_000, 20), bytes);
        if (request == null) {
            return false;
        }
        ServerHandshake.isUpgrade(request);
        var server = ServerHandshake.check(request);
        var subprotocol = server.subprotocols().stream().findFirst();
        var deflate = server.extensions().accept(DeflateParameters.defaults());
        // What we send can always be read.
        Heads.responseParser().feed(server.accept(subprotocol, deflate, Headers.none()).encode());
        return true;
    }

    private void fuzz(String good, Side side) throws HandshakeException {
        assertTrue(side.take(Heads.bytes(good)));
        int accepted = 0;
        int refused = 0;
        long start = System.nanoTime();
        while (System.nanoTime() - start < NANOS) {
            String text = mutate(good);
            try {
                accepted += side.take(Heads.bytes(text)) ? 1 : 0;
            } catch (HandshakeException e) {
                refused++;
                assertCanBeAnswered(e);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", input " + text, e);
            }
        }
        System.out.println("fuzz seed " + seed + ": " + accepted + " accepted, " + refused + " refused");
        assertTrue(accepted > 0 && refused > 0, "seed " + seed);
    }

    private void assertCanBeAnswered(HandshakeException e) throws HandshakeException {
        String message = e.getMessage();
        assertTrue(message.chars().allMatch(c -> c >= ' ' && c < 0x7F), "seed " + seed + ": " + message);
        if (!(e instanceof HandshakeRefusedException)) {
            assertEquals(e.status(), Heads.responseParser().feed(FinalAnswer.refuse(e).encode()).status());
        }
    }

    private String mutate(String good) {
        var text = new StringBuilder(good);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), at + random.nextInt(12));
            switch (random.nextInt(5)) {
                case 0 -> text.replace(at, to, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> text.insert(at, text.substring(random.nextInt(at + 1), at));
                case 3 -> text.insert(at, (char) random.nextInt(256));
                default -> text.delete(at, to);
            }
        }
        return text.toString();
    }

    private <H extends HttpHead> H inPieces(HeadParser<H> parser, ByteBuffer bytes) throws HandshakeException {
        int end = bytes.limit();
        H head = null;
        while (head == null && bytes.position() < end) {
            bytes.limit(Math.min(end, bytes.position() + 1 + random.nextInt(100)));
            head = parser.feed(bytes);
        }
        return head;
    }
}
