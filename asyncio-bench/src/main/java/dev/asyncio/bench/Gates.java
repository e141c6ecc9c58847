package dev.asyncio.bench;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// What no result may show. A comparison whose figures do not pass is broken, whatever it claims; the report has no room
/// for it. That replies are those that were sent is checked where they come in, by the load clients.
final class Gates {

    /// A server with a thread for each of many connections lets some of them starve, and what has not come is not timed.
    /// Where less is under way, the report says so.
    static final double LEAST_IN_FLIGHT = 0.8;

    /// A part of the seconds, since the lines that mark them take time as well: 0.017 s of 0.6 s at most, in thousands of
    /// runs. Some rates have no other gate.
    static final double CLOCK_TOLERANCE = 0.05;

    /// Ten thousand connections delay the lines, and as many threads delay the system in telling their CPU time.
    static final double CLOCK_TOLERANCE_OF_MANY = 0.1;

    /// The lines do not take less where less is measured.
    private static final double LEAST_CLOCK_TOLERANCE_SECONDS = 0.03;

    /// By which CPU time may be too much besides: it is told in ticks, and by another clock.
    static final int CPU_TICKS = 3;

    /// The line that marks the beginning is read late beside ten thousand threads. A client that counts more seconds
    /// than passed only makes itself slower.
    static final double LATE_MARK_SECONDS = 0.25;

    /// Latencies are taken between the system calls, so their mean is a little less than the time that a message takes.
    static final double MOST_IN_FLIGHT = 1.05;

    /// Even of many connections, most do not starve.
    static final double LEAST_OF_MANY_IN_FLIGHT = 0.25;

    /// But of a thousand platform threads of the JDK on one core, an eighth may have all turns while the load is on.
    static final double LEAST_OF_MANY_THREADS_IN_FLIGHT = 0.1;

    private static final int MANY_CONNECTIONS = 1_000;

    /// Several times the messages must take at least so many times the seconds; hiccups make the fewer slow.
    private static final double LEAST_COUNT_RATIO = 1.5;

    /// So many times longer a large message takes at least. Where nobody has to be woken, it takes twice as long; where
    /// the wake-up takes most of the time, a seventh longer.
    private static final double LEAST_TIME_RATIO = 1.05;

    /// So many times the work it takes at least, as CPU time of who sends it back: about twice as much for most.
    private static final double LEAST_WORK_RATIO = 1.2;

    /// Kinds of run in which it is known how many messages are under way.
    private static final Set<RunKind> CLOSED_LOOPS = Set.of(RunKind.CLOSED_LOOP, RunKind.ROUND_TRIP);

    /// Those that copy a message, and do more, are not faster than the best round of a plain copy, by more than this.
    static final double COPY_NOISE = 0.25;

    /// A copy of which there are few rounds may have been disturbed in all of them.
    private static final double ROUGH_COPY_NOISE = 1;

    private static final int LARGE_BYTES = 64 * 1024;
    private static final int SMALL_BYTES = 64;

    private Gates() {}

    /// Checks all runs of a file.
    ///
    /// @throws IOException with the first gate that is not passed, and by what
    static void check(ResultFile file) throws IOException {
        noDelayWasOn(file);
        for (Run run : file.runs()) {
            check(run, file.environment());
        }
        allAreOfOneKind(file);
        Rounds.check(file);
        costRisesWithThePayload(file);
        List<Column> columns = Column.columnsOf(file);
        Floor floor = Floor.of(columns);
        for (Column column : columns) {
            floor.check(column);
            codecIsNotFasterThanACopy(column);
        }
    }

    private static void noDelayWasOn(ResultFile file) throws IOException {
        String options = file.environment().facts().getOrDefault(Environment.OPTIONS, Environment.NO_DELAY_ON);
        if (!options.startsWith(Environment.NO_DELAY_ON)) {
            throw new IOException("measured with sockets of which was read back: " + options);
        }
    }

    /// Checks what one run can be judged by alone.
    ///
    /// @throws IOException with the first gate that is not passed, and by what
    static void check(Run run, Run environment) throws IOException {
        repliesCame(run);
        RunKind.of(run).check(run);
        secondsAreWallTime(run);
        cpuTimeIsThatOfTheCores(run, environment);
        timeRisesWithTheCount(run);
        inFlightIsRateTimesLatency(run);
        bytesAreNotFasterThanMemory(run, environment);
    }

