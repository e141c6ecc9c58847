package dev.asyncio.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// What kind of measurement a run is, by its facts; and so, which figures it has to have.
enum RunKind {

    /// Echoes of which as many are under way as the window says.
    CLOSED_LOOP(counted(), latencies(), Figure.BYTES, Figure.FEW_SECONDS, Figure.MANY_SECONDS),

    /// Echoes at a given rate.
    OPEN_LOOP(counted(), latencies(), Figure.BYTES),

    /// Blocks in one direction.
    STREAM(counted(), List.of(), Figure.BYTES),

    /// Connections, one after the other.
    SET_UP(counted(), List.of()),

    /// Connections that say nothing.
    IDLE(List.of(), List.of(), IdleCost.Cost.HEAP_BYTES),

    CODEC(List.of(), List.of(), CodecMain.NANOS),

    /// Echoes one after the other, both ends in one process.
    ROUND_TRIP(List.of(Figure.MESSAGES, Figure.SECONDS), latencies(), Figure.PROCESS_CPU_SECONDS);

    /// The least first.
    private static final List<String> PERCENTILES = List.of(Figure.P50_MICROS, Figure.P90_MICROS, Figure.P99_MICROS,
            Figure.P999_MICROS, Figure.MAX_MICROS);

    /// Parameters that others reckon with, where a run has them.
    private static final List<String> NUMBERS = List.of("connections", "bytes", "window", "rate");

    /// Files have seven digits.
    private static final double ROUNDING = 1e-6;

    /// Histograms keep three digits of a latency.
    private static final double LATENCY_ROUNDING = 0.002;

    /// No connection costs a JVM less: a channel of NIO alone is more.
    static final double LEAST_HEAP_BYTES = 256;

    /// By which a process may have less than before, for each idle connection, and for as many as these where there are
    /// fewer: pages come and go.
    static final double NOISE_BYTES = 64;
    private static final double FEW_CONNECTIONS = 1_000;

    private final List<String> positive;

    RunKind(List<String> counted, List<String> latencies, String... more) {
        positive = Stream.of(counted, latencies, List.of(more)).flatMap(List::stream).toList();
    }

    private static List<String> counted() {
        return List.of(Figure.MESSAGES, Figure.SECONDS, Figure.SECONDS_SEEN);
    }

    private static List<String> latencies() {
        return List.of(Figure.MEAN_MICROS, Figure.P50_MICROS, Figure.P90_MICROS, Figure.P99_MICROS,
                Figure.P999_MICROS, Figure.MAX_MICROS);
    }

    static RunKind of(Run run) {
        if (run.facts().containsKey("rate")) {
            return OPEN_LOOP;
        }
        if (run.facts().containsKey("window")) {
            return CLOSED_LOOP;
        }
        if (run.facts().containsKey("mode")) {
            return STREAM;
        }
        if (run.facts().containsKey("protocol")) {
            return IDLE;
        }
        if (run.facts().containsKey("connections")) {
            return SET_UP;
        }
        return run.figures().containsKey(CodecMain.NANOS) ? CODEC : ROUND_TRIP;
    }

    private boolean isEcho() {
        return this == CLOSED_LOOP || this == OPEN_LOOP;
    }

    /// @throws IOException if a figure is not there, or is one that cannot be
    void check(Run run) throws IOException {
        for (String name : NUMBERS) {
            String value = run.facts().getOrDefault(name, "1");
            Gates.require(value.matches("[1-9]\\d{0,9}"), run, "%s is \"%s\", which is no number", name, value);
        }
        for (String name : positive) {
            double value = run.figure(name);
            Gates.require(Double.isFinite(value) && value > 0, run, "%s is %s, which is not above 0", name, value);
        }
        if (positive.contains(Figure.SECONDS_SEEN)) {
            cpuTimesWereLookedFor(run);
        }
        if (this == IDLE) {
            processGrew(run);
        } else {
            for (String name : run.figures().keySet()) {
                Gates.require(!(run.figure(name) < 0), run, "%s is %s, less than nothing", name, run.figure(name));
            }
        }
        if (positive.contains(Figure.P50_MICROS)) {
            percentilesRise(run);
            meanIsThatOfThePercentiles(run);
        }
        if (isEcho()) {
            double expected = run.figure(Figure.MESSAGES) * run.parameter("bytes");
            Gates.require(Math.abs(run.figure(Figure.BYTES) - expected) <= ROUNDING * expected, run,
                    "%.0f bytes came, but the messages have %.0f", run.figure(Figure.BYTES), expected);
        }
    }

    /// Those of both sides. They come in ticks, of which a brief run may have none. That of a server which somebody else
    /// started is looked for in vain, and not a number: no file has it.
    private static void cpuTimesWereLookedFor(Run run) throws IOException {
        for (String name : List.of(Figure.SERVER_CPU_SECONDS, Figure.CLIENT_CPU_SECONDS)) {
            Gates.require(run.figures().containsKey(name), run, "%s is missing", name);
        }
    }

    /// What the process gives back meanwhile it held before, and makes connections look cheaper than they are.
    private static void processGrew(Run run) throws IOException {
        double tolerance = NOISE_BYTES * Math.max(1, FEW_CONNECTIONS / Gates.number(run, "connections"));
        for (String name : List.of(IdleCost.Cost.DIRECT_BYTES, IdleCost.Cost.OUTSIDE_BYTES)) {
            double value = run.figure(name);
            Gates.require(value >= -tolerance, run,
                    "%s is %s for each connection: not known, or the process has less than before", name, value);
        }
        double heapBytes = run.figure(IdleCost.Cost.HEAP_BYTES);
        Gates.require(heapBytes >= LEAST_HEAP_BYTES, run, "%s is %s for each connection, less than one can cost",
                IdleCost.Cost.HEAP_BYTES, heapBytes);
        double cpuPercent = run.figure(IdleCost.Cost.CPU_PERCENT);
        Gates.require(cpuPercent >= 0, run, "%s is %s: not known, or less than nothing", IdleCost.Cost.CPU_PERCENT,
                cpuPercent);
    }

    /// What each part of the messages took at least and at most, by the percentiles, makes bounds for their mean.
    private static void meanIsThatOfThePercentiles(Run run) throws IOException {
        double p50 = run.figure(Figure.P50_MICROS);
        double p90 = run.figure(Figure.P90_MICROS);
        double p99 = run.figure(Figure.P99_MICROS);
        double p999 = run.figure(Figure.P999_MICROS);
        double least = 0.4 * p50 + 0.09 * p90 + 0.009 * p99 + 0.001 * p999;
        double most = 0.5 * p50 + 0.4 * p90 + 0.09 * p99 + 0.009 * p999 + 0.001 * run.figure(Figure.MAX_MICROS);
        double mean = run.figure(Figure.MEAN_MICROS);
        Gates.require(mean >= least * (1 - LATENCY_ROUNDING) && mean <= most * (1 + LATENCY_ROUNDING), run,
                "the mean latency is %s us, but by the percentiles from %s to %s", mean, least, most);
    }

    private static void percentilesRise(Run run) throws IOException {
        for (int i = 1; i < PERCENTILES.size(); i++) {
            String lower = PERCENTILES.get(i - 1);
            String higher = PERCENTILES.get(i);
            Gates.require(run.figure(lower) <= run.figure(higher), run, "%s is %s, but %s is %s",
                    lower, run.figure(lower), higher, run.figure(higher));
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
