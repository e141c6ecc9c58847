package dev.asyncio.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/// The alarm of a [ReadinessSlot] serves wait after wait, and rings when one of them has ended, or just begins.
///
/// Alarms are for virtual threads, and actors are none. So an actor does for one what its wait does before it parks; the
/// alarm that it leaves in the slot must then be one that wakes it in time.
final class AlarmStress {

    private static final Thread WAITER = Thread.ofVirtual().unstarted(() -> {});
    private static final Deadline FIRST = Deadline.after(Duration.ofHours(1));
    private static final Deadline NEXT = Deadline.after(Duration.ofHours(2));
    private static final Deadline FAR = Deadline.after(Duration.ofDays(2));

    private AlarmStress() {}

    /// A wait is under way that may take long. An earlier one's alarm is still set, and about to ring.
    abstract static class LongWait extends SlotHarness {

        private final Alarm rung = new Alarm(slot(), FIRST);

        LongWait() {
            slot().alarm = rung;
            waitUntil(FAR);
        }

        final void waitUntil(Deadline deadline) {
            try {
                slot().claim(WAITER, Interest.READ);
            } catch (IOException e) {
                throw new AssertionError("nothing is closed here", e);
            }
            slot().adjustAlarm(deadline);
        }

        final void ring() {
            slot().onAlarm(rung);
        }
    }

    /// It ends with an event, and the next wait begins.
    @JCStressTest
    @Outcome(id = "true, true, true", expect = ACCEPTABLE, desc = "an alarm wakes the waiter in time")
    @Outcome(expect = FORBIDDEN, desc = "the deadline was lost")
    @State
    public static class AlarmAgainstNextWait extends LongWait {

        @Actor
        public void waiter() {
            event();
            waitUntil(NEXT);
        }

        @Actor
        public void timer() {
            ring();
        }

        @Arbiter
        public void later(ZZZ_Result result) {
            Alarm alarm = slot().alarm;
            result.r1 = alarm != null && alarm.isNoLaterThan(NEXT);
            result.r2 = alarm != null && alarm.task != null && !alarm.task.isCancelled();
            result.r3 = slot().waitsUntil == NEXT;
            slot().callOffAlarm();
        }
    }

    /// It ends with a close, for whose waiter the alarm would be set anew.
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "nothing will ring")
    @Outcome(expect = FORBIDDEN, desc = "the closed channel is held until the deadline")
    @State
    public static class AlarmAgainstClose extends LongWait {

        @Actor
        public void closer() {
            close();
            slot().callOffAlarm(); // so does the waiter, woken
        }

        @Actor
        public void timer() {
            ring();
        }

        @Arbiter
        public void later(Z_Result result) {
            result.r1 = slot().alarm == null;
            slot().callOffAlarm();
        }
    }

    /// A real wait of a virtual thread ends by its deadline, just as the event comes.
    @JCStressTest
    @Outcome(id = {"0, -1", "1, -1"}, expect = ACCEPTABLE, desc = "taken, once")
    @Outcome(id = "-1, 0", expect = ACCEPTABLE, desc = "left to the next wait")
    @Outcome(expect = FORBIDDEN, desc = "lost, or reported twice")
    @State
    public static class DeadlineAgainstEvent extends SlotHarness {

        private static final int TIMEOUT_NANOS = 50_000;

        @Actor
        public void waiter(II_Result result) {
            result.r1 = awaitVirtually(Deadline.after(Duration.ofNanos(TIMEOUT_NANOS)));
        }

        @Actor
        public void loop() {
            long startNanos = System.nanoTime();
            long pauseNanos = ThreadLocalRandom.current().nextInt(2 * TIMEOUT_NANOS);
            while (System.nanoTime() - startNanos < pauseNanos) {
                Thread.onSpinWait();
            }
            event();
        }

        @Arbiter
        public void later(II_Result result) {
            result.r2 = awaitNothing();
        }
    }
}
