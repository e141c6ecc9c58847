package dev.asyncio.bench;

import dev.asyncio.core.testing.Waiting;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/// The JDK's own client, which knows no compression.
final class JdkWebSocketPeer extends WebSocketPeer {

    private final HttpClient http;
    private WebSocket socket;

    private JdkWebSocketPeer(HttpClient http) {
        this.http = http;
    }

    static JdkWebSocketPeer connect(URI server) throws Exception {
        return connect(server, HttpClient.newHttpClient());
    }

    static JdkWebSocketPeer connect(URI server, SSLContext tls) throws Exception {
        return connect(server, HttpClient.newBuilder().sslContext(tls).build());
    }

    private static JdkWebSocketPeer connect(URI server, HttpClient http) throws Exception {
        var peer = new JdkWebSocketPeer(http);
        peer.socket = peer.http
                .newWebSocketBuilder()
                .buildAsync(server, peer.new Pieces())
                .get(Waiting.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        return peer;
    }

    /// Puts messages together, which come in pieces.
    private final class Pieces implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence piece, boolean isLast) {
            text.append(piece);
            if (isLast) {
                onMessage(text.toString());
                text.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer piece, boolean isLast) {
            byte[] copy = new byte[piece.remaining()];
            piece.get(copy);
            bytes.writeBytes(copy);
            if (isLast) {
                onMessage(bytes.toByteArray());
                bytes.reset();
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
            onClosed(code, reason);
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable cause) {
            onMessage(cause);
        }
    }

    @Override
    void send(String text) throws Exception {
        socket.sendText(text, true).get(Waiting.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    void send(byte[] bytes) throws Exception {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).get(Waiting.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    void close(int code, String reason) throws Exception {
        socket.sendClose(code, reason).get(Waiting.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }
}
