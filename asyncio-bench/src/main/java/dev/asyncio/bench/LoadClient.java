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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.HdrHistogram.Histogram;

/// A client that no contender wrote: plain NIO, one thread, many connections, a window of messages under way on each.
/// Checks length, content and order of every reply; any error fails the run.
///
/// `LoadClient HOST PORT CONNECTIONS MESSAGE_BYTES WINDOW WARM_UP_SECONDS SECONDS` prints `measuring` after
/// the warm-up, and one line of `name=value` in the end.
public final class LoadClient {

    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(5);

    /// It polls for so long before it sleeps, so that the server is measured and not our wake-ups. It is meant to have
    /// a core of its own.
    private static final Duration SPIN_LIMIT = Duration.ofMillis(1);

    /// A message begins with its number on its connection, and above this bit the number of the connection.
    private static final int CONNECTION_SHIFT = 40;

    private final int messageBytes;
    private final int window;
    private final ByteBuffer pattern;
    private final ByteBuffer received = ByteBuffer.allocateDirect(256 * 1024);
    private final Histogram histogram = new Histogram(Duration.ofMinutes(1).toNanos(), 3);
    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();
    private long sentCount;
    private long replyCount;
    private boolean draining;

    /// When a connection was ready last.
    private long eventNanos = System.nanoTime();

    /// An exception must not leave the selector's action: it is kept for [#turn()].
    private IOException failure;

    private LoadClient(Selector selector, int messageBytes, int window) {
        if (messageBytes < Long.BYTES) {
            throw new IllegalArgumentException("message bytes: expected at least 8, got " + messageBytes);
        }
        this.selector = selector;
        this.messageBytes = messageBytes;
        this.window = window;
        byte[] bytes = new byte[messageBytes];
        new Random(messageBytes).nextBytes(bytes);
        this.pattern = ByteBuffer.allocateDirect(messageBytes).put(bytes);
    }

    /// What one run came to.
    ///
    /// @param replyCount replies within the measured time
    /// @param seconds the measured wall time
    /// @param latencies nanoseconds from send to reply within the measured time
    /// @param cpuMicros this process's CPU time for each reply within the measured time
    public record Result(long replyCount, double seconds, Histogram latencies, double cpuMicros) {

        double rate() {
            return replyCount / seconds;
        }

