package dev.asyncio.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// One selector and the one thread that selects. It wakes threads that wait for channels, and runs no other code than the
/// short tasks of [Registration#runSoon(Runnable)].
///
/// A turn takes in commands from other threads, looks for ready channels (spins, then sleeps, as [Spin] says),
/// unparks their waiters, and yields, so that those who were woken run before it looks again.
///
/// Loops come from an [EventLoopGroup], which also closes them. All methods may be called by any thread.
public final class EventLoop {

    private static final System.Logger LOG = System.getLogger(EventLoop.class.getName());

    /// Unparks the waiters of a ready channel. Runs inside the selector's monitors.
    private static final Consumer<SelectionKey> DISPATCH = key -> ((Registration) key.attachment()).onEvent();

    /// In place of a failure.
    private static final Throwable CLOSED = new Throwable("closed");

    /// See [#letOthersRun].
    private static final long LONGEST_AWAKE_NANOS = 20_000_000;

    static { // loaded while there are descriptors to read their class files with
        new LoopFailedEvent();
        new LoopTurnEvent();
    }

    private final String name;
    private final Selector selector;
    private final Spin.Budget spinBudget;
    private final ThreadFactory handlerThreads;
    private final Thread thread;

    /// What other threads want the loop's thread to do, each short and ours.
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();

    /// What waits for the selector to let go of closed channels. Touched by the loop's thread alone.
    private final Queue<CountDownLatch> deregistrations = new ArrayDeque<>();

    /// True from before the loop looks at [#commands] for the last time until it has slept: who adds a command first
    /// and reads this second cannot be missed. Whoever turns it false owes the selector one wakeup.
    private final AtomicBoolean asleep = new AtomicBoolean();

    /// When the loop has slept last. Touched by its thread alone.
    private long awakeSinceNanos = System.nanoTime();

    private volatile boolean closing;

    /// What ended the loop: a failure, or [#CLOSED]; null while it runs. Set before the waiters are failed.
    private volatile Throwable termination;

    private final AtomicLong wakeupCount = new AtomicLong();

    // Written by the loop's thread alone.
    private volatile long selectCount;
    private volatile long parkCount;
    private volatile long spuriousCount;
    private volatile long unclaimedCount;

    EventLoop(String name, ThreadFactory loopThreads, Spin spin) {
        this.name = name;
        this.spinBudget = spin.newBudget();
        this.handlerThreads =
                Thread.ofVirtual().name(name + "-handler").factory();
        this.thread = loopThreads.newThread(this::run);
        this.thread.setName(name);
        try {
            this.selector = Selector.open(); // last: nothing that may fail comes after it
        } catch (IOException e) {
            throw new UncheckedIOException("event loop " + name + ": cannot open a selector", e);
        }
    }

    /// Gives the selector back where the thread cannot start.
    void start() {
        try {
            thread.start();
        } catch (Throwable e) {
            closeSelector();
            throw e;
        }
    }

    /// Registers a channel, in non-blocking mode, which belongs to the registration from here on. Does not wait for
    /// the loop.
    ///
    /// @param channel the channel, registered nowhere else
    /// @return the registration, which closes the channel
    /// @throws EventLoopClosedException if the loop has failed or was closed; the channel is left to the caller
    /// @throws IOException if the channel is closed or cannot be made non-blocking; the channel is left to the caller
    public Registration register(SelectableChannel channel) throws IOException {
        if (termination != null) { // whose selector may still be open, with a key of that channel
            throw terminated();
        }
        channel.configureBlocking(false);
        var registration = new Registration(this, channel);
        try {
            // No interest yet, so neither a system call nor a wakeup: the first await arms.
            registration.setKey(channel.register(selector, 0, registration));
        } catch (ClosedSelectorException _) {
            throw terminated();
        }
        if (termination != null) {
            registration.key().cancel(); // may have come too late for the sweep over all keys
            throw terminated();
        }
        return registration;
    }

    /// Makes the threads for this loop's connections. Servers ask it and assume nothing else about who schedules
    /// whom; today its threads are plain virtual threads.
    ///
    /// @return a factory of unstarted threads
    public ThreadFactory threadFactory() {
        return handlerThreads;
    }

