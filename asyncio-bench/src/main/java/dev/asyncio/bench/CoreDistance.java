package dev.asyncio.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// How long the server's core takes to see what the client's has written. A virtual machine may be moved while it runs,
/// so that its cores share a cache at some times and none at others: five times as far, an echo over loopback takes a
/// quarter longer, whoever sends it.
final class CoreDistance implements AutoCloseable {

    /// Distances of the same place differ by less.
    static final double FAR_TIMES = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private static final int MAX_ATTEMPTS = 4;

    /// Whoever has just started or ended a process has cores with other things to do, for a moment.
    private static final int MAX_LOOKS = 10;

    private final Meter meter;
    private final Duration patience;
    private double leastNanos = Double.POSITIVE_INFINITY;

    /// Waiting was in vain, and the cores have not been near since.
    private boolean hasGivenUp;

    /// Measures it now.
    interface Meter {

        double nanos() throws IOException;

        void close();
    }

    /// @param patience how long cores that are far are waited for
    CoreDistance(Meter meter, Duration patience) {
        this.meter = meter;
        this.patience = patience;
    }

    /// That of the cores that server and client are pinned to; unknown where nobody is.
    static CoreDistance start() throws IOException {
        return !Pinning.isPossible() ? unknown()
                : new CoreDistance(new JvmMeter(ChildJvm.startOnCores(
                        List.of(PinnedComparison.SERVER_CORE, PinnedComparison.CLIENT_CORE), CoreDistanceMain.class)),
                        PATIENCE);
    }

    /// That of the two cores of a machine that has no more; else nobody knows which cores a process is on.
    static CoreDistance ofWhoIsNotPinned() throws IOException {
        return Runtime.getRuntime().availableProcessors() == 2 ? start() : unknown();
    }

    /// For where it does not matter.
    static CoreDistance unknown() {
        return new CoreDistance(new Meter() {

            @Override
            public double nanos() {
                return Double.NaN;
            }

            @Override
            public void close() {
                // there is nothing to end
            }
        }, Duration.ZERO);
    }

    private record JvmMeter(ChildJvm process) implements Meter {

        @Override
        public double nanos() throws IOException {
            process.writeLine("");
            return process.readValues().get(CoreDistanceMain.NANOS);
        }

        @Override
        public void close() {
            process.close();
        }
    }

    /// The least of some milliseconds, for which both cores should have nothing else to do; not a number if they have,
    /// whenever one looks.
    double nanos() throws IOException {
        double nanos = meter.nanos();
        for (int look = 1; look < MAX_LOOKS && Double.isNaN(nanos); look++) {
            nanos = meter.nanos();
        }
        leastNanos = nanos < leastNanos ? nanos : leastNanos;
        hasGivenUp &= areFar(nanos, leastNanos);
        return nanos;
    }

    /// The distance when the cores are near, or after the patience for that has ended.
    double awaitNear() throws IOException, InterruptedException {
        long startNanos = System.nanoTime();
        double nanos = nanos();
        while (shouldWait(nanos)) {
            Thread.sleep(PAUSE);
            nanos = nanos();
            hasGivenUp = shouldWait(nanos) && System.nanoTime() - startNanos > patience.toNanos();
        }
        return nanos;
    }

    /// Whether it is worth it to wait until the cores are nearer than that.
    boolean shouldWait(double nanos) {
        return !hasGivenUp && areFar(nanos, leastNanos);
    }

    /// What is measured between two looks at the distance.
    @FunctionalInterface
    interface Measurement {
        Map<String, Double> run() throws IOException, InterruptedException;
    }

    /// Measures while the cores are near each other, or as far as they are when there is no use in waiting. Adds the
    /// distance to the figures.
    Map<String, Double> measureNear(Measurement measurement) throws IOException, InterruptedException {
        Map<String, Double> figures;
        double nanos;
        int attempts = 0;
        do {
            double nanosBefore = awaitNear();
            figures = measurement.run();
            nanos = farther(nanosBefore, nanos());
            attempts++;
        } while (shouldWait(nanos) && attempts < MAX_ATTEMPTS);
        figures.put(Figure.CORE_NANOS, nanos);
        return figures;
    }

    /// The greater of two distances of which one may not be a number.
    private static double farther(double one, double other) {
        return one >= other || Double.isNaN(other) ? one : other;
    }

    /// What may go well or not.
    @FunctionalInterface
    interface Trial<T> {
        T run() throws IOException, InterruptedException;
    }

    /// What came of a trial.
    ///
    /// @param isExcused it did not go well, and each time the cores went apart meanwhile
    record Tried<T>(T value, boolean isExcused) {}

    /// Tries something that begins while the cores are near, and again where it did not go well and they went apart. To go
    /// well then is none the worse for it.
    <T> Tried<T> tryNear(Trial<T> trial, Predicate<T> goesWell) throws IOException, InterruptedException {
        T value;
        boolean isExcused;
        int attempts = 0;
        do {
            double nanosBefore = awaitNear();
            value = trial.run();
            isExcused = areFar(nanos(), nanosBefore) && !goesWell.test(value);
            attempts++;
        } while (isExcused && attempts < MAX_ATTEMPTS);
        return new Tried<>(value, isExcused);
    }

    /// @param leastNanos of the same two cores
    static boolean areFar(double nanos, double leastNanos) {
        return nanos > FAR_TIMES * leastNanos;
    }

    @Override
    public void close() {
        meter.close();
    }
}
