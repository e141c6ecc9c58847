package dev.asyncio.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.HdrHistogram.Histogram;

/// A client that no contender wrote: plain NIO, one thread, many connections, a window of messages under way on each.
/// Checks length, content and order of every reply; any error fails the run.
///
/// `LoadClient HOST PORT CONNECTIONS MESSAGE_BYTES WINDOW WARM_UP_SECONDS SECONDS` prints one line of `name=value`.
public final class LoadClient {

    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(10);

    private final int messageBytes;
    private final int window;
    private final ByteBuffer pattern;
    private final ByteBuffer received = ByteBuffer.allocateDirect(256 * 1024);
    private final Histogram histogram = new Histogram(Duration.ofMinutes(1).toNanos(), 3);
    private final List<Connection> connections = new ArrayList<>();
    private long replyCount;
    private boolean draining;

    private LoadClient(int messageBytes, int window) {
        if (messageBytes < Long.BYTES) {
            throw new IllegalArgumentException("message bytes: expected at least 8, got " + messageBytes);
        }
        this.messageBytes = messageBytes;
        this.window = window;
        byte[] bytes = new byte[messageBytes];
        new Random(messageBytes).nextBytes(bytes);
        this.pattern = ByteBuffer.allocateDirect(messageBytes).put(bytes);
    }

    /// What one run came to.
    ///
    /// @param replyCount replies within the measured time
    /// @param totalCount replies in all, those of the warm-up included
    /// @param seconds the measured wall time
    /// @param latencies nanoseconds from send to reply within the measured time
    /// @param cpuMicros this process's CPU time for each reply within the measured time
    public record Result(long replyCount, long totalCount, double seconds, Histogram latencies, double cpuMicros) {

        double rate() {
            return replyCount / seconds;
        }

        @Override
        public String toString() {
            return "rate=%.0f p50us=%.1f p99us=%.1f p999us=%.1f cpuUs=%.2f total=%d"
                    .formatted(
                            rate(),
                            latencies.getValueAtPercentile(50) / 1e3,
                            latencies.getValueAtPercentile(99) / 1e3,
                            latencies.getValueAtPercentile(99.9) / 1e3,
                            cpuMicros,
                            totalCount);
        }
    }

    static void main(String[] args) throws IOException {
        var server = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
        System.out.println(run(
                server,
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3]),
                Integer.parseInt(args[4]),
                Duration.ofMillis((long) (Double.parseDouble(args[5]) * 1_000)),
                Duration.ofMillis((long) (Double.parseDouble(args[6]) * 1_000))));
    }

    /// Connects, warms up, measures and disconnects.
    public static Result run(
            InetSocketAddress server,
            int connectionCount,
            int messageBytes,
            int window,
            Duration warmUp,
            Duration measured)
            throws IOException {
        var client = new LoadClient(messageBytes, window);
        try (var selector = Selector.open()) {
            for (int i = 0; i < connectionCount; i++) {
                client.connections.add(client.new Connection(server, selector));
            }
            for (Connection connection : client.connections) {
                connection.fillWindow();
            }
            client.runFor(warmUp, selector);
            long totalBefore = client.replyCount;
            client.histogram.reset();
            long cpuBefore = processCpuNanos();
            double seconds = client.runFor(measured, selector);
            long replies = client.replyCount - totalBefore;
            if (replies == 0) {
                throw new IOException("no reply from " + server + " within " + measured);
            }
            double cpuMicros = (processCpuNanos() - cpuBefore) / 1e3 / replies;
            client.drain(selector);
            return new Result(replies, totalBefore + replies, seconds, client.histogram, cpuMicros);
        } finally {
            for (Connection connection : client.connections) {
                connection.channel.close();
            }
        }
    }

    private static long processCpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /// Runs the closed loop for a time, and returns the seconds that it really took.
    private double runFor(Duration duration, Selector selector) throws IOException {
        long startNanos = System.nanoTime();
        long lastReplyNanos = startNanos;
        long nowNanos = startNanos;
        while (nowNanos - startNanos < duration.toNanos()) {
            int readyCount = selector.select(key -> ((Connection) key.attachment()).onReady(), 1_000);
            nowNanos = System.nanoTime();
            for (Connection connection : connections) {
                connection.throwFailure();
            }
            if (readyCount > 0) {
                lastReplyNanos = nowNanos;
            } else if (nowNanos - lastReplyNanos > SILENCE_LIMIT.toNanos()) {
                throw new IOException("no reply for " + SILENCE_LIMIT);
            }
        }
        return (nowNanos - startNanos) / 1e9;
    }

    /// Waits for the replies that are under way, so that closing resets nobody.
    private void drain(Selector selector) throws IOException {
        draining = true;
        while (connections.stream().anyMatch(Connection::isUnderWay)) {
            runFor(Duration.ofMillis(1), selector);
        }
    }

    /// One connection and what is under way on it.
    private final class Connection {

        private final SocketChannel channel;
        private final SelectionKey key;
        private final ByteBuffer outgoing = ByteBuffer.allocateDirect(messageBytes * window);
        private final ByteBuffer reply = ByteBuffer.allocateDirect(messageBytes);
        private final Queue<Long> sendNanos = new ArrayDeque<>();
        private long sentCount;
        private long receivedCount;
        private IOException failure;

        Connection(InetSocketAddress server, Selector selector) throws IOException {
            channel = SocketChannel.open(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            NoDelay.require(channel.getOption(StandardSocketOptions.TCP_NODELAY));
            channel.configureBlocking(false);
            key = channel.register(selector, SelectionKey.OP_READ, this);
        }

        /// An exception must not leave the selector's action: it is kept for the loop.
        void onReady() {
            try {
                if (key.isWritable()) {
                    flush();
                }
                if (key.isReadable()) {
                    receive();
                    fillWindow();
                }
            } catch (IOException e) {
                failure = e;
            }
        }

        boolean isUnderWay() {
            return receivedCount < sentCount;
        }

        void throwFailure() throws IOException {
            if (failure != null) {
                throw failure;
            }
        }

        void fillWindow() throws IOException {
            if (draining || outgoing.position() > 0) {
                return; // or the last batch has not gone out yet
            }
            long nowNanos = System.nanoTime();
            while (sentCount - receivedCount < window) {
                int start = outgoing.position();
                outgoing.put(pattern.clear());
                outgoing.putLong(start, sentCount++);
                sendNanos.add(nowNanos);
            }
            flush();
        }

        private void flush() throws IOException {
            outgoing.flip();
            channel.write(outgoing);
            outgoing.compact();
            key.interestOps(
                    outgoing.position() > 0 ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }

        private void receive() throws IOException {
            if (channel.read(received.clear()) == -1) {
                throw new EOFException("the server ended a connection after " + receivedCount + " replies");
            }
            received.flip();
            while (received.hasRemaining()) {
                int count = Math.min(received.remaining(), reply.remaining());
                reply.put(received.slice(received.position(), count));
                received.position(received.position() + count);
                if (!reply.hasRemaining()) {
                    check(reply.flip());
                    reply.clear();
                }
            }
        }

        private void check(ByteBuffer message) throws IOException {
            long sequence = message.getLong(0);
            if (sequence != receivedCount || receivedCount == sentCount) {
                throw new IOException("expected reply " + receivedCount + ", got " + sequence);
            }
            if (message.position(Long.BYTES).mismatch(pattern.clear().position(Long.BYTES)) != -1) {
                throw new IOException("reply " + sequence + " differs from what was sent");
            }
            receivedCount++;
            replyCount++;
            histogram.recordValue(System.nanoTime() - sendNanos.remove());
        }
    }
}