    /// Takes a snapshot of the loop's counters.
    ///
    /// @return the counters since the loop started
    public LoopStatistics statistics() {
        int registrations;
        try {
            registrations = selector.keys().size();
        } catch (ClosedSelectorException _) {
            registrations = 0;
        }
        return new LoopStatistics(
                selectCount, parkCount, wakeupCount.get(), spuriousCount, unclaimedCount, registrations);
    }

    /// The loop's name, which its threads' names begin with.
    ///
    /// @return the name
    public String name() {
        return name;
    }

    @Override
    public String toString() {
        return "EventLoop[" + name + "]";
    }

    /// Has the loop's thread run a command of ours soon.
    void execute(Runnable command) {
        commands.add(command);
        wakeup();
    }

    /// Makes a sleeping loop take a turn; one wakeup, however many threads ask at once.
    void wakeup() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            wakeupCount.incrementAndGet();
            selector.wakeup();
        }
    }

    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    void countUnclaimedEvent() {
        unclaimedCount++;
    }

    boolean isTerminated() {
        return termination != null;
    }

    /// The exception for calls on a loop that has ended.
    EventLoopClosedException terminated() {
        Throwable failure = termination == CLOSED ? null : termination;
        String what = failure == null ? " is closed" : " has failed: " + failure;
        return new EventLoopClosedException("event loop " + name + what, failure);
    }

    /// Asks the loop to end; [#join()] waits for it.
    void close() {
        closing = true;
        wakeup();
    }

    /// Waits until the loop's thread has ended.
    void join() {
        uninterruptibly(thread::join);
    }

    /// Waits until the selector has let go of the channels that were closed before, unless the loop itself asks.
    void awaitDeregistration() {
        if (isCurrentThread()) {
            return;
        }
        var done = new CountDownLatch(1);
        execute(() -> completeLater(done));
        if (isTerminated()) {
            join(); // has come too late, perhaps, for the loop's last commands
        } else {
            uninterruptibly(done::await);
        }
    }

    @FunctionalInterface
    private interface Wait {
        void await() throws InterruptedException;
    }

    private static void uninterruptibly(Wait wait) {
        boolean interrupted = false;
        while (true) {
            try {
                wait.await();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Throwable why = CLOSED;
        try {
            while (!closing) {
                turn();
            }
        } catch (Throwable failure) { // whatever it is, no waiter may be left parked
            why = failure;
        }
        terminate(why);
        if (why != CLOSED) {
            reportFailure(why);
        }
    }

    private void turn() throws IOException {
        runCommands();
        int readyCount = poll();
        if (readyCount == 0) {
            readyCount = spin();
        }
        if (readyCount == 0) {
            readyCount = sleep();
        }
        if (readyCount > 0) {
            letOthersRun(readyCount);
        }
    }

    /// On the loop's thread.
    void runCommands() {
        Runnable command;
        while ((command = commands.poll()) != null) {
            command.run();
        }
    }

    private int poll() throws IOException {
        selectCount++;
        int readyCount = selector.selectNow(DISPATCH);
        completeDeregistrations();
        return readyCount;
    }

    /// On the loop's thread. Without the memory to remember it, the loop ends, and nobody would complete it.
    private void completeLater(CountDownLatch deregistration) {
        boolean isRemembered = false;
        try {
            isRemembered = deregistrations.add(deregistration);
        } finally {
            if (!isRemembered) {
                deregistration.countDown();
            }
        }
    }

    private void completeDeregistrations() {
        CountDownLatch waiting;
        while ((waiting = deregistrations.poll()) != null) {
            waiting.countDown();
        }
    }

    private int spin() throws IOException {
        long budgetNanos = spinBudget.nanos();
        if (budgetNanos == 0) {
            return 0;
        }
        long startNanos = System.nanoTime();
        do {
            letOthersRun(0);
            runCommands();
            int readyCount = poll();
            if (readyCount > 0) {
                spinBudget.spinFoundWork();
                return readyCount;
            }
        } while (System.nanoTime() - startNanos < budgetNanos && !closing);
        spinBudget.spunInVain();
        return 0;
    }

    private int sleep() throws IOException {
        asleep.set(true);
        if (closing || !commands.isEmpty()) {
            asleep.set(false);
            return 0;
        }
        selectCount++;
        parkCount++;
        long startNanos = System.nanoTime();
        int readyCount = selector.select(DISPATCH);
        awakeSinceNanos = System.nanoTime();
        spinBudget.slept(awakeSinceNanos - startNanos);
        boolean wokenByThread = !asleep.getAndSet(false);
        if (readyCount == 0 && !wokenByThread) {
            spuriousCount++;
            Thread.interrupted(); // a stray interrupt ends a select; left set, it would end every one at once
        }
        return readyCount;
    }

    /// Where there is no memory for it, the loop goes on all the same: nothing is half done here, and all of its connections
    /// would end with it. Only where it parks, and the JDK then has no memory for the timer that wakes it, is it lost: that
    /// error is not thrown here (decision 11).
    private void letOthersRun(int readyCount) {
        try {
            yieldAndTell(readyCount);
        } catch (OutOfMemoryError _) {
            yieldIfPossible();
        }
    }

    /// To those who were woken, or whoever else waits for the loop's carrier. The loop's channels wait meanwhile.
    ///
    /// Who yields stays with its carrier, which goes on with its own threads as long as there are any: those that a
    /// platform thread or a timer has started or unparked would not run for seconds where loops are busy on all carriers.
    /// So a loop that is always awake parks now and then, and comes back behind them (SharedCarrierTest; decision 11).
    private void yieldAndTell(int readyCount) {
        var event = new LoopTurnEvent();
        event.begin();
        if (thread.isVirtual() && System.nanoTime() - awakeSinceNanos > LONGEST_AWAKE_NANOS) {
            LockSupport.parkNanos(this, 1);
            awakeSinceNanos = System.nanoTime();
        }
        Thread.yield();
        event.end();
        if (event.shouldCommit()) {
            event.loop = name;
            event.readyCount = readyCount;
            event.commit();
        }
    }

    /// Fails every wait, now and later. The channels stay with their owners, who can close them still.
    ///
    /// It may be memory that has run out. So the reason is published before anything is made, and none of the steps, each
    /// of which has threads that wait for it alone, is kept from its turn by the one before.
    private void terminate(Throwable why) {
        termination = why;
        failWaiters();
        closeSelector();
        runLastCommands();
        completeDeregistrations();
    }

    /// Again and again while there is no memory for it. Some comes back: others fail for want of it, too.
    private void failWaiters() {
        boolean isDone = false;
        while (!isDone) {
            try {
                for (SelectionKey key : selector.keys()) {
                    ((Registration) key.attachment()).closeSlots();
                }
                isDone = true;
            } catch (OutOfMemoryError _) {
                yieldIfPossible();
            }
        }
    }

    /// A virtual thread needs memory for this.
    private static void yieldIfPossible() {
        try {
            Thread.yield();
        } catch (OutOfMemoryError _) {
            // Then those on other carriers have to give some back.
        }
    }

    /// Some of them have threads that wait for them.
    private void runLastCommands() {
        boolean isDone = false;
        while (!isDone) {
            try {
                runCommands();
                isDone = true;
            } catch (Throwable e) {
                log(this, "has ended, and one of its last commands failed", e);
            }
        }
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (Throwable e) { // no memory, perhaps
            log(this, "its selector was not closed in order", e);
        }
    }

    private void reportFailure(Throwable failure) {
        log(this, "failed, and with it all waits on its channels", failure);
        var event = new LoopFailedEvent();
        event.loop = name;
        event.failure = failure.toString();
        event.commit();
    }

    /// For what goes wrong on the loop's thread. It must not end by a logger that fails, perhaps for want of memory, for it
    /// serves others: so not even the words are put together outside.
    void log(Object party, String what, Throwable reason) {
        try {
            LOG.log(System.Logger.Level.ERROR, party + ": " + what, reason);
        } catch (Throwable _) {
            // There is no other place to tell it.
        }
    }
}
