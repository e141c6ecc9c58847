package dev.asyncio.bench;

import java.io.IOException;
import java.net.InetSocketAddress;

/// A running WebSocket server of one of the contenders, which sends each text and binary message back. Closing it tells
/// its clients 1001.
public interface WebSocketContender extends AutoCloseable {

    /// The longest message that a server takes, the same for all.
    int MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

    /// Where it listens.
    InetSocketAddress address();

    @Override
    void close() throws IOException;

    /// Whether a server agrees to permessage-deflate (RFC 7692) when it is offered.
    enum Deflate {
        OFF,
        ON
    }

    /// The contenders by name.
    enum Kind {
        ASYNCIO("asyncio", AsyncioWebSocketEcho::start),
        NETTY_NIO("Netty, NIO", NettyWebSocketEcho::startNio),
        NETTY_EPOLL("Netty, epoll", NettyWebSocketEcho::startEpoll),
        NETTY_EPOLL_UNCHECKED("Netty, epoll, no UTF-8 check", NettyWebSocketEcho::startEpollUnchecked),
        JAVA_WEBSOCKET("Java-WebSocket", JavaWebSocketEcho::start);

        private final String title;
        private final Starter starter;

        Kind(String title, Starter starter) {
            this.title = title;
            this.starter = starter;
        }

        public WebSocketContender start(InetSocketAddress address, Deflate deflate) throws IOException {
            return starter.start(address, deflate);
        }

        /// The contender with a name as tables have it, or as the enum constant is written.
        public static Kind of(String name) {
            return Names.find("contender", values(), name);
        }

        @Override
        public String toString() {
            return title;
        }
    }

    /// Starts a contender's server on an address; port 0 means any free one.
    @FunctionalInterface
    interface Starter {
        WebSocketContender start(InetSocketAddress address, Deflate deflate) throws IOException;
    }
}
