package dev.asyncio.bench;

import dev.asyncio.bench.LoadDialogue.Marks;
import dev.asyncio.bench.LoadDialogue.Timing;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// What the load clients have in common, none of it a contender's: plain NIO, one thread, many connections, a window of
/// messages under way on each. Checks length, content and order of every reply; any error fails the run.
///
/// It is to cost less than any server: replies are compared where they were read to, nothing is allocated, and a
/// connection that is ready costs one read and one write.
final class LoadGenerator implements AutoCloseable {

    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(5);

    /// It polls for so long before it sleeps, so that the server is measured and not our wake-ups. It is meant to have
    /// a core of its own.
    private static final Duration SPIN_LIMIT = Duration.ofMillis(1);

    /// Whoever is told that a load is measured wakes up on a core that is busy. What is due meanwhile is late by some
    /// milliseconds; to catch up takes four times as long, at 80 % of what a server can do.
    static final Duration SETTLING = Duration.ofMillis(30);

    /// How long the fewer messages of a [Counting] take, about.
    private static final double COUNTED_SECONDS = 0.02;

    /// A message begins with its number on its connection, and above this bit the number of the connection.
    private static final int CONNECTION_SHIFT = 40;

    /// Where a number's bits go: seven to each of the eight bytes, so that a text stays one.
    private static final long NUMBER_BITS = 0x7F7F7F7F7F7F7F7FL;

    private final LoadProtocol protocol;
    private final Load load;
    private final byte[] payload;
    private final Selector selector = Selector.open();
    private final List<Connection> connections = new ArrayList<>();
    private final ByteBuffer received = ByteBuffer.allocateDirect(256 * 1024);

    /// A whole reply, but for its number, which is that of whoever looked last.
    private final ByteBuffer expected;

    private final int expectedNumberPosition;

    /// Since they were [taken][#takeLatencies()] last.
    private Histogram latencies = newHistogram();

    private long sentCount;
    private long replyCount;

    /// When all connections were open; the first message of an open loop is due then.
    private long openNanos;

    private Phase phase = Phase.RUNNING;

    /// The latencies of the measured time are those of what was sent within it; in an open loop, of what was to be sent
    /// within it, whenever it was.
    private long measuredFromNanos;

    private long measuredUntilNanos = Long.MAX_VALUE;

    /// When a connection was ready last.
    private long eventNanos = System.nanoTime();

    /// When the last turn ended, and how long turns have found nothing to do.
    private long turnNanos = eventNanos;

    private long idleNanos;

    /// In how many turns connections were ready, and how many in all.
    private long readyTurnCount;

    private long readyCount;

    /// An exception must not leave the selector's action: it is kept for [#turn()].
    private IOException failure;

    /// RUNNING -> DRAINING (nothing more is sent) -> ENDING (the server is to end each connection).
    private enum Phase {
        RUNNING,
        DRAINING,
        ENDING
    }

    /// How many connections, and what is under way on each.
    ///
    /// @param window of a closed loop, what is always under way; of an open one, what is at most
    /// @param messagesPerSecond in all, at even intervals whatever becomes of the replies (an open loop); 0 for a
    ///     closed loop
    record Load(int connectionCount, int messageBytes, int window, double messagesPerSecond) {

        /// A closed loop.
        Load(int connectionCount, int messageBytes, int window) {
            this(connectionCount, messageBytes, window, 0);
        }

        static Load of(Map<String, String> parameters) {
            return new Load(
                    Values.number(parameters, "connections", 1),
                    Values.number(parameters, "bytes", Long.BYTES),
                    Values.number(parameters, "window", 1),
                    parameters.containsKey("rate") ? Values.decimal(parameters, "rate") : 0);
        }

        boolean isOpen() {
            return messagesPerSecond > 0;
        }
    }

