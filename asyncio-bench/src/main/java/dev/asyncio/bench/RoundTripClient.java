package dev.asyncio.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/// One connection of a contender, one message at a time, each of which comes back and is checked.
interface RoundTripClient extends AutoCloseable {

    /// Nobody waits for a lost message for ever; and nobody takes a machine that is busy elsewhere for a silent server.
    Duration SILENCE_LIMIT = Duration.ofSeconds(5);

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
    default void run(long[] nanos) throws IOException, InterruptedException {
        run(nanos, SILENCE_LIMIT);
    }

    /// The same with another limit.
    ///
    /// @param silenceLimit how long the server may be silent at least, and at most for twice as long
    /// @throws SocketTimeoutException if it is silent for longer
    void run(long[] nanos, Duration silenceLimit) throws IOException, InterruptedException;

    /// Waits until a run has ended. What it waits for may be under way for ever afterwards, until the client is closed.
    ///
    /// @param beginCount how many round trips have begun
    /// @throws SocketTimeoutException if that stays the same for too long
    /// @throws IOException if the run failed
    static void awaitEnd(Future<?> run, LongSupplier beginCount, Duration silenceLimit)
            throws IOException, InterruptedException {
        long countBefore = -1;
        while (true) {
            try {
                run.get(silenceLimit.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (ExecutionException e) {
                throw new IOException(e.getCause().getMessage(), e.getCause());
            } catch (TimeoutException _) {
                long count = beginCount.getAsLong();
                if (count == countBefore) {
                    throw new SocketTimeoutException("the server has been silent for more than %,d ms in round trip %d"
                            .formatted(silenceLimit.toMillis(), count));
                }
                countBefore = count;
            }
        }
    }

    @Override
    void close() throws IOException;
}
