package dev.asyncio.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/// A fixed set of event loops, handed out in turn.
///
/// Those who do not care use [#shared()], as all of this library does by default. A group of one's own is for another
/// number of loops, another [Spin], platform threads, or for keeping parts of a program apart; whoever builds it
/// closes it.
public final class EventLoopGroup implements AutoCloseable {

    private static final ReentrantLock SHARED_LOCK = new ReentrantLock();

    /// Started by its first use, and anew by the first after all of its loops have failed; written under [#SHARED_LOCK]. A
    /// class that starts it when it is initialized could not try again.
    private static volatile EventLoopGroup shared;

    private final List<EventLoop> loops;
    private final boolean isShared;
    private final AtomicInteger turn = new AtomicInteger();

    private EventLoopGroup(Builder builder, boolean isShared) {
        this.isShared = isShared;
        this.loops = startLoops(builder);
    }

    private static List<EventLoop> startLoops(Builder builder) {
        var started = new ArrayList<EventLoop>(builder.loopCount); // so that what has started finds room without memory
        try {
            for (int i = 0; i < builder.loopCount; i++) {
                var loop = new EventLoop(builder.name + "-" + i, builder.loopThreads, builder.spin);
                loop.start();
                started.add(loop);
            }
            return List.copyOf(started);
        } catch (Throwable e) { // no descriptor, or no thread, for one more
            started.forEach(EventLoop::close);
            started.forEach(EventLoop::join);
            throw e;
        }
    }

    /// The group that everybody may use, with the default settings of [Builder]. It is started by the first call and
    /// lives as long as the process, unless all of its loops fail, for want of memory most likely. What was registered with
    /// them has failed then, listeners too; the next call starts another group for whatever comes after.
    ///
    /// @return the shared group, whose [#close()] is refused
    /// @throws java.io.UncheckedIOException if the system has no descriptor left for its selectors; a later call may do
    public static EventLoopGroup shared() {
        EventLoopGroup group = shared;
        return group == null || group.isTerminated() ? startShared() : group;
    }

    private static EventLoopGroup startShared() {
        SHARED_LOCK.lock();
        try {
            if (shared == null || shared.isTerminated()) {
                shared = new EventLoopGroup(builder(), true);
            }
            return shared;
        } finally {
            SHARED_LOCK.unlock();
        }
    }

    private boolean isTerminated() {
        for (EventLoop loop : loops) {
            if (!loop.isTerminated()) {
                return false;
            }
        }
        return true;
    }

    /// Starts the description of a group of one's own.
    ///
    /// @return a builder with the settings of [#shared()]
    public static Builder builder() {
        return new Builder();
    }

    /// Hands out the loops in turn, passing over those that have failed while another runs.
    ///
    /// @return a loop
    public EventLoop next() {
        int first = turn.getAndIncrement();
        EventLoop loop = null;
        for (int i = 0; i < loops.size() && (loop == null || loop.isTerminated()); i++) {
            loop = loops.get(Integer.remainderUnsigned(first + i, loops.size()));
        }
        return loop;
    }

    /// The loops of this group, for statistics.
    ///
    /// @return all of them, always the same
    public List<EventLoop> loops() {
        return loops;
    }

    /// Ends the loops and waits until their threads have ended. Whoever waits on one of their channels gets an
    /// [java.io.IOException], and so does every later wait; the channels themselves stay with their owners. An
    /// interrupt does not shorten this, and is kept. Closing twice does nothing.
    ///
    /// @throws UnsupportedOperationException on the shared group
    @Override
    public void close() {
        if (isShared) {
            throw new UnsupportedOperationException("the shared event loop group cannot be closed");
        }
        loops.forEach(EventLoop::close);
        loops.forEach(EventLoop::join);
    }

    /// A group's settings.
    public static final class Builder {

        private int loopCount = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        private String name = "asyncio-loop";
        private Spin spin = Spin.adaptive();
        private ThreadFactory loopThreads = Thread.ofVirtual().factory();

        private Builder() {}

        /// Sets the number of loops; by default half the number of processors, at least one.
        ///
        /// @param count 1 or more
        /// @return this
        public Builder loopCount(int count) {
            if (count < 1) {
                throw new IllegalArgumentException("event loop group: expected at least 1 loop, got " + count);
            }
            this.loopCount = count;
            return this;
        }

        /// Sets what the names of loops and of their threads begin with.
        ///
        /// @param prefix by default `asyncio-loop`
        /// @return this
        public Builder name(String prefix) {
            this.name = Objects.requireNonNull(prefix);
            return this;
        }

        /// Sets how long the loops look for more work before they sleep.
        ///
        /// @param spin by default [Spin#adaptive()]
        /// @return this
        public Builder spin(Spin spin) {
            this.spin = Objects.requireNonNull(spin);
            return this;
        }

        /// Runs each loop on a daemon platform thread of its own, so that handlers that compute for long cannot hold
        /// up readiness, at the price of a thread hand-over for each wake-up.
        ///
        /// @return this
        public Builder platformThreads() {
            return loopThreads(Thread.ofPlatform().daemon().factory());
        }

        Builder loopThreads(ThreadFactory factory) {
            this.loopThreads = factory;
            return this;
        }

        /// Builds the group and starts its loops.
        ///
        /// @return a running group, which the caller closes
        /// @throws java.io.UncheckedIOException if the system has no descriptor left for a selector
        public EventLoopGroup build() {
            return new EventLoopGroup(this, false);
        }
    }
}