    static void require(boolean passed, Run run, String message, Object... arguments) throws IOException {
        if (!passed) {
            throw new IOException(run.facts() + ": " + String.format(Locale.ROOT, message, arguments));
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
            double tolerance = Math.max(LEAST_CLOCK_TOLERANCE_SECONDS, clockTolerance(run) * seen);
            require(claimed >= seen - settlingSeconds(run) - tolerance
                    && claimed <= seen + tolerance + LATE_MARK_SECONDS, run,
                    "the client counted %.3f s, %.3f s passed", claimed, seen);
        }
    }

    /// A process has no more than passed on its core, and where it is pinned to none, on all of them together.
    static void cpuTimeIsThatOfTheCores(Run run, Run environment) throws IOException {
        String cores = environment.facts().getOrDefault(Environment.CORES, "");
        require(cores.matches("[1-9]\\d{0,4}"), run, "the environment's %s are \"%s\", which is no number",
                Environment.CORES, cores);
        int all = Integer.parseInt(cores);
        int each = Environments.arePinned(environment) ? 1 : all;
        cpuTimeIsThatOf(each, run, Figure.SERVER_CPU_SECONDS, Figure.SECONDS_SEEN);
        cpuTimeIsThatOf(each, run, Figure.SERVER_KERNEL_SECONDS, Figure.SECONDS_SEEN);
        cpuTimeIsThatOf(each, run, Figure.CLIENT_CPU_SECONDS, Figure.SECONDS);
        cpuTimeIsThatOf(all, run, Figure.PROCESS_CPU_SECONDS, Figure.SECONDS);
    }

    private static void cpuTimeIsThatOf(int coreCount, Run run, String cpuSeconds, String seconds) throws IOException {
        double most = coreCount * run.figure(seconds) * (1 + clockTolerance(run))
                + CPU_TICKS / ProcessCpu.TICKS_A_SECOND;
        require(!(run.figure(cpuSeconds) > most), run, "%s: expected at most %.3f of %d cores within %.3f s, got %.3f",
                cpuSeconds, most, coreCount, run.figure(seconds), run.figure(cpuSeconds));
    }

    private static double clockTolerance(Run run) {
        return hasManyConnections(run) ? CLOCK_TOLERANCE_OF_MANY : CLOCK_TOLERANCE;
    }

    private static boolean hasManyConnections(Run run) {
        return number(run, "connections") >= MANY_CONNECTIONS;
    }

    /// Between the mark and the seconds that an open loop counts.
    private static double settlingSeconds(Run run) {
        return RunKind.of(run) == RunKind.OPEN_LOOP ? LoadGenerator.SETTLING.toNanos() / 1e9 : 0;
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
        if (CLOSED_LOOPS.contains(RunKind.of(run))) {
            double expected = asked(run);
            double part = inFlight(run);
            // What was under way in the beginning is counted when it comes, but was not timed.
            double timed = Math.max(1, run.figure(Figure.MESSAGES) - expected);
            double most = MOST_IN_FLIGHT * run.figure(Figure.MESSAGES) / timed;
            require(part <= most && part >= leastInFlight(run), run,
                    "rate times latency is %.2f messages, but %.0f were under way", part * expected, expected);
        }
    }

    private static double leastInFlight(Run run) {
        if (!hasManyConnections(run)) {
            return LEAST_IN_FLIGHT;
        }
        return run.contender().equals(EchoContender.Kind.JDK_PLATFORM.toString())
                ? LEAST_OF_MANY_THREADS_IN_FLIGHT
                : LEAST_OF_MANY_IN_FLIGHT;
    }

    /// Rate times latency, as a part of what a closed loop has under way.
    static double inFlight(Run run) {
        return Figure.messagesPerSecond(run) * run.figure(Figure.MEAN_MICROS) / 1e6 / asked(run);
    }

    private static double asked(Run run) {
        return number(run, "connections") * number(run, "window");
    }

    /// Of connections or messages that are under way; one where a run does not say.
    static double number(Run run, String parameter) {
        return run.facts().containsKey(parameter) ? run.parameter(parameter) : 1;
    }

