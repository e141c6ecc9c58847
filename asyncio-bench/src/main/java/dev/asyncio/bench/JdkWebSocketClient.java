package dev.asyncio.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// The client of `java.net.http`.
final class JdkWebSocketClient extends EventRoundTripClient {

    private final HttpClient http;
    private WebSocket socket;

    /// When the last message is out. Set before it is sent, since its reply may be here before that call has returned.
    private volatile CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);

    private JdkWebSocketClient(HttpClient http, int messageBytes) {
        super(messageBytes);
        this.http = http;
    }

    /// As one gets it: each reply is handed over from the thread that selects to one of a pool.
    static JdkWebSocketClient connect(InetSocketAddress server, int messageBytes) throws IOException {
        return connect(HttpClient.newHttpClient(), server, messageBytes);
    }

    /// Events come on the thread that selects.
    static JdkWebSocketClient connectWithoutExecutor(InetSocketAddress server, int messageBytes) throws IOException {
        return connect(HttpClient.newBuilder().executor(Runnable::run).build(), server, messageBytes);
    }

    private static JdkWebSocketClient connect(HttpClient http, InetSocketAddress server, int messageBytes)
            throws IOException {
        var client = new JdkWebSocketClient(http, messageBytes);
        try {
            client.socket = http
                    .newWebSocketBuilder()
                    .buildAsync(WebSocketClientKind.uri(server), client.new Replies())
                    .orTimeout(WebSocketClientKind.PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            http.shutdownNow();
            throw new IOException("connect to " + server + ": " + e.getCause(), e.getCause());
        }
        return client;
    }

    private final class Replies implements WebSocket.Listener {

        @Override
        public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer piece, boolean isLast) {
            receive(piece, isLast);
            webSocket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence piece, boolean isLast) {
            fail(new IOException("expected a binary message, got " + piece));
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
            failAtEnd();
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable cause) {
            fail(cause);
        }
    }

    /// Until the JDK has noticed that a message is out, it takes no other.
    @Override
    void send() {
        CompletableFuture<Void> before = sent;
        var out = new CompletableFuture<Void>();
        sent = out;
        before.thenCompose(_ -> socket.sendBinary(message(), true)).whenComplete((_, failure) -> {
            if (failure == null) {
                out.complete(null);
            } else {
                fail(failure);
            }
        });
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }
}
