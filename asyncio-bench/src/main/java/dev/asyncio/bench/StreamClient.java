package dev.asyncio.bench;

import dev.asyncio.bench.LoadDialogue.Marks;
import dev.asyncio.bench.LoadDialogue.Timing;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Receives what a server sends as fast as it can, and checks every byte: `StreamClient HOST PORT [websocket]`. Its loads
/// come as those of [LoadClient]: `bytes=1024 mode=whole warmUp=1 seconds=1`.
public final class StreamClient implements AutoCloseable {

    private static final int SILENCE_LIMIT_MILLIS = 5_000;

    private final SocketChannel channel;
    private final ByteBuffer received = ByteBuffer.allocateDirect(256 * 1024);

    /// A block with what goes before it; its number is that of the next.
    private final ByteBuffer expected;

    private final int numberPosition;
    private int position;
    private long blockCount;

    private StreamClient(LoadProtocol protocol, InetSocketAddress server, StreamRequest request) throws IOException {
        byte[] header = protocol.replyHeader(request.blockBytes());
        numberPosition = header.length;
        expected = ByteBuffer.allocateDirect(header.length + request.blockBytes())
                .put(header)
                .put(request.newBlock());
        channel = protocol.connect(server);
        channel.write(ByteBuffer.wrap(protocol.request(request.bytes())));
        channel.socket().setSoTimeout(SILENCE_LIMIT_MILLIS);
    }

    static void main(String[] args) throws IOException {
        LoadProtocol protocol = args.length > 2 ? WebSocketLoadClient.Frames.BINARY : new LoadClient.Bare();
        LoadDialogue.serve(args, (server, load, timing, marks) -> run(protocol, server, request(load), timing, marks));
    }

    private static StreamRequest request(Map<String, String> load) {
        var mode = StreamRequest.Mode.valueOf(load.get("mode").toUpperCase(Locale.ROOT));
        return new StreamRequest(Integer.parseInt(load.get("bytes")), mode);
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

    /// Returns the seconds that it really took.
    private double receiveFor(Duration duration) throws IOException {
        long startNanos = System.nanoTime();
        long elapsedNanos;
        do {
            receive();
            elapsedNanos = System.nanoTime() - startNanos;
        } while (elapsedNanos < duration.toNanos());
        return elapsedNanos / 1e9;
    }

    private void receive() throws IOException {
        if (channel.read(received.clear()) == -1) {
            throw new EOFException("the server ended its stream after " + blockCount + " blocks");
        }
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

    private void check(int count) throws IOException {
        int wrong = received.slice(received.position(), count).mismatch(expected.slice(position, count));
        if (wrong != -1) {
            throw new IOException("block %d, byte %d: not what was asked for".formatted(blockCount, position + wrong));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