    /// What one run came to.
    ///
    /// @param replyCount replies within the measured time
    /// @param seconds the measured wall time
    /// @param latencies nanoseconds from send to reply within the measured time; in an open loop, of all that was to be
    ///     sent within it, from then to the reply
    /// @param cpuSeconds this process's CPU time within the measured time
    /// @param idlePercent how much of the measured time the client had nothing to do
    /// @param readyAtOnce how many connections were ready, in the mean of the turns in which any was
    /// @param counting what some messages took, and several times as many
    record Result(long replyCount, double seconds, Histogram latencies, double cpuSeconds, double idlePercent,
            double readyAtOnce, Counting counting) {

        Map<String, Double> figures(int messageBytes) {
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put(Figure.MESSAGES, (double) replyCount);
            figures.put(Figure.SECONDS, seconds);
            figures.put(Figure.BYTES, (double) replyCount * messageBytes);
            figures.putAll(Figure.ofLatencies(latencies));
            figures.put(Figure.CLIENT_CPU_SECONDS, cpuSeconds);
            figures.put(Figure.CLIENT_IDLE_PERCENT, idlePercent);
            figures.put(Figure.CLIENT_READY, readyAtOnce);
            figures.put(Figure.FEW_SECONDS, counting.fewSeconds());
            figures.put(Figure.MANY_SECONDS, counting.manySeconds());
            return figures;
        }
    }

    private LoadGenerator(LoadProtocol protocol, Load load) throws IOException {
        this.protocol = protocol;
        this.load = load;
        this.payload = protocol.newPayload(load.messageBytes);
        byte[] replyHeader = protocol.replyHeader(load.messageBytes);
        this.expected = ByteBuffer.allocateDirect(replyHeader.length + load.messageBytes)
                .put(replyHeader)
                .put(payload);
        this.expectedNumberPosition = replyHeader.length;
    }

    /// The main of a client, which is told its loads as [LoadDialogue] has it.
    static void main(LoadProtocol protocol, String[] args) throws IOException {
        LoadDialogue.serve(args, (server, load, timing, marks) -> run(protocol, server, Load.of(load), timing, marks)
                .figures(Load.of(load).messageBytes()));
    }

    /// Connects, warms up, measures and disconnects.
    static Result run(LoadProtocol protocol, InetSocketAddress server, Load load, Timing timing, Marks marks)
            throws IOException {
        ProcessCpu.nanos(); // is loaded by this: in 30 ms, for which the messages of an open loop would be late
        try (var generator = connect(protocol, server, load)) {
            generator.runFor(timing.warmUp());
            Counting counting = generator.count();
            marks.measuring();
            Result result = generator.measure(timing.measured(), counting);
            marks.measured();
            generator.end();
            return result;
        }
    }

    /// Connects, and sends the first window on each connection.
    static LoadGenerator connect(LoadProtocol protocol, InetSocketAddress server, Load load) throws IOException {
        var generator = new LoadGenerator(protocol, load);
        try {
            generator.connect(server);
        } catch (IOException | IllegalStateException e) {
            generator.close();
            throw e;
        }
        return generator;
    }

    private void connect(InetSocketAddress server) throws IOException {
        for (int i = 0; i < load.connectionCount; i++) {
            connections.add(new Connection(server, i));
        }
        openNanos = System.nanoTime();
        for (Connection connection : connections) {
            connection.fillWindow();
        }
    }

    private Counting count() throws IOException {
        if (load.isOpen()) {
            return Counting.NONE;
        }
        double seconds = (System.nanoTime() - openNanos) / 1e9;
        return Counting.of((int) Math.max(1, replyCount * COUNTED_SECONDS / seconds), this::exchange);
    }

    /// Goes on until so many more replies have come.
    void exchange(int count) throws IOException {
        long goal = replyCount + count;
        while (replyCount < goal) {
            turn();
        }
    }

    private Result measure(Duration duration, Counting counting) throws IOException {
        if (load.isOpen()) {
            runFor(SETTLING);
        }
        long cpuBefore = ProcessCpu.nanos();
        long repliesBefore = replyCount;
        idleNanos = 0;
        readyTurnCount = 0;
        readyCount = 0;
        takeLatencies();
        measuredFromNanos = System.nanoTime();
        measuredUntilNanos = measuredFromNanos + duration.toNanos();
        runFor(duration);
        if (load.isOpen()) {
            awaitWhatWasDue();
        }
        double seconds = (turnNanos - measuredFromNanos) / 1e9;
        long replies = replyCount - repliesBefore;
        double cpuSeconds = (ProcessCpu.nanos() - cpuBefore) / 1e9;
        if (replies == 0) {
            throw new IOException("no reply within " + duration);
        }
        return new Result(replies, seconds, takeLatencies(), cpuSeconds, idleNanos / 1e7 / seconds,
                (double) readyCount / readyTurnCount, counting);
    }

