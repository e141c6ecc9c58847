package dev.asyncio.bench;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.TcpStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/// A client in blocking style: send a message, wait for it to come back, check it.
final class BlockingRoundTripClient implements RoundTripClient {

    private final Connection connection;
    private final ThreadFactory threads;

    /// Written by the thread of a run alone.
    private volatile long sequence;

    BlockingRoundTripClient(Connection connection, ThreadFactory threads) {
        this.connection = connection;
        this.threads = threads;
    }

    /// What a message goes over.
    interface Connection extends Closeable {

        /// Sends a message that begins with a number, waits until it has come back, and checks it.
        void roundTrip(long number) throws IOException;
    }

    static RoundTripClient asyncio(InetSocketAddress server, int messageBytes) throws IOException {
        var stream = TcpStream.connect(server, NoDelay.tcpOptions(), Deadline.never());
        requireNoDelay(stream.option(StandardSocketOptions.TCP_NODELAY), stream);
        return new BlockingRoundTripClient(Bytes.over(stream, messageBytes), Thread.ofVirtual().factory());
    }

    static RoundTripClient jdk(InetSocketAddress server, ThreadFactory threads, int messageBytes) throws IOException {
        var channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, NoDelay.isWanted());
        requireNoDelay(channel.getOption(StandardSocketOptions.TCP_NODELAY), channel);
        return new BlockingRoundTripClient(Bytes.over(channel, messageBytes), threads);
    }

    /// Closes a channel that is refused.
    private static void requireNoDelay(boolean readBack, ByteChannel channel) throws IOException {
        try {
            NoDelay.require(readBack);
        } catch (IllegalStateException e) {
            channel.close();
            throw e;
        }
    }

    /// On a thread of the client's kind.
    @Override
    public void run(long[] nanos, Duration silenceLimit) throws IOException, InterruptedException {
        var run = new FutureTask<Void>(() -> {
            for (int i = 0; i < nanos.length; i++) {
                long startNanos = System.nanoTime();
                connection.roundTrip(++sequence);
                nanos[i] = System.nanoTime() - startNanos;
            }
            return null;
        });
        threads.newThread(run).start();
        RoundTripClient.awaitEnd(run, () -> sequence, silenceLimit);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    private record Bytes(ByteChannel channel, ByteBuffer message, ByteBuffer reply) implements Connection {

        static Bytes over(ByteChannel channel, int messageBytes) {
            return new Bytes(channel, ByteBuffer.allocateDirect(messageBytes), ByteBuffer.allocateDirect(messageBytes));
        }

        @Override
        public void roundTrip(long number) throws IOException {
            message.clear().putLong(0, number);
            while (message.hasRemaining()) {
                channel.write(message);
            }
            reply.clear();
            while (reply.hasRemaining()) {
                if (channel.read(reply) == -1) {
                    throw new EOFException("the server ended the connection after " + number + " round trips");
                }
            }
            if (reply.flip().mismatch(message.flip()) != -1) {
                throw new IOException("reply " + number + " differs from what was sent");
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
