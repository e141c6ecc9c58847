package dev.asyncio.bench;

import dev.asyncio.core.Deadline;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/// Times what many do again and again, each at a pace of its own, from when it was due (an open loop). Who falls behind
/// does at once what has become due meanwhile, and all of it counts as late.
///
/// One thread measures.
final class DueTimes {

    /// What was due by the end of the measured time, and not done.
    static final String OVERDUE = "overdue";

    /// What has been done since all began, measured or not.
    static final String EVER_DONE = "everDone";

    /// How late they began who had nothing else to do: what is their own process's fault.
    static final String OWN_P99_MICROS = "ownP99Us";

    private final CountedThreads threads;
    private final Recorder times = new Recorder(3);
    private final Recorder ownTimes = new Recorder(3);
    private final LongAdder everDone = new LongAdder();
    private final Set<Schedule> schedules = ConcurrentHashMap.newKeySet();
    private long startNanos = System.nanoTime();

    /// @param threads on which there is something to do
    DueTimes(CountedThreads threads) {
        this.threads = threads;
    }

    /// Begins to measure: what has been done does not count, what is overdue does.
    void restart() {
        times.reset();
        ownTimes.reset();
        startNanos = System.nanoTime();
    }

    /// What was measured since. What is overdue counts as if it were done now: it takes that long at least.
    Map<String, Double> figures() {
        long nowNanos = System.nanoTime();
        Histogram histogram = times.getIntervalHistogram();
        long doneCount = histogram.getTotalCount();
        schedules.forEach(schedule -> schedule.addOverdue(histogram, nowNanos));
        Map<String, Double> figures = Figure.ofLatencies(histogram);
        figures.put(Figure.MESSAGES, (double) doneCount);
        figures.put(Figure.SECONDS, (nowNanos - startNanos) / 1e9);
        figures.put(OVERDUE, (double) histogram.getTotalCount() - doneCount);
        figures.put(EVER_DONE, (double) everDone.sum());
        figures.put(OWN_P99_MICROS, ownTimes.getIntervalHistogram().getValueAtPercentile(99) / 1e3);
        return figures;
    }

    /// @param intervalNanos from when one is due to when the next is; 0 for as often as can be
    Schedule begin(long nanosToFirst, long intervalNanos) {
        var schedule = new Schedule(System.nanoTime() + nanosToFirst, intervalNanos);
        schedules.add(schedule);
        return schedule;
    }

    /// What one of them is to do, on one thread. When it is closed, nothing more is due.
    final class Schedule implements AutoCloseable {

        private final long intervalNanos;

        /// Changed by its thread alone.
        private volatile long dueNanos;

        private Schedule(long dueNanos, long intervalNanos) {
            this.dueNanos = dueNanos;
            this.intervalNanos = intervalNanos;
        }

        /// @return false if the end comes first
        boolean awaitDue() throws InterruptedException {
            long freeNanos = System.nanoTime();
            long waitNanos = Math.max(0, dueNanos - freeNanos);
            if (threads.awaitEnd(waitNanos)) {
                return false;
            }
            ownTimes.recordValue(System.nanoTime() - freeNanos - waitNanos);
            return true;
        }

        /// For a wait that is to end when the next is due.
        Deadline deadline() {
            return Deadline.after(Duration.ofNanos(Math.max(0, dueNanos - System.nanoTime())));
        }

        /// What was due is done.
        void done() {
            done(intervalNanos);
        }

        /// The same, with another interval to the next.
        void done(long nanosToNext) {
            long nowNanos = System.nanoTime();
            times.recordValue(nowNanos - dueNanos);
            everDone.increment();
            dueNanos = intervalNanos == 0 ? nowNanos : dueNanos + nanosToNext;
        }

        private void addOverdue(Histogram histogram, long nowNanos) {
            long nanos = nowNanos - dueNanos;
            if (nanos > 0) {
                histogram.recordValueWithExpectedInterval(nanos, intervalNanos);
            }
        }

        @Override
        public void close() {
            schedules.remove(this);
        }
    }
}
