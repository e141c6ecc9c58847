package dev.asyncio.bench;

import dev.asyncio.bench.WebSocketContender.Deflate;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A client that we did not write, in blocking style.
abstract class WebSocketPeer implements AutoCloseable {

    private final BlockingQueue<Object> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Closed> closed = new CompletableFuture<>();

    /// What a server's close frame said.
    record Closed(int code, String reason) {}

    /// The clients by name.
    enum Kind {
        JAVA_WEBSOCKET,
        NETTY,
        JDK;

        WebSocketPeer connect(URI server, Deflate deflate) throws Exception {
            return switch (this) {
                case JAVA_WEBSOCKET -> JavaWebSocketPeer.connect(server, deflate);
                case NETTY -> NettyWebSocketPeer.connect(server, deflate);
                case JDK -> JdkWebSocketPeer.connect(server);
            };
        }

        boolean knowsDeflate() {
            return this != JDK;
        }
    }

    abstract void send(String text) throws Exception;

    abstract void send(byte[] bytes) throws Exception;

    /// Sends a close frame.
    abstract void close(int code, String reason) throws Exception;

    /// Waits for the next message: a [String] or `byte[]`.
    Object receive() throws Exception {
        Object message = messages.poll(Waiting.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (message instanceof Throwable failure) {
            throw new IOException("the peer failed", failure);
        }
        return message;
    }

    /// Waits for the server's close frame.
    Closed awaitClose() throws Exception {
        return closed.get(Waiting.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// A message, or a failure, has come.
    final void onMessage(Object message) {
        messages.add(message);
    }

    final void onClosed(int code, String reason) {
        closed.complete(new Closed(code, reason));
    }
}
