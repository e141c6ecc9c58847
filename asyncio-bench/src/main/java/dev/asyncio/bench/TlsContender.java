package dev.asyncio.bench;

import dev.asyncio.bench.NettyServer.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;

/// A running TLS echo server of one of the contenders, and connections to it by the same contender. All of them speak
/// TLS by the JDK's engine.
public interface TlsContender extends AutoCloseable {

    /// How much is written and read at once: four records.
    int BUFFER_BYTES = 64 * 1024;

    /// Where it listens.
    InetSocketAddress address();

    /// Connects and shakes hands. A host that was not connected to before makes that a whole handshake, others resume.
    Client connect(String host) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;

    /// One connection. Whatever comes back is checked.
    interface Client extends AutoCloseable {

        /// Sends messages, each when the one before has come back.
        void roundTrips(int messageCount) throws IOException, InterruptedException;

        /// Sends bytes in writes of [#BUFFER_BYTES] while what comes back is read.
        void stream(long byteCount) throws IOException, InterruptedException;

        /// Ends the connection at once, by a reset: closed politely it would occupy its port for a minute, and ports are
        /// few.
        @Override
        void close() throws IOException;
    }

    /// The contenders by name.
    enum Kind {
        ASYNCIO("asyncio", AsyncioTlsEcho::start),
        JDK_VIRTUAL("JDK, virtual threads", JdkTlsEcho::start),
        NETTY_NIO("Netty, NIO", Transport.NIO),
        NETTY_EPOLL("Netty, epoll", Transport.EPOLL);

        private final String title;
        private final BooleanSupplier isAvailable;
        private final Starter starter;

        Kind(String title, Starter starter) {
            this(title, () -> true, starter);
        }

        Kind(String title, Transport transport) {
            this(title, transport::isAvailable, address -> NettyTlsEcho.start(address, transport));
        }

        Kind(String title, BooleanSupplier isAvailable, Starter starter) {
            this.title = title;
            this.isAvailable = isAvailable;
            this.starter = starter;
        }

        /// Whether this system has what it waits with.
        boolean isAvailable() {
            return isAvailable.getAsBoolean();
        }

        TlsContender start(InetSocketAddress address) throws IOException {
            return starter.start(address);
        }

        static Kind of(String name) {
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
        TlsContender start(InetSocketAddress address) throws IOException;
    }
}
