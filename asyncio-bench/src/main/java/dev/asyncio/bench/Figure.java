package dev.asyncio.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// The names of what is measured.
final class Figure {

    /// Replies received and checked, or messages where nobody replies.
    static final String MESSAGES = "messages";

    /// Of wall time, by the load client's clock, in which they came.
    static final String SECONDS = "seconds";

    /// The same seconds by the clock of the process that started the client; a little longer.
    static final String SECONDS_SEEN = "secondsSeen";

    /// What came in bytes of payload, one direction counted.
    static final String BYTES = "bytesReceived";

    static final String MEAN_MICROS = "meanUs";
    static final String P50_MICROS = "p50Us";
    static final String P90_MICROS = "p90Us";
    static final String P99_MICROS = "p99Us";
    static final String P999_MICROS = "p999Us";
    static final String MAX_MICROS = "maxUs";

    /// Of the whole process, within the measured seconds.
    static final String SERVER_CPU_SECONDS = "serverCpuSeconds";

    /// What of these the kernel worked for the server. Older files do not have it.
    static final String SERVER_KERNEL_SECONDS = "serverKernelSeconds";

    static final String CLIENT_CPU_SECONDS = "clientCpuSeconds";

    /// Of the one process that both ends are in.
    static final String PROCESS_CPU_SECONDS = "processCpuSeconds";

    /// For how long the process's compiler has worked meanwhile: it takes a core from others, who may have no other.
    static final String SERVER_COMPILE_MILLIS = "serverCompileMillis";

    static final String CLIENT_COMPILE_MILLIS = "clientCompileMillis";

    /// What compilers worked within the measured seconds, on either side. Older files do not have it.
    static final String COMPILER_SECONDS = "compilerSeconds";

    /// What neither side had of their two cores within the measured seconds, at least: what interrupts took is missing
    /// where a system counts it among the time of processes and does not say so. Older files do not have it.
    static final String OTHERS_SECONDS = "othersSeconds";

    /// From the server's core to the client's and back.
    static final String CORE_NANOS = "coreNanos";

    /// How much of the measured time the client had nothing to do; near 0, it is the client that is measured.
    static final String CLIENT_IDLE_PERCENT = "clientIdlePercent";

    /// How many connections the client found ready at once, in the mean, for which some of a reply had come, or where it
    /// could go on with what had not gone out: few of them, and it waits for the server; nearly all, and the server waits
    /// for it.
    static final String CLIENT_READY = "clientReadyAtOnce";

    /// How often the [Gates] refused the same measurement.
    static final String REFUSED = "refusedBefore";

    /// The seconds that some messages took, and those that [#FEW_TIMES] as many took.
    static final String FEW_SECONDS = "fewSeconds";

    static final String MANY_SECONDS = "manySeconds";
    static final int FEW_TIMES = 4;

    /// Of the measured seconds, what others may have of the two cores together.
    static final double DISTURBED_PART = 0.1;

    private Figure() {}

    /// The distribution, of nanoseconds, in microseconds.
    static Map<String, Double> ofLatencies(Histogram latencies) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(MEAN_MICROS, latencies.getMean() / 1e3);
        figures.put(P50_MICROS, latencies.getValueAtPercentile(50) / 1e3);
        figures.put(P90_MICROS, latencies.getValueAtPercentile(90) / 1e3);
        figures.put(P99_MICROS, latencies.getValueAtPercentile(99) / 1e3);
        figures.put(P999_MICROS, latencies.getValueAtPercentile(99.9) / 1e3);
        figures.put(MAX_MICROS, latencies.getMaxValue() / 1e3);
        return figures;
    }

    static double messagesPerSecond(Run run) {
        return run.figure(MESSAGES) / run.figure(SECONDS);
    }

    static double bytesPerSecond(Run run) {
        return run.figure(BYTES) / run.figure(SECONDS);
    }

    /// Whether compilers worked for so long that all else had less of the cores; false where it is unknown.
    static boolean isCompiling(Map<String, Double> figures) {
        return figures.containsKey(COMPILER_SECONDS)
                && figures.get(COMPILER_SECONDS) > Entrant.COMPILING_PART * figures.get(SECONDS);
    }

    /// Whether others had so much of the two cores; false where it is unknown.
    static boolean isDisturbed(Map<String, Double> figures) {
        return figures.containsKey(OTHERS_SECONDS)
                && figures.get(OTHERS_SECONDS) > DISTURBED_PART * figures.get(SECONDS);
    }

    /// Whether neither compilers nor others disturbed a run, each by itself, as far as it is known.
    static boolean isQuiet(Map<String, Double> figures) {
        return !isCompiling(figures) && !isDisturbed(figures);
    }

    /// For how much of the measured time compilers and others worked, as far as it is known.
    static double disturbedPart(Map<String, Double> figures) {
        return (known(figures, COMPILER_SECONDS) + known(figures, OTHERS_SECONDS)) / figures.get(SECONDS);
    }

    private static double known(Map<String, Double> figures, String name) {
        double value = figures.getOrDefault(name, 0.0);
        return Double.isNaN(value) ? 0 : value;
    }

    /// The server's time and its messages were counted by two clocks.
    static double serverCpuMicros(Run run) {
        return run.figure(SERVER_CPU_SECONDS) / run.figure(SECONDS_SEEN) * 1e6 / messagesPerSecond(run);
    }

    static double clientCpuMicros(Run run) {
        return run.figure(CLIENT_CPU_SECONDS) * 1e6 / run.figure(MESSAGES);
    }
}
