package dev.asyncio.bench;

/// What a soak looks at in a process, and how much of it may come to be.
///
/// Growth is that of the straight line through the samples of the last two thirds; see [SoakJudge].
enum SoakMeasure {
    HEAP("heapBytes", "heap after GC, MiB", 1 << 20, 4 << 20, 0.1),
    /// Committed by the JVM but for the heap, and the compiler with its code: that one is done when all is compiled.
    NATIVE("nativeBytes", "native memory, MiB", 1 << 20, 8 << 20, 0.1),
    DIRECT("directBytes", "direct buffers, MiB", 1 << 20, 4 << 20, 0.1),
    /// Has what the JVM does not count, as the memory of `Deflater` and `Inflater`; and the compiler's.
    RESIDENT("residentBytes", "resident, MiB", 1 << 20, 48 << 20, 0.05),
    DESCRIPTORS("descriptors", "descriptors", 1, 16, 0.1),
    VIRTUAL_THREADS("virtualThreads", "virtual threads", 1, 16, 0.1),
    PLATFORM_THREADS("platformThreads", "platform threads", 1, 4, 0.1),
    REGISTRATIONS("registrations", "registrations", 1, 16, 0.1),
    PAUSE("pauseMillis", "longest GC pause, ms", 1, Double.POSITIVE_INFINITY, 0),
    RATE("messagesPerSecond", "messages/s", 1, Double.POSITIVE_INFINITY, 0),
    ROUND_TRIP("p99Micros", "p99 of fast clients, ms", 1_000, Double.POSITIVE_INFINITY, 0);

    /// As a sample has it.
    final String key;

    final String title;

    /// How much of the sample's unit is one of the title's.
    final double unit;

    private final double slack;
    private final double slackPart;

    SoakMeasure(String key, String title, double unit, double slack, double slackPart) {
        this.key = key;
        this.title = title;
        this.unit = unit;
        this.slack = slack;
        this.slackPart = slackPart;
    }

    /// By how much it may grow within the measured time.
    ///
    /// @param level what it is in the middle
    double growthLimit(double level) {
        return slack + slackPart * level;
    }

    boolean isJudged() {
        return slack < Double.POSITIVE_INFINITY;
    }
}