        @Override
        public String toString() {
            return "rate=%.0f p50us=%.1f p99us=%.1f p999us=%.1f cpuUs=%.2f replies=%d"
                    .formatted(
                            rate(),
                            latencies.getValueAtPercentile(50) / 1e3,
                            latencies.getValueAtPercentile(99) / 1e3,
                            latencies.getValueAtPercentile(99.9) / 1e3,
                            cpuMicros,
                            replyCount);
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
                Duration.ofMillis((long) (Double.parseDouble(args[6]) * 1_000)),
                () -> System.out.println("measuring")));
    }

    /// Connects, warms up, measures and disconnects.
    ///
    /// @param onMeasuring is run between warm-up and measurement
    public static Result run(
            InetSocketAddress server,
            int connectionCount,
            int messageBytes,
            int window,
            Duration warmUp,
            Duration measured,
            Runnable onMeasuring)
            throws IOException {
        try (var selector = Selector.open()) {
            var client = new LoadClient(selector, messageBytes, window);
            try {
                client.connect(server, connectionCount);
                client.runFor(warmUp);
                onMeasuring.run();
                return client.measure(measured);
            } finally {
                for (Connection connection : client.connections) {
                    connection.channel.close();
                }
            }
        }
    }

    private void connect(InetSocketAddress server, int connectionCount) throws IOException {
        for (int i = 0; i < connectionCount; i++) {
            connections.add(new Connection(server, i));
        }
        for (Connection connection : connections) {
            connection.fillWindow();
        }
    }

    private Result measure(Duration duration) throws IOException {
        long repliesBefore = replyCount;
        long cpuBefore = processCpuNanos();
        histogram.reset();
        double seconds = runFor(duration);
        long replies = replyCount - repliesBefore;
        double cpuMicros = (processCpuNanos() - cpuBefore) / 1e3 / replies;
        drain();
        if (replies == 0) {
            throw new IOException("no reply within " + duration);
        }
        return new Result(replies, seconds, histogram, cpuMicros);
    }

    private static long processCpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /// Runs the closed loop for a time, and returns the seconds that it really took.
    private double runFor(Duration duration) throws IOException {
        long startNanos = System.nanoTime();
        long nowNanos;
        do {
            nowNanos = turn();
        } while (nowNanos - startNanos < duration.toNanos());
        return (nowNanos - startNanos) / 1e9;
    }

    /// Waits for the replies that are under way: one that never comes fails the run, however busy the other
    /// connections were, and closing resets nobody.
    private void drain() throws IOException {
        draining = true;
        while (replyCount < sentCount) {
            turn();
        }
    }

    /// Serves the connections that are ready and returns the time; fails if one failed, or if all have been silent
    /// for too long.
    private long turn() throws IOException {
        int readyCount = selector.selectNow(LoadClient::serve);
        long nowNanos = System.nanoTime();
        if (readyCount == 0 && nowNanos - eventNanos > SPIN_LIMIT.toNanos()) {
            readyCount = selector.select(LoadClient::serve, SILENCE_LIMIT.toMillis());
            nowNanos = System.nanoTime();
        }
        if (failure != null) {
            throw failure;
        }
        if (readyCount > 0) {
            eventNanos = nowNanos;
        } else if (nowNanos - eventNanos > SILENCE_LIMIT.toNanos()) {
            throw new IOException("%d replies are missing after %s".formatted(sentCount - replyCount, SILENCE_LIMIT));
        }
        return nowNanos;
    }

    private static void serve(SelectionKey key) {
        ((Connection) key.attachment()).onReady();
    }

    /// One connection and what is under way on it.
    private final class Connection {

        private final SocketChannel channel;
        private final SelectionKey key;
        private final ByteBuffer outgoing = ByteBuffer.allocateDirect(messageBytes * window);
        private final ByteBuffer reply = ByteBuffer.allocateDirect(messageBytes);
        private final long firstNumber;
        private long nextNumber;
        private long nextReply;

        /// Of the messages under way, at their number modulo the window.
        private final long[] sendNanos = new long[window];

        Connection(InetSocketAddress server, long index) throws IOException {
            channel = SocketChannel.open(server);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            NoDelay.require(channel.getOption(StandardSocketOptions.TCP_NODELAY));
            channel.configureBlocking(false);
            key = channel.register(selector, SelectionKey.OP_READ, this);
            firstNumber = index << CONNECTION_SHIFT;
        }

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

        void fillWindow() throws IOException {
            if (draining || outgoing.position() > 0) {
                return; // or the last batch has not gone out yet
            }
            long nowNanos = System.nanoTime();
            for (; nextNumber - nextReply < window; nextNumber++) {
                int start = outgoing.position();
                outgoing.put(pattern.clear()).putLong(start, firstNumber + nextNumber);
                sendNanos[(int) (nextNumber % window)] = nowNanos;
                sentCount++;
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
                throw new EOFException("the server ended a connection after " + nextReply + " replies");
            }
            long nowNanos = System.nanoTime();
            received.flip();
            while (received.hasRemaining()) {
                int count = Math.min(received.remaining(), reply.remaining());
                reply.put(received.slice(received.position(), count));
                received.position(received.position() + count);
                if (!reply.hasRemaining()) {
                    check(reply.flip());
                    reply.clear();
                    histogram.recordValue(nowNanos - sendNanos[(int) (nextReply++ % window)]);
                    replyCount++;
                }
            }
        }

        private void check(ByteBuffer message) throws IOException {
            long number = message.getLong(0);
            if (number != firstNumber + nextReply || nextReply == nextNumber) {
                throw new IOException("expected reply %x, got %x".formatted(firstNumber + nextReply, number));
            }
            if (message.position(Long.BYTES).mismatch(pattern.clear().position(Long.BYTES)) != -1) {
                throw new IOException("reply %x differs from what was sent".formatted(number));
            }
        }
    }
}