    /// None is emptied to be used again: the loop that does it would be compiled some day, in 3 ms of the client's only
    /// core, and just when the measured time begins.
    private Histogram takeLatencies() {
        Histogram taken = latencies;
        latencies = newHistogram();
        return taken;
    }

    /// With room for latencies of up to a minute; a longer one makes it grow.
    private static Histogram newHistogram() {
        var histogram = new Histogram(Duration.ofMinutes(1).toNanos(), 3);
        histogram.setAutoResize(true);
        return histogram;
    }

    /// Goes on until all replies have come to what was to be sent by the end of the measured time: the slowest come last.
    private void awaitWhatWasDue() throws IOException {
        while (dueNanos() < measuredUntilNanos || connections.stream().anyMatch(Connection::owesWhatWasDue)) {
            turn();
        }
    }

    private void runFor(Duration duration) throws IOException {
        long startNanos = System.nanoTime();
        long nowNanos;
        do {
            nowNanos = turn();
        } while (nowNanos - startNanos < duration.toNanos());
    }

    /// Waits for the replies that are under way: one that never comes fails the run, however busy the other
    /// connections were. Then has the server end the connections, so that nobody is reset.
    void end() throws IOException {
        phase = Phase.DRAINING;
        while (replyCount < sentCount) {
            turn();
        }
        phase = Phase.ENDING;
        for (Connection connection : connections) {
            protocol.end(connection.channel);
        }
        while (connections.stream().anyMatch(connection -> connection.channel.isOpen())) {
            turn();
        }
    }

    /// Serves the connections that are ready and returns the time; fails if one failed, or if all have been silent
    /// for too long.
    private long turn() throws IOException {
        long sentBefore = sentCount;
        sendWhatIsDue();
        boolean hasSent = sentCount > sentBefore;
        boolean hasSlept = false;
        int ready = selector.selectNow(LoadGenerator::serve);
        if (ready == 0 && !load.isOpen() && turnNanos - eventNanos > SPIN_LIMIT.toNanos()) {
            ready = selector.select(LoadGenerator::serve, SILENCE_LIMIT.toMillis());
            hasSlept = true;
        }
        long nowNanos = System.nanoTime();
        if (failure != null) {
            throw failure;
        }
        if (ready > 0) {
            eventNanos = nowNanos;
            readyTurnCount++;
            readyCount += ready;
        } else if (nowNanos - eventNanos > SILENCE_LIMIT.toNanos()) {
            throw new IOException(phase == Phase.ENDING
                    ? "the server has not ended its connections after " + SILENCE_LIMIT
                    : "%d replies are missing after %s".formatted(sentCount - replyCount, SILENCE_LIMIT));
        }
        if (hasSlept || ready == 0 && !hasSent) {
            idleNanos += nowNanos - turnNanos;
        }
        turnNanos = nowNanos;
        return nowNanos;
    }

    /// In an open loop, a message that finds no room in its connection's window holds up the others, and all are timed
    /// from when they were to be sent.
    private void sendWhatIsDue() throws IOException {
        while (load.isOpen() && phase == Phase.RUNNING) {
            long dueNanos = dueNanos();
            Connection connection = connections.get((int) (sentCount % connections.size()));
            if (dueNanos > turnNanos || !connection.hasRoom()) {
                return;
            }
            connection.put(dueNanos);
            connection.flushUnlessFull();
        }
    }

    /// When the next message of an open loop is to be sent.
    private long dueNanos() {
        return openNanos + (long) (sentCount * 1e9 / load.messagesPerSecond);
    }

    private static void serve(SelectionKey key) {
        ((Connection) key.attachment()).onReady();
    }

