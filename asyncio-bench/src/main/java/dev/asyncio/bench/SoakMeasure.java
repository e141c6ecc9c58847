package dev.asyncio.bench;

/// What a soak looks at in a process, and how much of it may come to be.
///
/// Growth is that of the straight line through the samples of the last two thirds; see [SoakJudge].
enum SoakMeasure {
    HEAP("heapBytes", "heap after GC, MiB", 1 << 20, 4 << 20, 0.1),
    /// Committed by the JVM but for the heap, and the compiler with its code: that one is done when all is compiled.
    NATIVE("nativeBytes", "native memory, MiB", 1 << 20, 8 << 20, 0.1, 4 << 20),
    DIRECT("directBytes", "direct buffers, MiB", 1 << 20, 4 << 20, 0.1),
    /// Has what the JVM does not count, as the memory of `Deflater` and `Inflater`; and the compiler's.
    RESIDENT("residentBytes", "resident, MiB", 1 << 20, 48 << 20, 0.05, 12 << 20),
    DESCRIPTORS("descriptors", "descriptors", 1, 16, 0.1),
    VIRTUAL_THREADS("virtualThreads", "virtual threads", 1, 16, 0.1),
    PLATFORM_THREADS("platformThreads", "platform threads", 1, 4, 0.1),
    REGISTRATIONS("registrations", "registrations", 1, 16, 0.1),
    PAUSE("pauseMillis", "longest GC pause, ms", 1),
    PLATFORM_STALL("platformStallMillis", "longest wait of a platform thread that slept, ms", 1),
    VIRTUAL_STALL("virtualStallMillis", "longest wait of a virtual thread that slept, ms", 1),
    SELECTIONS("selections", "selections of the event loops", 1),
    OTHERS(ProcessorUse.OTHERS_PERCENT, "processors that others had, %", 1),
    RATE("messagesPerSecond", "messages/s", 1),
    ROUND_TRIP("p99Micros", "p99 of fast clients, ms", 1_000);

    /// After so long, the compiler has done its work and the JVM has what it needs: a run of seven minutes has seen native
    /// memory grow by 0.1 MiB, and what is resident by 1.6 MiB.
    static final double SETTLED_SECONDS = 200;

    /// As a sample has it.
    final String key;

    final String title;

    /// How much of the sample's unit is one of the title's.
    final double unit;

    private final double slack;
    private final double slackPart;

    /// Of a time that is long enough to demand more.
    private final double settledLimit;

    /// One that is not judged.
    SoakMeasure(String key, String title, double unit) {
        this(key, title, unit, Double.POSITIVE_INFINITY, 0);
    }

    SoakMeasure(String key, String title, double unit, double slack, double slackPart) {
        this(key, title, unit, slack, slackPart, Double.POSITIVE_INFINITY);
    }

    SoakMeasure(String key, String title, double unit, double slack, double slackPart, double settledLimit) {
        this.key = key;
        this.title = title;
        this.unit = unit;
        this.slack = slack;
        this.slackPart = slackPart;
        this.settledLimit = settledLimit;
    }

    /// By how much it may grow within the measured time.
    ///
    /// @param level what it is in the middle
    /// @param seconds the measured time
    double growthLimit(double level, double seconds) {
        double limit = slack + slackPart * level;
        return seconds < SETTLED_SECONDS ? limit : Math.min(limit, settledLimit);
    }

    boolean isJudged() {
        return slack < Double.POSITIVE_INFINITY;
    }
}
