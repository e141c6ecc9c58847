package dev.asyncio.core;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.util.concurrent.locks.LockSupport;

/// One direction of one channel: who waits for it, or that an event came while nobody did.
///
/// ```
///             await: claim                       event, or it gives up
///   IDLE ──────────────────────► waiting Thread ───────────────────────► IDLE
///    │ ▲                            │
///    │ │ await: takes it,           │ close
///    │ │ returns at once            ▼
///    │ └──────── READY ────────► CLOSED (final; from every state)
///    └───────────► event without a waiter
/// ```
///
/// Every transition is one CAS on [#state]. The loop's thread alone writes [#armed]: interest stays armed while
/// events find a waiter, so a busy channel costs no system call, and is disarmed by the first event that finds
/// none, so a level-triggered selector does not report it again and again.
///
/// The waiter's part is not all private, so that AlarmStress can play it.
final class ReadinessSlot {

    private static final Object IDLE = marker("IDLE");
    private static final Object READY = marker("READY");
    private static final Object CLOSED = marker("CLOSED");
    private static final VarHandle STATE;
    private static final VarHandle ALARM;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(ReadinessSlot.class, "state", Object.class);
            ALARM = MethodHandles.lookup().findVarHandle(ReadinessSlot.class, "alarm", Alarm.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Registration registration;

    /// [#IDLE], [#READY], [#CLOSED], or the [Thread] that waits.
    private volatile Object state = IDLE;

    /// The operations in the selector's interest set, 0 when none. Written by the loop's thread, read by waiters.
    private volatile int armed;

    /// When a waiting virtual thread is to be woken; from a wait that has ended where it parks without a deadline. Written
    /// by the waiter alone: the timer's thread may have read that of a wait before.
    volatile Deadline waitsUntil = Deadline.never();

    /// Rings at some waiter's deadline, this one's or an earlier one's; null when none is set.
    volatile Alarm alarm;

    ReadinessSlot(Registration registration) {
        this.registration = registration;
    }

    /// Waits for the next event, see [Registration#await(Interest, Deadline)].
    boolean await(Interest interest, Deadline deadline) throws IOException {
        Thread waiter = Thread.currentThread();
        boolean isTimedPark = !deadline.isNever() && !waiter.isVirtual();
        if (!claim(waiter, interest)) {
            return false;
        }
        try {
            // The loop disarms before it publishes READY, and the claim above came before this read: either the
            // loop's CAS meets the claim and wakes us, or we see here that the interest is gone and arm it again.
            if ((armed & interest.operation) == 0) {
                registration.loop().execute(() -> arm(interest.operation));
            }
            if (!isTimedPark) {
                adjustAlarm(deadline); // may park on a lock of the timer's and use up an unpark: so before state is read
            }
        } catch (Throwable e) { // no memory for the command, no thread for the timer
            withdraw(waiter);
            throw e;
        }
        while (state == waiter) {
            if (waiter.isInterrupted() && withdraw(waiter)) {
                throw new InterruptedIOException("interrupted while waiting for " + describe(interest));
            }
            if (deadline.isExpired() && withdraw(waiter)) {
                throw new SocketTimeoutException("deadline passed while waiting for " + describe(interest));
            }
            if (isTimedPark) {
                LockSupport.parkNanos(this, deadline.remainingNanos());
            } else {
                LockSupport.park(this);
                if (state == waiter && alarm == null) {
                    setAlarmAnew(waiter, deadline);
                }
            }
        }
        if (state == CLOSED) {
            callOffAlarm(); // if this wait has set one after close called off the last
            throw registration.closedWhileWaiting();
        }
        return true;
    }

    /// The alarm has rung for an earlier wait, and could perhaps not be set for this one, for want of memory.
    private void setAlarmAnew(Thread waiter, Deadline deadline) {
        try {
            adjustAlarm(deadline);
        } catch (Throwable e) {
            withdraw(waiter);
            throw e;
        }
    }

    /// Makes the caller the waiter; false when the event is already there, which this call takes.
    boolean claim(Thread waiter, Interest interest) throws IOException {
        while (true) {
            if (STATE.compareAndSet(this, IDLE, waiter)) {
                return true;
            }
            if (STATE.compareAndSet(this, READY, IDLE)) {
                return false;
            }
            Object seen = state;
            if (seen == CLOSED) {
                throw registration.closedBeforehand();
            }
            if (seen instanceof Thread) {
                throw interest.pendingException();
            }
        }
    }

    /// Gives up the wait; false when an event or close came first, which the caller then heeds.
    private boolean withdraw(Thread waiter) {
        return STATE.compareAndSet(this, waiter, IDLE);
    }

    void adjustAlarm(Deadline deadline) {
        if (!deadline.isNever()) {
            waitsUntil = deadline;
            setAlarm(deadline);
        } else if (alarm != null) { // of a handshake, say: no use to wake the timer for that
            waitsUntil = deadline;
            callOffAlarm();
        }
    }

    /// Keeps an alarm that rings no later than this: [#onAlarm(Alarm)] then looks whom it still concerns.
    private void setAlarm(Deadline deadline) {
        Alarm current = alarm;
        while (current == null || !current.isNoLaterThan(deadline)) {
            var next = new Alarm(this, deadline);
            if (ALARM.compareAndSet(this, current, next)) {
                setInPlaceOf(current, next);
                if (alarm != next) {
                    next.callOff(); // replaced or called off before it was set
                }
                return;
            }
            current = alarm;
        }
    }

    private void setInPlaceOf(Alarm current, Alarm next) {
        try {
            next.set();
        } catch (Throwable e) { // no thread for the timer
            ALARM.compareAndSet(this, next, null); // it will never ring, so later waits must not rely on it
            throw e;
        } finally {
            if (current != null) {
                current.callOff();
            }
        }
    }

    /// On the timer's thread. The alarm is gone before the waiter is looked for, and a waiter says until when it waits
    /// before it looks for an alarm: so one of the two sees the other.
    void onAlarm(Alarm rung) {
        if (ALARM.compareAndSet(this, rung, null) && state instanceof Thread waiter) {
            Deadline deadline = waitsUntil;
            if (deadline.isExpired()) {
                LockSupport.unpark(waiter);
            } else if (!deadline.isNever()) {
                try {
                    setAlarm(deadline);
                } catch (Throwable _) { // nobody would hear of it here: the waiter tries, and fails, itself
                    LockSupport.unpark(waiter);
                }
                if (state == CLOSED) { // since the look at it above: then the last call-off may have come before this alarm
                    callOffAlarm();
                }
            }
        }
    }

    void callOffAlarm() {
        if (ALARM.getAndSet(this, null) instanceof Alarm set) {
            set.callOff();
        }
    }

    /// Takes in an event. On the loop's thread, inside the selector's monitors: no waiting, no user code.
    void onEvent() {
        if ((armed & SelectionKey.OP_CONNECT) != 0) {
            disarm(); // happens once; left armed, the selector would report a connected channel for ever
        }
        while (true) {
            Object seen = state;
            if (seen instanceof Thread waiter) {
                if (STATE.compareAndSet(this, waiter, IDLE)) {
                    LockSupport.unpark(waiter);
                    return;
                }
            } else {
                disarm();
                registration.loop().countUnclaimedEvent();
                if (seen != IDLE || STATE.compareAndSet(this, IDLE, READY)) {
                    return;
                }
            }
        }
    }

    /// On the loop's thread. A waiter that has given up meanwhile leaves nothing to arm for; the next one arms. That
    /// one may want another operation, and have found it armed: so this takes none away.
    private void arm(int operation) {
        if ((armed & operation) == 0 && state instanceof Thread) {
            registration.addInterest(operation);
            armed |= operation;
        }
    }

    private void disarm() {
        if (armed != 0) {
            registration.removeInterest(armed);
            armed = 0;
        }
    }

    /// Ends the direction: the waiter wakes, every later wait fails. Any thread, any number of times.
    void close() {
        if (STATE.getAndSet(this, CLOSED) instanceof Thread waiter) {
            LockSupport.unpark(waiter);
        }
        callOffAlarm();
    }

    boolean isClosed() {
        return state == CLOSED;
    }

    private String describe(Interest interest) {
        return interest + " on " + registration.channel();
    }

    private static Object marker(String name) {
        return new Object() {
            @Override
            public String toString() {
                return name;
            }
        };
    }
}
