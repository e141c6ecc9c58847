package dev.asyncio.bench;

import dev.asyncio.bench.NettyServer.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;

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
        NETTY_NIO("Netty, NIO", Transport.NIO, true),
        NETTY_EPOLL("Netty, epoll", Transport.EPOLL, true),
        NETTY_EPOLL_UNCHECKED("Netty, epoll, no UTF-8 check", Transport.EPOLL, false),
        NETTY_EPOLL_BUSY("Netty, epoll, busy wait", Transport.EPOLL_BUSY, true),
        NETTY_IO_URING("Netty, io_uring", Transport.IO_URING, true),
        JAVA_WEBSOCKET("Java-WebSocket", JavaWebSocketEcho::start);

        private final String title;
        private final BooleanSupplier isAvailable;
        private final Starter starter;

        Kind(String title, Starter starter) {
            this(title, () -> true, starter);
        }

        Kind(String title, Transport transport, boolean checksUtf8) {
            this(title, transport::isAvailable,
                    (address, deflate) -> NettyWebSocketEcho.start(address, transport, deflate, checksUtf8));
        }

        Kind(String title, BooleanSupplier isAvailable, Starter starter) {
            this.title = title;
            this.isAvailable = isAvailable;
            this.starter = starter;
        }

        /// Whether this system has what it waits with.
        public boolean isAvailable() {
            return isAvailable.getAsBoolean();
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
