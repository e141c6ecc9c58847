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

    /// So few that one looks at the clock in time, and so many that starting them takes no time.
    private static final int BATCH = 200;

    private static final int COUNT_ATTEMPTS = 5;

    private final RoundTripClient client;
    private final long[] nanos = new long[BATCH];

    private WebSocketClientMain(RoundTripClient client) {
        this.client = client;
    }

    static void main(String[] args) throws IOException {
        var kind = WebSocketClientKind.of(args[2]);
        LoadDialogue.serve(args, (server, load, timing, marks) -> run(
                kind, server, Integer.parseInt(load.get("bytes")), timing, marks));
    }

    /// Connects, warms up, measures, and goes away.
    static Map<String, Double> run(
            WebSocketClientKind kind, InetSocketAddress server, int messageBytes, Timing timing, Marks marks)
            throws IOException {
        try (var client = kind.connect(server, messageBytes)) {
            return new WebSocketClientMain(client).run(messageBytes, timing, marks);
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
    }

    private Map<String, Double> run(int messageBytes, Timing timing, Marks marks)
            throws IOException, InterruptedException {
        repeatFor(timing.warmUp(), new Histogram(3));
        Map<String, Double> figures = new LinkedHashMap<>(count());
        marks.measuring();
        var latencies = new Histogram(3);
        long cpuBefore = ProcessCpu.nanos();
        double seconds = repeatFor(timing.measured(), latencies);
        double cpuSeconds = (ProcessCpu.nanos() - cpuBefore) / 1e9;
        marks.measured();
        double messages = latencies.getTotalCount();
        figures.put(Figure.MESSAGES, messages);
        figures.put(Figure.SECONDS, seconds);
        figures.put(Figure.BYTES, messages * messageBytes);
        figures.putAll(Figure.ofLatencies(latencies));
        figures.put(Figure.CLIENT_CPU_SECONDS, cpuSeconds);
        return figures;
    }

    /// Returns the seconds that it really took.
    private double repeatFor(Duration duration, Histogram latencies) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        long elapsedNanos;
        do {
            client.run(nanos);
            Arrays.stream(nanos).forEach(latencies::recordValue);
            elapsedNanos = System.nanoTime() - startNanos;
        } while (elapsedNanos < duration.toNanos());
        return elapsedNanos / 1e9;
    }

    /// Times some messages, and several times as many: see [LoadGenerator].
    private Map<String, Double> count() throws IOException, InterruptedException {
        double fewSeconds;
        double manySeconds;
        int attempts = 0;
        do { // a hiccup among the fewer is no proof
            fewSeconds = secondsOf(BATCH);
            manySeconds = secondsOf(Figure.FEW_TIMES * BATCH);
            attempts++;
        } while (manySeconds < 2 * fewSeconds && attempts < COUNT_ATTEMPTS);
        return Map.of(Figure.FEW_SECONDS, fewSeconds, Figure.MANY_SECONDS, manySeconds);
    }

    private double secondsOf(int messageCount) throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        client.run(new long[messageCount]);
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
