package dev.asyncio.core;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/// What may come of a wait, an event, a close and a wait that gives up when they meet at one [ReadinessSlot]. Results are
/// those of [SlotHarness]: 0 the event was there before, 1 woken, 2 closed, -1 gave up.
final class SlotStress {

    private SlotStress() {}

    /// A waiter claims the slot while the event is published.
    @JCStressTest
    @Outcome(id = {"0", "1"}, expect = ACCEPTABLE, desc = "the event, before or after the claim")
    @Outcome(expect = FORBIDDEN, desc = "the event was lost")
    @State
    public static class EventAgainstAwait extends SlotHarness {

        @Actor
        public void waiter(I_Result result) {
            result.r1 = await();
        }

        @Actor
        public void loop() {
            event();
        }
    }

    @JCStressTest
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "closed, before or while it waited")
    @Outcome(expect = FORBIDDEN, desc = "the close was lost")
    @State
    public static class CloseAgainstAwait extends SlotHarness {

        @Actor
        public void waiter(I_Result result) {
            result.r1 = await();
        }

        @Actor
        public void closer() {
            close();
        }
    }

    /// An event without a waiter does not open again what is closed.
    @JCStressTest
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "closed for good")
    @Outcome(expect = FORBIDDEN, desc = "the close was overwritten")
    @State
    public static class EventAgainstClose extends SlotHarness {

        @Actor
        public void loop() {
            event();
        }

        @Actor
        public void closer() {
            close();
        }

        @Arbiter
        public void later(I_Result result) {
            result.r1 = awaitNothing();
        }
    }

    /// The second event finds the waiter gone, or still coming: it is kept, or merged with the first.
    @JCStressTest
    @Outcome(id = {"0, 0", "0, -1", "1, 0"}, expect = ACCEPTABLE, desc = "the second is kept, or merged")
    @Outcome(expect = FORBIDDEN, desc = "an event was lost")
    @State
    public static class TwoEvents extends SlotHarness {

        @Actor
        public void waiter(II_Result result) {
            result.r1 = await();
        }

        @Actor
        public void loop() {
            event();
            event();
        }

        @Arbiter
        public void later(II_Result result) {
            result.r2 = awaitNothing();
        }
    }

    /// A waiter whose deadline has passed takes the event, or leaves it to the next.
    @JCStressTest
    @Outcome(id = {"0, -1", "1, -1"}, expect = ACCEPTABLE, desc = "taken, once")
    @Outcome(id = "-1, 0", expect = ACCEPTABLE, desc = "left to the next wait")
    @Outcome(expect = FORBIDDEN, desc = "lost, or reported twice")
    @State
    public static class WithdrawAgainstEvent extends SlotHarness {

        @Actor
        public void waiter(II_Result result) {
            result.r1 = awaitNothing();
        }

        @Actor
        public void loop() {
            event();
        }

        @Arbiter
        public void later(II_Result result) {
            result.r2 = awaitNothing();
        }
    }

    /// Interest is disarmed by an event without a waiter, and armed again by the next wait, under a level-triggered
    /// selector that reports only what is armed.
    @JCStressTest
    @Outcome(id = "3", expect = ACCEPTABLE, desc = "all three were taken")
    @Outcome(expect = FORBIDDEN, desc = "nothing was armed, and nobody told")
    @State
    public static class DisarmAgainstAwait extends SlotHarness {

        private static final int COUNT = 3;

        private volatile int given;
        private volatile int taken;
        private volatile boolean isDone;

        @Actor
        public void waiter(I_Result result) {
            int outcome = WOKEN;
            while (taken < COUNT && outcome != GAVE_UP) {
                if (given > taken) {
                    taken = taken + 1;
                } else {
                    outcome = await();
                }
            }
            result.r1 = taken;
            isDone = true;
        }

        @Actor
        public void loop() {
            while (!isDone) {
                if (given < COUNT && given - taken < 2) {
                    given = given + 1;
                }
                select(given > taken);
            }
        }
    }
}