    /// Closes all at once.
    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.channel.close();
        }
        selector.close();
    }

    /// One connection and what is under way on it.
    private final class Connection {

        private final long index;
        private final SocketChannel channel;
        private final SelectionKey key;

        private final FrameRing frames;

        /// Of each frame: when it was sent.
        private final long[] sendNanos = new long[load.window];

        private long nextNumber;
        private long nextReply;

        /// Of the frame that the next reply answers.
        private int replySlot;

        private boolean awaitsWritable;

        /// How much of the next reply has come.
        private int replyPosition;

        /// What came last is no reply, but what a server may say before it ends the connection.
        private boolean isFarewell;

        Connection(InetSocketAddress server, long index) throws IOException {
            this.index = index;
            frames = new FrameRing(protocol, payload, load.window);
            channel = protocol.connect(server);
            channel.configureBlocking(false);
            key = channel.register(selector, SelectionKey.OP_READ, this);
        }

        void onReady() {
            try {
                if (phase == Phase.ENDING) {
                    awaitEnd();
                    return;
                }
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
            if (phase == Phase.RUNNING && !load.isOpen() && hasRoom()) {
                long nowNanos = System.nanoTime();
                while (hasRoom()) {
                    put(nowNanos);
                }
            }
            flushUnlessFull();
        }

        boolean hasRoom() {
            return nextNumber - nextReply < load.window;
        }

        boolean owesWhatWasDue() {
            return nextReply < nextNumber && sendNanos[replySlot] < measuredUntilNanos;
        }

        /// Adds a message to what is to be written.
        void put(long sentNanos) {
            sendNanos[frames.put(number(nextNumber))] = sentNanos;
            nextNumber++;
            sentCount++;
        }

        void flushUnlessFull() throws IOException {
            if (!awaitsWritable) {
                flush();
            }
        }

        private long number(long messageNumber) {
            return Long.expand(index << CONNECTION_SHIFT | messageNumber, NUMBER_BITS);
        }

        private void flush() throws IOException {
            boolean isFull = !frames.writeTo(channel);
            if (awaitsWritable != isFull) {
                awaitsWritable = isFull;
                key.interestOps(isFull ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            }
        }

        private void receive() throws IOException {
            if (channel.read(received.clear()) == -1) {
                throw new EOFException("the server ended a connection after " + nextReply + " replies");
            }
            long nowNanos = System.nanoTime();
            received.flip();
            while (received.hasRemaining()) {
                if (nextReply == nextNumber) {
                    throw new IOException("connection %d: %d bytes more than was asked for"
                            .formatted(index, received.remaining()));
                }
                check(Math.min(received.remaining(), expected.capacity() - replyPosition));
                if (replyPosition == expected.capacity()) {
                    long sentNanos = sendNanos[replySlot];
                    if (sentNanos >= measuredFromNanos && sentNanos < measuredUntilNanos) {
                        latencies.recordValue(nowNanos - sentNanos);
                    }
                    replySlot = frames.after(replySlot);
                    replyPosition = 0;
                    nextReply++;
                    replyCount++;
                }
            }
        }

        /// Compares the next bytes with those of the reply that is due, and passes them.
        private void check(int count) throws IOException {
            int end = received.limit();
            expected.clear().putLong(expectedNumberPosition, number(nextReply));
            expected.limit(replyPosition + count).position(replyPosition);
            received.limit(received.position() + count);
            int wrong = received.mismatch(expected);
            if (wrong != -1) {
                throw new IOException("connection %d, reply %d, byte %d: expected %02x, got %02x"
                        .formatted(
                                index,
                                nextReply,
                                replyPosition + wrong,
                                expected.get(expected.position() + wrong),
                                received.get(received.position() + wrong)));
            }
            received.position(received.limit()).limit(end);
            replyPosition += count;
        }

        private void awaitEnd() throws IOException {
            int count = channel.read(received.clear());
            if (count == -1) {
                channel.close();
            }
            if (count <= 0) {
                return;
            }
            if (!isFarewell && !protocol.isFarewell(received.get(0))) {
                throw new IOException(
                        "connection %d: %d bytes behind the last reply".formatted(index, count));
            }
            isFarewell = true;
        }
    }
}
