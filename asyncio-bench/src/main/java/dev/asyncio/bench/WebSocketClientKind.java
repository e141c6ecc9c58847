package dev.asyncio.bench;

import dev.asyncio.bench.NettyServer.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.function.BooleanSupplier;

/// The contenders as WebSocket clients by name: one connection, one message at a time.
enum WebSocketClientKind {
    ASYNCIO("asyncio", AsyncioWebSocketClient::connect),
    JDK("JDK, java.net.http", JdkWebSocketClient::connect),
    JDK_DIRECT("JDK, java.net.http, no executor", JdkWebSocketClient::connectWithoutExecutor),
    NETTY_NIO("Netty, NIO", Transport.NIO),
    NETTY_EPOLL("Netty, epoll", Transport.EPOLL),
    NETTY_EPOLL_BUSY("Netty, epoll, busy wait", Transport.EPOLL_BUSY),
    NETTY_IO_URING("Netty, io_uring", Transport.IO_URING),
    JAVA_WEBSOCKET("Java-WebSocket", JavaWebSocketClient::connect);

    /// For a handshake.
    static final int PATIENCE_SECONDS = 10;

    private final String title;
    private final BooleanSupplier isAvailable;
    private final Connector connector;

    WebSocketClientKind(String title, Connector connector) {
        this(title, () -> true, connector);
    }

    WebSocketClientKind(String title, Transport transport) {
        this(title, transport::isAvailable,
                (server, messageBytes) -> NettyWebSocketClient.connect(server, transport, messageBytes));
    }

    WebSocketClientKind(String title, BooleanSupplier isAvailable, Connector connector) {
        this.title = title;
        this.isAvailable = isAvailable;
        this.connector = connector;
    }

    /// Connects to a server's root.
    @FunctionalInterface
    private interface Connector {
        RoundTripClient connect(InetSocketAddress server, int messageBytes) throws IOException;
    }

    /// Whether this system has what it waits with.
    boolean isAvailable() {
        return isAvailable.getAsBoolean();
    }

    /// Connects, and reads TCP_NODELAY back, which not every library shows.
    RoundTripClient connect(InetSocketAddress server, int messageBytes) throws IOException {
        RoundTripClient client = connector.connect(server, messageBytes);
        try {
            HiddenSockets.requireNoDelay(server);
        } catch (IOException | IllegalStateException e) {
            client.close();
            throw e;
        }
        return client;
    }

    static URI uri(InetSocketAddress server) {
        return URI.create("ws://%s:%d/".formatted(server.getAddress().getHostAddress(), server.getPort()));
    }

    /// The client with a name as tables have it, or as the enum constant is written.
    static WebSocketClientKind of(String name) {
        return Names.find("client", values(), name);
    }

    @Override
    public String toString() {
        return title;
    }
}
