package dev.asyncio.bench;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What no result may show. A comparison whose figures do not pass is broken, whatever it claims; the report has no room
/// for it. That replies are those that were sent is checked where they come in, by the load clients.
final class Gates {

    /// The lines that mark the measured time take theirs, more so beside ten thousand threads.
    private static final double CLOCK_TOLERANCE_SECONDS = 0.25;

    /// Latencies are taken between the system calls, so their mean is a little less than the time that a message takes.
    private static final double MOST_IN_FLIGHT = 1.05;

    /// A server with a thread for each of many connections lets some of them starve, and what has not come is not timed.
    private static final double LEAST_IN_FLIGHT = 0.1;

    /// Several times the messages must take at least so many times the seconds; hiccups make the fewer slow.
    private static final double LEAST_COUNT_RATIO = 1.5;

    /// The floor is a contender like any other, and no two runs are the same.
    private static final double LEAST_NOISE = 0.15;

    /// Programs in C that do nothing but echo; the best round of either is as fast as it gets.
    private static final List<String> FLOORS = List.of(Contenders.C_EPOLL, Contenders.C_SPIN);

    private static final int LARGE_BYTES = 64 * 1024;
    private static final int SMALL_BYTES = 64;

    private Gates() {}

    /// Checks all runs of a file.
    ///
    /// @throws IOException with the first gate that is not passed, and by what
    static void check(ResultFile file) throws IOException {
        for (Run run : file.runs()) {
            check(run, file.environment());
        }
        timeRisesWithThePayload(file);
        nobodyBeatsTheFloor(file);
    }

    /// Checks what one run can be judged by alone.
    ///
    /// @throws IOException with the first gate that is not passed, and by what
    static void check(Run run, Run environment) throws IOException {
        repliesCame(run);
        secondsAreWallTime(run);
        timeRisesWithTheCount(run);
        inFlightIsRateTimesLatency(run);
        bytesAreNotFasterThanMemory(run, environment);
    }

    private static void require(boolean passed, Run run, String message, Object... arguments) throws IOException {
        if (!passed) {
            throw new IOException(run.facts() + ": " + message.formatted(arguments));
        }
    }

    static void repliesCame(Run run) throws IOException {
        require(!run.figures().isEmpty(), run, "nothing was measured");
        if (run.figures().containsKey(Figure.SECONDS)) {
            require(run.figure(Figure.MESSAGES) > 0, run, "no reply came");
        }
    }

    /// The client's seconds are those that passed for whoever started it. Seconds of CPU time are fewer.
    static void secondsAreWallTime(Run run) throws IOException {
        if (run.figures().containsKey(Figure.SECONDS_SEEN)) {
            double claimed = run.figure(Figure.SECONDS);
            double seen = run.figure(Figure.SECONDS_SEEN);
            require(Math.abs(claimed - seen) <= CLOCK_TOLERANCE_SECONDS + 0.02 * seen, run,
                    "the client counted %.3f s, %.3f s passed", claimed, seen);
        }
    }

    static void timeRisesWithTheCount(Run run) throws IOException {
        if (run.figure(Figure.FEW_SECONDS) > 0) {
            double ratio = run.figure(Figure.MANY_SECONDS) / run.figure(Figure.FEW_SECONDS);
            require(ratio >= LEAST_COUNT_RATIO, run,
                    "%d times the messages took only %.2f times the seconds", Figure.FEW_TIMES, ratio);
        }
    }

    /// Little's law: what is under way is rate times latency. In a closed loop, that is known.
    static void inFlightIsRateTimesLatency(Run run) throws IOException {
        if (run.facts().containsKey("window") && !run.facts().containsKey("rate")) {
            double expected = run.parameter("connections") * run.parameter("window");
            double actual = Figure.messagesPerSecond(run) * run.figure(Figure.MEAN_MICROS) / 1e6;
            // What was under way in the beginning is counted when it comes, but was not timed.
            double timed = Math.max(1, run.figure(Figure.MESSAGES) - expected);
            double most = MOST_IN_FLIGHT * expected * run.figure(Figure.MESSAGES) / timed;
            require(actual <= most && actual >= LEAST_IN_FLIGHT * expected, run,
                    "rate times latency is %.2f messages, but %.0f were under way", actual, expected);
        }
    }

    static void bytesAreNotFasterThanMemory(Run run, Run environment) throws IOException {
        if (run.figures().containsKey(Figure.BYTES)) {
            double copied = environment.figure(Environment.MEMORY_COPY);
            require(Figure.bytesPerSecond(run) < copied, run,
                    "%.0f bytes a second, but memory copies only %.0f", Figure.bytesPerSecond(run), copied);
        }
    }

    /// 64 KiB take longer than 64 B, for one who waits for each reply.
    private static void timeRisesWithThePayload(ResultFile file) throws IOException {
        for (String contender : contenders(file)) {
            Run small = alone(file, contender, SMALL_BYTES);
            Run large = alone(file, contender, LARGE_BYTES);
            if (small != null && large != null) {
                require(large.figure(Figure.P50_MICROS) > small.figure(Figure.P50_MICROS), large,
                        "%.1f us, no longer than with %d bytes", large.figure(Figure.P50_MICROS), SMALL_BYTES);
            }
        }
    }

    /// One connection, one message at a time; null where that was not run.
    private static Run alone(ResultFile file, String contender, int bytes) {
        Map<String, String> what = PinnedComparison.load(1, bytes, 1);
        List<Run> runs = file.runs().stream()
                .filter(run -> run.contender().equals(contender) && run.matches(what))
                .sorted((one, other) -> Double.compare(
                        one.figure(Figure.P50_MICROS), other.figure(Figure.P50_MICROS)))
                .toList();
        return runs.isEmpty() ? null : runs.get(runs.size() / 2);
    }

    private static Set<String> contenders(ResultFile file) {
        return file.runs().stream().map(Run::contender).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static void nobodyBeatsTheFloor(ResultFile file) throws IOException {
        List<Column> echoes = Column.columnsOf(file).stream()
                .filter(column -> column.parameters().containsKey("window"))
                .toList();
        for (Column column : echoes) {
            double floor = FLOORS.stream()
                    .flatMapToDouble(contender -> column.values(contender, Metric.RATE))
                    .max()
                    .orElse(Double.POSITIVE_INFINITY);
            double noise = column.noise(Metric.RATE) > LEAST_NOISE ? column.noise(Metric.RATE) : LEAST_NOISE;
            for (String contender : column.contenders()) {
                double rate = column.median(contender, Metric.RATE);
                if (rate > floor * (1 + noise)) {
                    throw new IOException("%s, %s: %.0f messages a second, the floor has %.0f and the noise is %.0f %%"
                            .formatted(contender, column.parameters(), rate, floor, 100 * noise));
                }
            }
        }
    }
}
