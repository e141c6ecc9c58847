package dev.asyncio.core.testing;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.fail;

import dev.asyncio.core.Deadline;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;

/// A call that runs on a thread of its own, so that a test can act once it is really parked, and see how it ends.
///
/// @param <T> what the call returns
public final class Waiting<T> {

    /// Far beyond what any step of a test takes; reached only by a test that fails.
    public static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Thread thread;
    private T value;
    private Throwable failure;
    private boolean interruptStatus;

    private Waiting(ThreadKind kind, Callable<T> call) {
        this.thread = kind.unstarted(() -> {
            try {
                value = call.call();
            } catch (Throwable e) {
                failure = e;
            }
            interruptStatus = Thread.currentThread().isInterrupted();
        });
    }

    /// Starts a call and returns at once.
    public static <T> Waiting<T> start(ThreadKind kind, Callable<T> call) {
        var waiting = new Waiting<>(kind, call);
        waiting.thread.start();
        return waiting;
    }

    /// Starts a call that returns nothing, and returns at once.
    public static Waiting<Void> start(ThreadKind kind, Action action) {
        return start(kind, () -> {
            action.run();
            return null;
        });
    }

    /// Starts a call and returns once its thread is parked.
    public static <T> Waiting<T> parked(ThreadKind kind, Callable<T> call) {
        return start(kind, call).untilParked();
    }

    /// Starts a call that returns nothing, and returns once its thread is parked.
    public static Waiting<Void> parked(ThreadKind kind, Action action) {
        return start(kind, action).untilParked();
    }

    /// A deadline that only a test that fails meets.
    public static Deadline patience() {
        return Deadline.after(PATIENCE);
    }

    /// Something that may throw whatever it likes.
    @FunctionalInterface
    public interface Action {
        void run() throws Exception;
    }

    /// Returns once the thread is parked; fails if it ends instead.
    public Waiting<T> untilParked() {
        await("the call to park", () -> isParked(thread) || !thread.isAlive());
        if (!thread.isAlive()) {
            fail("expected a call that waits; it returned " + value + " or threw " + failure, failure);
        }
        return this;
    }

    /// Waits for the call's end, whatever it comes to.
    public void untilEnded() {
        join();
    }

    public void interrupt() {
        thread.interrupt();
    }

    public boolean isAlive() {
        return thread.isAlive();
    }

    /// Waits for the call's end and returns its value.
    public T value() throws Exception {
        join();
        if (failure != null) {
            throw new AssertionError("the call failed", failure);
        }
        return value;
    }

    /// Waits for the call's end and returns what it threw.
    public <E extends Throwable> E failure(Class<E> type) {
        join();
        if (failure == null) {
            fail("expected " + type.getSimpleName() + ", but the call returned " + value);
        }
        return assertInstanceOf(type, failure);
    }

    /// Whether the thread's interrupt status was set when the call had ended.
    public boolean interruptStatus() {
        join();
        return interruptStatus;
    }

    /// Waits, without sleeping, for something that another thread brings about soon.
    public static void await(String what, BooleanSupplier condition) {
        long startNanos = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNanos > PATIENCE.toNanos()) {
                fail("waited " + PATIENCE + " in vain for " + what);
            }
            Thread.yield();
        }
    }

    /// Whether a thread waits, with or without a deadline.
    public static boolean isParked(Thread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING -> true;
            default -> false;
        };
    }

    private void join() {
        try {
            if (!thread.join(PATIENCE)) {
                var stuck = new AssertionError("the call is still waiting after " + PATIENCE);
                stuck.setStackTrace(thread.getStackTrace());
                thread.interrupt();
                throw stuck;
            }
        } catch (InterruptedException e) {
            throw new AssertionError("the test was interrupted", e);
        }
    }
}
