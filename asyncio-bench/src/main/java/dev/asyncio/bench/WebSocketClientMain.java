package dev.asyncio.bench;

import dev.asyncio.bench.LoadDialogue.Marks;
import dev.asyncio.bench.LoadDialogue.Timing;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// A contender as a WebSocket client that waits for each reply: `WebSocketClientMain HOST PORT CLIENT`. Its loads come as
/// those of [LoadClient], with one connection and a window of 1: `bytes=64 warmUp=1 seconds=1`.
public final class WebSocketClientMain {

    /// Before it is known how long a message takes.
    static final int FIRST_BATCH = 200;

    /// How long a batch takes, about: so short that one looks at the clock in time, and so long that what is between two of
    /// them does not matter, which takes longest where a client that never sleeps has the only core.
    private static final double BATCH_SECONDS = 0.1;

    private final RoundTripClient client;
    private long messageCount;

    WebSocketClientMain(RoundTripClient client) {
        this.client = client;
    }

    static void main(String[] args) throws IOException {
        var kind = WebSocketClientKind.of(args[2]);
        LoadDialogue.serve(args, (server, load, timing, marks) -> run(
                kind, server, Values.number(load, "bytes", Long.BYTES), timing, marks));
    }

    /// Connects, warms up, measures, and goes away.
    static Map<String, Double> run(
            WebSocketClientKind kind, InetSocketAddress server, int messageBytes, Timing timing, Marks marks)
            throws IOException {
        try (var client = kind.connect(server, messageBytes)) {
            return new WebSocketClientMain(client).run(messageBytes, timing, marks);
        } catch (InterruptedException _) {
            throw Interruption.in("measuring " + kind);
        }
    }

    /// The same with a client that is connected.
    Map<String, Double> run(int messageBytes, Timing timing, Marks marks)
            throws IOException, InterruptedException {
        repeatFor(timing.warmUp(), FIRST_BATCH, new Histogram(3));
        Counting counting = Counting.of(FIRST_BATCH, count -> client.run(new long[count]));
        int batch = batch(counting.manySeconds());
        marks.measuring();
        var latencies = new Histogram(3);
        long countBefore = messageCount;
        long cpuBefore = ProcessCpu.nanos();
        double seconds = repeatFor(timing.measured(), batch, latencies);
        double cpuSeconds = (ProcessCpu.nanos() - cpuBefore) / 1e9;
        marks.measured();
        double messages = messageCount - countBefore;
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(Figure.FEW_SECONDS, counting.fewSeconds());
        figures.put(Figure.MANY_SECONDS, counting.manySeconds());
        figures.put(Figure.MESSAGES, messages);
        figures.put(Figure.SECONDS, seconds);
        figures.put(Figure.BYTES, messages * messageBytes);
        figures.putAll(Figure.ofLatencies(latencies));
        figures.put(Figure.CLIENT_CPU_SECONDS, cpuSeconds);
        return figures;
    }

    private static int batch(double manySeconds) {
        return (int) Math.max(FIRST_BATCH, Figure.FEW_TIMES * FIRST_BATCH * BATCH_SECONDS / manySeconds);
    }

    /// Returns the seconds that it really took. The latency of a batch's first message is left out: before it, there was a
    /// pause, which is ours and not the client's.
    private double repeatFor(Duration duration, int batch, Histogram latencies)
            throws IOException, InterruptedException {
        var nanos = new long[batch];
        long startNanos = System.nanoTime();
        long elapsedNanos;
        do {
            client.run(nanos);
            messageCount += batch;
            Arrays.stream(nanos, 1, batch).forEach(latencies::recordValue);
            elapsedNanos = System.nanoTime() - startNanos;
        } while (elapsedNanos < duration.toNanos());
        return elapsedNanos / 1e9;
    }
}
