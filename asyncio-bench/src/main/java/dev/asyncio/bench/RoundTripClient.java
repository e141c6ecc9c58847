package dev.asyncio.bench;

import java.io.IOException;
import java.net.InetSocketAddress;

/// One connection of a contender, one message at a time, each of which comes back and is checked.
interface RoundTripClient extends AutoCloseable {

    /// Connects as the server's kind does: blocking, on the kind of thread that it is about, or by events.
    static RoundTripClient connect(EchoContender.Kind kind, InetSocketAddress server, int messageBytes)
            throws IOException {
        return switch (kind) {
            case ASYNCIO -> BlockingRoundTripClient.asyncio(server, messageBytes);
            case JDK_VIRTUAL -> BlockingRoundTripClient.jdk(server, Thread.ofVirtual().factory(), messageBytes);
            case JDK_PLATFORM -> BlockingRoundTripClient.jdk(server, Thread.ofPlatform().factory(), messageBytes);
            case NETTY_NIO, NETTY_EPOLL, NETTY_EPOLL_BUSY, NETTY_IO_URING ->
                NettyRoundTripClient.connect(server, kind.transport(), messageBytes);
            case ASYNCIO_PLATFORM_LOOP -> throw new IllegalArgumentException("there is no client for " + kind);
        };
    }

    /// Runs round trips, one after the other, and returns when all are done.
    ///
    /// @param nanos takes the time of each
    void run(long[] nanos) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
}
