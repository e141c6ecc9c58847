package dev.asyncio.core;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// A timer that rings once at a slot, unless it is called off.
///
/// A timed park of a virtual thread costs a scheduled task each time, which made a round trip with a deadline a fifth
/// dearer on one core, and half again on two. So the alarm of a wait that ended early stays set, and serves the waits
/// after it: one timer for each connection and length of timeout, instead of one for each operation.
final class Alarm implements Runnable {

    static final ScheduledThreadPoolExecutor TIMER = newTimer();

    private final ReadinessSlot slot;
    private final Deadline at;
    volatile Future<?> task;

    Alarm(ReadinessSlot slot, Deadline at) {
        this.slot = slot;
        this.at = at;
    }

    void set() {
        task = schedule(this, at.remainingNanos());
    }

    /// Has the timer's thread run a short task. Where there is no thread for that, this leaves nothing behind: by itself,
    /// the timer would keep the task, and all that it holds, until it gets one.
    static Future<?> schedule(Runnable task, long delayNanos) {
        TIMER.prestartCoreThread();
        return TIMER.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    }

    void callOff() {
        Future<?> scheduled = task;
        if (scheduled != null) {
            scheduled.cancel(false);
        }
    }

    boolean isNoLaterThan(Deadline deadline) {
        return at.earlierOf(deadline) == at;
    }

    @Override
    public void run() {
        slot.onAlarm(this);
    }

    private static ScheduledThreadPoolExecutor newTimer() {
        var timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("asyncio-timer").factory());
        timer.setRemoveOnCancelPolicy(true); // a closed connection must not be held until its deadline
        return timer;
    }
}
