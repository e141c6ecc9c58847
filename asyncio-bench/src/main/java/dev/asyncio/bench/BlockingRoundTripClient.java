package dev.asyncio.bench;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.TcpStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/// A client in blocking style: send a message, wait for it to come back, check it.
final class BlockingRoundTripClient implements RoundTripClient {

    private final ByteChannel channel;
    private final ThreadFactory threads;
    private final ByteBuffer message;
    private final ByteBuffer reply;

    /// Written by the thread of a run alone.
    private volatile long sequence;

    private BlockingRoundTripClient(ByteChannel channel, ThreadFactory threads, int messageBytes) {
        this.channel = channel;
        this.threads = threads;
        this.message = ByteBuffer.allocateDirect(messageBytes);
        this.reply = ByteBuffer.allocateDirect(messageBytes);
    }

    static RoundTripClient asyncio(InetSocketAddress server, int messageBytes) throws IOException {
        var stream = TcpStream.connect(server, NoDelay.tcpOptions(), Deadline.never());
        requireNoDelay(stream.option(StandardSocketOptions.TCP_NODELAY), stream);
        return new BlockingRoundTripClient(stream, Thread.ofVirtual().factory(), messageBytes);
    }

    static RoundTripClient jdk(InetSocketAddress server, ThreadFactory threads, int messageBytes) throws IOException {
        var channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, NoDelay.isWanted());
        requireNoDelay(channel.getOption(StandardSocketOptions.TCP_NODELAY), channel);
        return new BlockingRoundTripClient(channel, threads, messageBytes);
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
    public void run(long[] nanos) throws IOException, InterruptedException {
        var run = new FutureTask<Void>(() -> {
            for (int i = 0; i < nanos.length; i++) {
                long startNanos = System.nanoTime();
                roundTrip();
                nanos[i] = System.nanoTime() - startNanos;
            }
            return null;
        });
        threads.newThread(run).start();
        RoundTripClient.awaitEnd(run, () -> sequence);
    }

    private void roundTrip() throws IOException {
        message.clear().putLong(0, ++sequence);
        while (message.hasRemaining()) {
            channel.write(message);
        }
        reply.clear();
        while (reply.hasRemaining()) {
            if (channel.read(reply) == -1) {
                throw new EOFException("the server ended the connection after " + sequence + " round trips");
            }
        }
        if (reply.flip().mismatch(message.flip()) != -1) {
            throw new IOException("reply " + sequence + " differs from what was sent");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