    static void bytesAreNotFasterThanMemory(Run run, Run environment) throws IOException {
        if (run.figures().containsKey(Figure.BYTES)) {
            double copied = environment.figure(Environment.MEMORY_COPY);
            require(Figure.bytesPerSecond(run) < copied, run,
                    "%.0f bytes a second, but memory copies only %.0f", Figure.bytesPerSecond(run), copied);
        }
    }

    /// Who copies the bytes and does something besides. Who only looks at them, or changes them where they are, touches
    /// less memory than a copy and may well be faster.
    private static void codecIsNotFasterThanACopy(Column column) throws IOException {
        int roundCount = column.runs(CodecMain.MEMORY_COPY).size();
        if (roundCount == 0) {
            return;
        }
        double noise = roundCount < Noise.ENOUGH_ROUNDS ? ROUGH_COPY_NOISE : COPY_NOISE;
        double copied = column.values(CodecMain.MEMORY_COPY, CodecMain.BYTES_PER_NANO).max().orElseThrow();
        for (String benchmark : CodecMain.COPYING) {
            double median = column.median(benchmark, CodecMain.BYTES_PER_NANO);
            if (median > copied * (1 + noise)) {
                throw new IOException(String.format(Locale.ROOT,
                        "%s, %s: %.2f bytes/ns, but a plain copy has %.2f and the noise is %.0f %%",
                        benchmark, column.parameters(), median, copied, 100 * noise));
            }
        }
    }

    private static void allAreOfOneKind(ResultFile file) throws IOException {
        for (Run run : file.runs()) {
            RunKind first = RunKind.of(file.runs().getFirst());
            require(RunKind.of(run) == first, run, "a %s among runs of a %s", RunKind.of(run), first);
        }
    }

    /// 64 KiB take longer than 64 B, for one who waits for each reply, or more work at least: where the others are woken
    /// for each short message, and are still awake for a long one, both may take as long. Who takes longer for 64 KiB than
    /// most claims nothing by them, though short messages take it as long: virtual threads of the JDK on one carrier spend
    /// 115 us at some times on what takes them 15 at others.
    private static void costRisesWithThePayload(ResultFile file) throws IOException {
        double usual = median(file.runs().stream().filter(run -> isAlone(run, LARGE_BYTES)).toList(), Gates::micros);
        for (String contender : contenders(file)) {
            List<Run> small = alone(file, contender, SMALL_BYTES);
            List<Run> large = alone(file, contender, LARGE_BYTES);
            boolean rises = small.isEmpty() || large.isEmpty()
                    || median(large, Gates::micros) > usual
                    || median(large, Gates::micros) >= LEAST_TIME_RATIO * median(small, Gates::micros)
                    || median(large, Gates::cpuMicros) >= LEAST_WORK_RATIO * median(small, Gates::cpuMicros);
            if (!rises) {
                throw new IOException(String.format(Locale.ROOT,
                        "%s, %s: %.1f us with %d bytes, and %.1f us of work, no more than with %d", file.name(),
                        contender, median(large, Gates::micros), LARGE_BYTES, median(large, Gates::cpuMicros),
                        SMALL_BYTES));
            }
        }
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> value) {
        return Median.of(runs, value);
    }

    /// The mean latency. The median tells less: where somebody has to be woken, that decides, and takes now this long, now
    /// that.
    private static double micros(Run run) {
        return run.figure(Figure.MEAN_MICROS);
    }

    private static double cpuMicros(Run run) {
        return RunKind.of(run) == RunKind.ROUND_TRIP
                ? Metric.PROCESS_CPU.value().applyAsDouble(run)
                : Figure.serverCpuMicros(run);
    }

    /// The runs with one connection and one message at a time.
    private static List<Run> alone(ResultFile file, String contender, int bytes) {
        return file.runs().stream()
                .filter(run -> run.contender().equals(contender) && isAlone(run, bytes))
                .toList();
    }

    private static boolean isAlone(Run run, int bytes) {
        return CLOSED_LOOPS.contains(RunKind.of(run)) && run.parameter("bytes") == bytes && asked(run) == 1;
    }

    private static Set<String> contenders(ResultFile file) {
        return file.runs().stream().map(Run::contender).collect(Collectors.toCollection(LinkedHashSet::new));
    }
}
