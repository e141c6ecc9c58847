package dev.asyncio.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/// A column of numbers in a table: what is made of one run's raw figures.
///
/// @param moreIsBetter else less is
record Metric(String title, ToDoubleFunction<Run> value, boolean moreIsBetter) {

    static final Metric RATE = new Metric("messages/s", Figure::messagesPerSecond, true);
    static final Metric BANDWIDTH = new Metric("MiB/s", run -> Figure.bytesPerSecond(run) / (1 << 20), true);
    static final Metric P50 = less("p50 us", Figure.P50_MICROS);
    static final Metric P90 = less("p90 us", Figure.P90_MICROS);
    static final Metric P99 = less("p99 us", Figure.P99_MICROS);
    static final Metric P999 = less("p99.9 us", Figure.P999_MICROS);
    static final Metric MAX = less("max us", Figure.MAX_MICROS);
    static final List<Metric> LATENCIES = List.of(P50, P90, P99, P999, MAX);
    static final Metric SERVER_CPU = new Metric("server CPU us", Figure::serverCpuMicros, false);
    static final Metric CLIENT_CPU = new Metric("client CPU us", Figure::clientCpuMicros, false);
    static final Metric CLIENT_IDLE = new Metric("client idle %", run -> run.figure(Figure.CLIENT_IDLE_PERCENT), true);

    /// On how many connections the client found replies at once.
    static final Metric CLIENT_READY = less("client ready", Figure.CLIENT_READY);

    /// Of one core: what a server pays that spins while nothing comes.
    static final Metric SERVER_CPU_SHARE =
            share("server CPU %", Figure.SERVER_CPU_SECONDS, Figure.SECONDS_SEEN);

    /// Of the server's CPU time, what went into system calls.
    static final Metric SERVER_KERNEL_SHARE =
            share("server kernel %", Figure.SERVER_KERNEL_SECONDS, Figure.SERVER_CPU_SECONDS);

    /// Of one core.
    static final Metric CLIENT_CPU_SHARE = share("client CPU %", Figure.CLIENT_CPU_SECONDS, Figure.SECONDS);

    /// Of both ends, where they are in one process.
    static final Metric PROCESS_CPU = new Metric("CPU us",
            run -> run.figure(Figure.PROCESS_CPU_SECONDS) * 1e6 / run.figure(Figure.MESSAGES), false);

    /// What an echo table has, the first to compare by.
    static final List<Metric> ECHO = List.of(
            RATE, P50, P90, P99, P999, MAX, SERVER_CPU, CLIENT_CPU, SERVER_CPU_SHARE, SERVER_KERNEL_SHARE, CLIENT_IDLE,
            CLIENT_READY);

    /// The same for one connection, where latency is the question.
    static final List<Metric> ROUND_TRIP = List.of(P50, P90, P99, P999, MAX, RATE, SERVER_CPU, CLIENT_CPU);

    static final List<Metric> STREAM = List.of(BANDWIDTH, RATE, SERVER_CPU, CLIENT_CPU);
    static final List<Metric> OPEN_LOOP = List.of(P50, P90, P99, P999, MAX, RATE, SERVER_CPU_SHARE);

    /// Connections or handshakes, one after the other.
    ///
    /// @param rate what comes in a second, as a table has it
    static List<Metric> setUp(String rate) {
        return List.of(new Metric(rate, Figure::messagesPerSecond, true), SERVER_CPU, CLIENT_CPU, SERVER_CPU_SHARE,
                CLIENT_CPU_SHARE);
    }

    static Metric less(String title, String figure) {
        return new Metric(title, run -> run.figure(figure), false);
    }

    /// @param part seconds, read when those of the whole were
    private static Metric share(String title, String part, String whole) {
        return new Metric(title, run -> 100 * run.figure(part) / run.figure(whole), false);
    }

    /// Its title without a unit of time.
    String inShort() {
        return title.replaceFirst(" us$", "");
    }

    /// How many times better the one is than the other.
    double timesBetter(Run one, Run other) {
        double first = value.applyAsDouble(one);
        double second = value.applyAsDouble(other);
        return moreIsBetter ? first / second : second / first;
    }

    /// Two digits behind the point, or as many as it takes to tell how small it is.
    static String formatRatio(double ratio) {
        return ratio >= 0.095
                ? String.format(Locale.ROOT, "%.2f", ratio)
                : new BigDecimal(ratio).round(new MathContext(2)).toPlainString();
    }

    /// Three digits, or all before the point.
    static String format(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        double size = Math.abs(value);
        String pattern = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
        return String.format(Locale.ROOT, pattern, value);
    }
}
