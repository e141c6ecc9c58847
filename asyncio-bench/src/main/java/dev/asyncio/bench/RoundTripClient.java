package dev.asyncio.bench;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ThreadFactory;

/// One connection of a contender, used in blocking style: send a message, wait for it to come back, check it.
final class RoundTripClient implements AutoCloseable {

    private final ByteChannel channel;
    private final ThreadFactory threads;
    private final ByteBuffer message;
    private final ByteBuffer reply;
    private long sequence;

    private RoundTripClient(ByteChannel channel, ThreadFactory threads, int messageBytes) {
        this.channel = channel;
        this.threads = threads;
        this.message = ByteBuffer.allocateDirect(messageBytes);
        this.reply = ByteBuffer.allocateDirect(messageBytes);
    }

    /// Connects as the server's kind does: blocking, on the kind of thread that it is about.
    static RoundTripClient connect(EchoContender.Kind kind, InetSocketAddress server, int messageBytes)
            throws IOException {
        return switch (kind) {
            case ASYNCIO -> new RoundTripClient(asyncio(server), Thread.ofVirtual().factory(), messageBytes);
            case JDK_VIRTUAL -> new RoundTripClient(jdk(server), Thread.ofVirtual().factory(), messageBytes);
            case JDK_PLATFORM -> new RoundTripClient(jdk(server), Thread.ofPlatform().factory(), messageBytes);
            default -> throw new IllegalArgumentException(kind + " has no blocking client");
        };
    }

    private static TcpStream asyncio(InetSocketAddress server) throws IOException {
        var stream = TcpStream.connect(server, TcpOptions.defaults(), Deadline.never());
        NoDelay.require(stream.option(StandardSocketOptions.TCP_NODELAY));
        return stream;
    }

    private static SocketChannel jdk(InetSocketAddress server) throws IOException {
        var channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        NoDelay.require(channel.getOption(StandardSocketOptions.TCP_NODELAY));
        return channel;
    }

    /// Runs round trips on a thread of the client's kind, one after the other, and returns when all are done.
    ///
    /// @param nanos takes the time of each
    void run(long[] nanos) throws IOException, InterruptedException {
        var failure = new IOException[1];
        Thread thread = threads.newThread(() -> {
            try {
                for (int i = 0; i < nanos.length; i++) {
                    long startNanos = System.nanoTime();
                    roundTrip();
                    nanos[i] = System.nanoTime() - startNanos;
                }
            } catch (IOException e) {
                failure[0] = e;
            }
        });
        thread.start();
        thread.join();
        if (failure[0] != null) {
            throw failure[0];
        }
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
