package dev.asyncio.bench;

import java.util.Locale;

/// What a soak looks at in a process, how much of it may come to be, and what of that may be left over.
///
/// Growth is that of the straight line through the samples of the last two thirds; see [SoakJudge].
enum SoakMeasure {
    HEAP("heapBytes", "heap after GC, MiB", 1 << 20, 4 << 20, 0.1, 4 << 20, 2 << 20),
    /// Committed by the JVM but for the heap, and the compiler with its code: that one is done when all is compiled.
    NATIVE("nativeBytes", "native memory, MiB", 1 << 20, 8 << 20, 0.1, 4 << 20, 8 << 20),
    /// The JDK keeps some for each carrier, and pools of the library theirs.
    DIRECT("directBytes", "direct buffers, MiB", 1 << 20, 4 << 20, 0.1, 4 << 20, 4 << 20),
    /// Has what the JVM does not count, as the memory of `Deflater` and `Inflater`; and the compiler's. What was freed need not
    /// go back to the system, so nothing is said of what is left over.
    RESIDENT("residentBytes", "resident, MiB", 1 << 20, 48 << 20, 0.05, 24 << 20, Double.POSITIVE_INFINITY),
    DESCRIPTORS("descriptors", "descriptors", 1, 16, 0.1),
    VIRTUAL_THREADS("virtualThreads", "virtual threads", 1, 16, 0.1),
    /// The JDK starts carriers and helpers as it sees fit.
    PLATFORM_THREADS("platformThreads", "platform threads", 1, 4, 0.1, Double.POSITIVE_INFINITY,
            Runtime.getRuntime().availableProcessors()),
    REGISTRATIONS("registrations", "registrations", 1, 16, 0.1),
    PAUSE("pauseMillis", "longest GC pause, ms", 1),
    PLATFORM_STALL("platformStallMillis", "longest wait of a platform thread that slept, ms", 1),
    VIRTUAL_STALL("virtualStallMillis", "longest wait of a virtual thread that slept, ms", 1),
    SELECTIONS("selections", "selections of the event loops", 1),
    OTHERS(ProcessorUse.OTHERS_PERCENT, "processors that others had, %", 1),
    RATE("messagesPerSecond", "messages/s", 1),
    ROUND_TRIP("p99Micros", "p99 of fast clients, ms", 1_000);

    /// After so long, the compiler has done its work and the JVM has what it needs: a soak of ten minutes is judged by the
    /// hour. Two runs, of seven and ten minutes, have seen the server's heap change by -0.8 and -0.1 MiB an hour, its native
    /// memory by 0.1 and 0.2, and what is resident by 8 and 6; in the clients' process that was 14 and 13.
    static final double SETTLED_SECONDS = 380;

    static final double HOUR_SECONDS = 3_600;

    /// As a sample has it.
    final String key;

    final String title;

    /// How much of the sample's unit is one of the title's.
    final double unit;

    /// By how much more may be held when clients have left than before they came. What is kept of connections that are gone
    /// is seen here: under load, memory goes up and down by more.
    final double leftOverLimit;

    private final double slack;
    private final double slackPart;

    /// Of a time that is long enough to demand more.
    private final double settledLimit;

    /// One that is not judged.
    SoakMeasure(String key, String title, double unit) {
        this(key, title, unit, Double.POSITIVE_INFINITY, 0);
    }

    SoakMeasure(String key, String title, double unit, double slack, double slackPart) {
        this(key, title, unit, slack, slackPart, Double.POSITIVE_INFINITY, 0);
    }

    /// @param settledLimit for each hour
    SoakMeasure(String key, String title, double unit, double slack, double slackPart, double settledLimit,
            double leftOverLimit) {
        this.key = key;
        this.title = title;
        this.unit = unit;
        this.slack = slack;
        this.slackPart = slackPart;
        this.settledLimit = settledLimit;
        this.leftOverLimit = leftOverLimit;
    }

    /// By how much it may grow within the measured time, however long that is.
    ///
    /// @param level what it is in the middle
    double growthLimit(double level) {
        return slack + slackPart * level;
    }

    /// The same for a long time, beside what it may grow by chance.
    double settledLimit(double seconds) {
        return seconds < SETTLED_SECONDS ? Double.POSITIVE_INFINITY : settledLimit * seconds / HOUR_SECONDS;
    }

    boolean isJudged() {
        return slack < Double.POSITIVE_INFINITY;
    }

    /// In the title's unit.
    String format(double value) {
        return String.format(Locale.ROOT, unit == 1 ? "%.0f" : "%.1f", value / unit);
    }
}
