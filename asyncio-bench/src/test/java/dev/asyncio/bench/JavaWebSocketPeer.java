package dev.asyncio.bench;

import dev.asyncio.bench.WebSocketContender.Deflate;
import dev.asyncio.core.testing.Waiting;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.handshake.ServerHandshake;

/// Java-WebSocket's client.
final class JavaWebSocketPeer extends WebSocketPeer {

    private final Client client;
    private final CompletableFuture<Void> isOpen = new CompletableFuture<>();

    private JavaWebSocketPeer(URI server, Deflate deflate) {
        this.client = new Client(server, deflate);
    }

    static JavaWebSocketPeer connect(URI server, Deflate deflate) throws Exception {
        var peer = new JavaWebSocketPeer(server, deflate);
        peer.client.connect();
        peer.isOpen.get(Waiting.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        NoDelay.require(peer.client.getSocket().getTcpNoDelay());
        return peer;
    }

    private final class Client extends WebSocketClient {

        Client(URI server, Deflate deflate) {
            super(server, JavaWebSocketEcho.draft(deflate));
            setTcpNoDelay(true);
            setConnectionLostTimeout(0);
        }

        @Override
        public void onOpen(ServerHandshake response) {
            isOpen.complete(null);
        }

        @Override
        public void onMessage(String text) {
            JavaWebSocketPeer.this.onMessage(text);
        }

        @Override
        public void onMessage(ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            JavaWebSocketPeer.this.onMessage(copy);
        }

        @Override
        public void onClose(int code, String reason, boolean byPeer) {
            onClosed(code, reason);
        }

        @Override
        public void onError(Exception cause) {
            isOpen.completeExceptionally(cause);
            JavaWebSocketPeer.this.onMessage(cause);
        }
    }

    @Override
    void send(String text) {
        client.send(text);
    }

    @Override
    void send(byte[] bytes) {
        client.send(bytes);
    }

    @Override
    void close(int code, String reason) {
        client.close(code, reason);
    }

    @Override
    public void close() throws InterruptedException {
        client.closeBlocking();
    }
}
