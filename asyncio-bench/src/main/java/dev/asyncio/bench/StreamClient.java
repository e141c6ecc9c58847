package dev.asyncio.bench;

import dev.asyncio.bench.LoadDialogue.Marks;
import dev.asyncio.bench.LoadDialogue.Timing;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Receives what a server sends as fast as it can, and checks every byte: `StreamClient HOST PORT [websocket]`. Its loads
/// come as those of [LoadClient]: `bytes=1024 mode=whole warmUp=1 seconds=1`.
public final class StreamClient implements AutoCloseable {

    private static final int SILENCE_LIMIT_MILLIS = 2_000;

    private final SocketChannel channel;
    private final ByteBuffer received = ByteBuffer.allocateDirect(256 * 1024);

    /// A block with what goes before it; its number is that of the next.
    private final ByteBuffer expected;

    private final int numberPosition;
    private int position;
    private long blockCount;

    /// A blocking read of a channel knows no timeout, so this closes the channel of a server that is silent.
    private final ScheduledExecutorService watchdog =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

    /// Written by the reader alone.
    private volatile long readCount;

    /// When the watchdog looked last. Its own.
    private long readCountSeen;

    private StreamClient(LoadProtocol protocol, InetSocketAddress server, StreamRequest request) throws IOException {
        byte[] header = protocol.replyHeader(request.blockBytes());
        numberPosition = header.length;
        expected = ByteBuffer.allocateDirect(header.length + request.blockBytes())
                .put(header)
                .put(request.newBlock());
        channel = protocol.connect(server);
        channel.write(ByteBuffer.wrap(protocol.request(request.bytes())));
        watchdog.scheduleWithFixedDelay(
                this::closeIfSilent, SILENCE_LIMIT_MILLIS, SILENCE_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    }

    static void main(String[] args) throws IOException {
        LoadProtocol protocol = args.length > 2 ? WebSocketLoadClient.Frames.BINARY : new LoadClient.Bare();
        LoadDialogue.serve(args, (server, load, timing, marks) -> run(protocol, server, request(load), timing, marks));
    }

    private static StreamRequest request(Map<String, String> load) {
        String mode = Values.required(load, "mode");
        return new StreamRequest(Values.number(load, "bytes", Long.BYTES),
                Names.find("mode", StreamRequest.Mode.values(), mode));
    }

    /// Connects, warms up, measures, and goes away.
    static Map<String, Double> run(
            LoadProtocol protocol, InetSocketAddress server, StreamRequest request, Timing timing, Marks marks)
            throws IOException {
        try (var client = new StreamClient(protocol, server, request)) {
            client.receiveFor(timing.warmUp());
            marks.measuring();
            long blocksBefore = client.blockCount;
            long cpuBefore = ProcessCpu.nanos();
            double seconds = client.receiveFor(timing.measured());
            double cpuSeconds = (ProcessCpu.nanos() - cpuBefore) / 1e9;
            marks.measured();
            double blocks = client.blockCount - blocksBefore;
            Map<String, Double> figures = new LinkedHashMap<>();
            figures.put(Figure.MESSAGES, blocks);
            figures.put(Figure.SECONDS, seconds);
            figures.put(Figure.BYTES, blocks * request.blockBytes());
            figures.put(Figure.CLIENT_CPU_SECONDS, cpuSeconds);
            return figures;
        }
    }

    /// Goes on to the end of a block at least, and returns the seconds that it really took.
    private double receiveFor(Duration duration) throws IOException {
        long startNanos = System.nanoTime();
        long blocksBefore = blockCount;
        long elapsedNanos;
        do {
            receive();
            elapsedNanos = System.nanoTime() - startNanos;
        } while (elapsedNanos < duration.toNanos() || blockCount == blocksBefore);
        return elapsedNanos / 1e9;
    }

    private void receive() throws IOException {
        if (readSome() == -1) {
            throw new EOFException("the server ended its stream after " + blockCount + " blocks");
        }
        readCount++;
        received.flip();
        int end = received.limit();
        while (received.position() < end) {
            int count = Math.min(end - received.position(), expected.capacity() - position);
            check(count);
            received.position(received.position() + count);
            position += count;
            if (position == expected.capacity()) {
                position = 0;
                blockCount++;
                expected.putLong(numberPosition, blockCount);
            }
        }
    }

    private int readSome() throws IOException {
        try {
            return channel.read(received.clear());
        } catch (AsynchronousCloseException e) {
            var silent = new SocketTimeoutException("the server has been silent for more than %,d ms after %d blocks"
                    .formatted(SILENCE_LIMIT_MILLIS, blockCount));
            silent.initCause(e);
            throw silent;
        }
    }

    private void closeIfSilent() {
        if (readCount == readCountSeen) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        readCountSeen = readCount;
    }

    private void check(int count) throws IOException {
        int wrong = received.slice(received.position(), count).mismatch(expected.slice(position, count));
        if (wrong != -1) {
            throw new IOException("block %d, byte %d: not what was asked for".formatted(blockCount, position + wrong));
        }
    }

    @Override
    public void close() throws IOException {
        watchdog.shutdownNow();
        channel.close();
    }
}
