package dev.asyncio.bench;

import dev.asyncio.bench.NettyServer.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;

/// A running echo server of one of the contenders.
public interface EchoContender extends AutoCloseable {

    /// How much a server of the JVM reads at once: the longest message whole, unless [#READ_BYTES_PROPERTY]
    /// says less.
    int BUFFER_BYTES = readBytes(64 * 1024);

    /// Says how much servers in this process read at once, where connections bring one brief message and should not pay for
    /// a large buffer.
    String READ_BYTES_PROPERTY = "dev.asyncio.bench.readBytes";

    static int readBytes(int usual) {
        return Integer.getInteger(READ_BYTES_PROPERTY, usual);
    }

    /// Where it listens.
    InetSocketAddress address();

    @Override
    void close() throws IOException;

    /// The contenders by name.
    enum Kind {
        ASYNCIO("asyncio", AsyncioEcho::start),
        ASYNCIO_PLATFORM_LOOP("asyncio, platform loop", AsyncioEcho::startOnPlatformThreads),
        JDK_VIRTUAL("JDK, virtual threads", address -> JdkEcho.start(address, Thread.ofVirtual().factory())),
        JDK_PLATFORM("JDK, platform threads", address -> JdkEcho.start(address, Thread.ofPlatform().factory())),
        NETTY_NIO("Netty, NIO", Transport.NIO),
        NETTY_EPOLL("Netty, epoll", Transport.EPOLL),
        NETTY_EPOLL_BUSY("Netty, epoll, busy wait", Transport.EPOLL_BUSY),
        NETTY_IO_URING("Netty, io_uring", Transport.IO_URING);

        private final String title;
        private final Transport transport;
        private final Starter starter;

        Kind(String title, Starter starter) {
            this(title, null, starter);
        }

        Kind(String title, Transport transport) {
            this(title, transport, address -> NettyEcho.start(address, transport));
        }

        Kind(String title, Transport transport, Starter starter) {
            this.title = title;
            this.transport = transport;
            this.starter = starter;
        }

        /// Netty's; null if this is another contender.
        Transport transport() {
            return transport;
        }

        /// Whether this system has what it waits with.
        public boolean isAvailable() {
            return transport == null || transport.isAvailable();
        }

        public EchoContender start(InetSocketAddress address) throws IOException {
            return starter.start(address);
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
        EchoContender start(InetSocketAddress address) throws IOException;
    }
}
