package dev.asyncio.core;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.OwnProcess;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.nio.channels.ReadPendingException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NothingLeftOver.class)
class EventLoopTest {

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    private EventLoopGroup group = EventLoopGroup.builder().loopCount(1).name("asyncio-test").build();
    private EventLoop loop = group.next();
    private Pipe pipe;
    private Registration registration;

    @BeforeEach
    void openPipe() throws IOException {
        pipe = Pipe.open();
        registration = loop.register(pipe.source());
    }

    @AfterEach
    void closeAll() throws IOException {
        registration.close();
        pipe.sink().close();
        group.close();
    }

    private void restartOn(EventLoopGroup other) throws IOException {
        closeAll();
        group = other;
        loop = group.next();
        openPipe();
    }

    private void drain() throws IOException {
        pipe.source().read(ByteBuffer.allocate(1));
    }

    private void makeReadable() throws IOException {
        pipe.sink().write(ByteBuffer.allocate(1));
    }

    static Stream<EventLoopGroup.Builder> loopsOfAllKinds() {
        return Stream.of(
                EventLoopGroup.builder(),
                EventLoopGroup.builder().platformThreads(),
                EventLoopGroup.builder().spin(Spin.never()),
                EventLoopGroup.builder().spin(Spin.always()));
    }

    @ParameterizedTest
    @MethodSource("loopsOfAllKinds")
    void aReadyChannelWakesItsWaiter(EventLoopGroup.Builder builder) throws Exception {
        restartOn(builder.loopCount(1).name("asyncio-test").build());
        for (ThreadKind kind : ThreadKind.values()) {
            for (int i = 0; i < 100; i++) {
                var reading = Waiting.parked(kind, this::readOneByte);
                makeReadable();
                reading.value();
            }
        }
    }

    private void readOneByte() throws IOException {
        while (pipe.source().read(ByteBuffer.allocate(1)) == 0) {
            registration.await(Interest.READ, patience());
        }
    }

    @Test
    void anEventBeforeTheWaitIsKept() throws Exception {
        var first = Waiting.parked(ThreadKind.VIRTUAL, () -> registration.await(Interest.READ, patience()));
        makeReadable();
        first.value();
        // The byte stays unread: the loop reports it again, to nobody, and disarms.
        Waiting.await("an unclaimed event", () -> loop.statistics().unclaimedCount() == 1);
        assertFalse(registration.await(Interest.READ, patience()), "came before the wait");
    }

    @Test
    void anUnclaimedEventIsNotReportedAgainAndAgain() throws Exception {
        anEventBeforeTheWaitIsKept();
        makeReadable();
        loopTakesTurns(10);
        assertEquals(1, loop.statistics().unclaimedCount());
    }

    private void loopTakesTurns(int count) {
        for (int i = 0; i < count; i++) {
            var turned = new boolean[1];
            loop.execute(() -> turned[0] = true);
            Waiting.await("a turn", () -> loop.statistics().selectCount() >= 0 && turned[0]);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anInterruptEndsTheWaitAndNothingElse(ThreadKind kind) throws Exception {
        var waiting = Waiting.parked(kind, () -> registration.await(Interest.READ, Deadline.never()));
        waiting.interrupt();
        var message = waiting.failure(InterruptedIOException.class).getMessage();
        assertTrue(message.contains("READ on"), message);
        assertTrue(waiting.interruptStatus());
        assertTrue(pipe.source().isOpen());
        makeReadable();
        Waiting.start(kind, () -> registration.await(Interest.READ, patience())).value();
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineEndsTheWaitAndNothingElse(ThreadKind kind) throws Exception {
        var timeout = Duration.ofMillis(20);
        long startNanos = System.nanoTime();
        Waiting.start(kind, () -> registration.await(Interest.READ, Deadline.after(timeout)))
                .failure(SocketTimeoutException.class);
        assertTrue(System.nanoTime() - startNanos >= timeout.toNanos(), "not before its time");
        makeReadable();
        Waiting.start(kind, () -> registration.await(Interest.READ, patience())).value();
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineHoldsAfterAnEarlierOneOfAWaitThatWasNotNeeded(ThreadKind kind) throws Exception {
        makeReadable();
        // It ends by the event; or by its deadline, where the machine stood still so long, which is no matter here.
        Waiting.start(kind, () -> registration.await(Interest.READ, Deadline.after(Duration.ofMillis(300))))
                .untilEnded();
        drain();
        var late = Deadline.after(Duration.ofMillis(400));
        Waiting.start(kind, () -> {
            while (true) {
                registration.await(Interest.READ, late);
            }
        })
                .failure(SocketTimeoutException.class);
        assertTrue(late.isExpired(), "not before its time");
    }

    @Test
    void aWaitWithoutADeadlineObjectLeavesTheDirectionFree() throws Exception {
        assertThrows(NullPointerException.class, () -> registration.await(Interest.READ, null));
        makeReadable();
        registration.await(Interest.READ, patience());
    }

    @ParameterizedTest
    @EnumSource
    void aTurnOfASleepingLoopIsAwaited(ThreadKind kind) throws Exception {
        Waiting.await("the loop to sleep", () -> {
            LoopStatistics now = loop.statistics();
            return now.parkCount() > now.wakeupCount();
        });
        Waiting.start(kind, () -> registration.awaitTurn(Deadline.never())).value();
    }

    @ParameterizedTest
    @EnumSource
    void aTurnIsAwaitedForAsLongAsOthersTake(ThreadKind kind) throws Exception {
        restartOn(EventLoopGroup.builder().loopCount(1).name("asyncio-test").platformThreads().build());
        var end = new CountDownLatch(1);
        registration.runSoon(() -> await(end));
        var waiting = Waiting.start(kind, () -> registration.awaitTurn(Deadline.never()));
        try {
            waiting.untilParked();
        } finally {
            end.countDown();
        }
        waiting.value();
    }

    @ParameterizedTest
    @EnumSource
    void aTurnThatDoesNotComeIsAwaitedToTheDeadline(ThreadKind kind) throws Exception {
        restartOn(EventLoopGroup.builder().loopCount(1).name("asyncio-test").platformThreads().build());
        var end = new CountDownLatch(1);
        registration.runSoon(() -> await(end));
        try {
            var soon = Deadline.after(Duration.ofMillis(20));
            Waiting.start(kind, () -> registration.awaitTurn(soon)).value();
            assertTrue(soon.isExpired(), "not before its time");
        } finally {
            end.countDown();
        }
    }

    /// The JDK loses a virtual thread for whose timed park there is no memory.
    @Test
    void aTurnIsAwaitedToADeadlineWithoutATimedPark() throws Exception {
        restartOn(EventLoopGroup.builder().loopCount(1).name("asyncio-test").platformThreads().build());
        var end = new CountDownLatch(1);
        registration.runSoon(() -> await(end));
        Thread waiting = Thread.startVirtualThread(() -> registration.awaitTurn(patience()));
        try {
            assertParksWithoutATime(waiting);
        } finally {
            end.countDown();
        }
        assertTrue(waiting.join(Waiting.PATIENCE), "the turn has come");
    }

    @Test
    void theLoopItselfDoesNotWaitForItsTurn() throws Exception {
        var begin = new CompletableFuture<Thread>();
        var end = new CompletableFuture<Void>();
        registration.runSoon(() -> {
            begin.complete(Thread.currentThread());
            registration.awaitTurn(Deadline.never());
            end.complete(null);
        });
        Thread thread = begin.get(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        try {
            end.get(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } finally {
            if (!end.isDone()) {
                thread.interrupt(); // or closing the loop would wait for it, too, and for ever
            }
        }
    }

    /// In a process of its own, for a loop that waits for itself can never be closed.
    @Test
    void aTaskThatClosesAChannelAndAwaitsItsReleaseDoesNotStopTheLoop() throws Exception {
        OwnProcess.of(ClosingTask.class).run();
    }

    static final class ClosingTask {

        static void main(String[] args) throws Exception {
            EventLoop loop = EventLoopGroup.shared().next();
            Pipe pipe = Pipe.open();
            var registration = loop.register(pipe.source());
            registration.runSoon(() -> {
                try {
                    registration.closeAndAwaitRelease();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertTrue(takesATurn(loop));
        }
    }

    @Test
    void anErrorOfATaskIsLoggedAndDoesNotEndTheLoop() throws Exception {
        registration.runSoon(() -> {
            throw new InternalError("one connection's");
        });
        assertTrue(takesATurn(loop));
        LogRecord entry = log.entries().getFirst();
        assertEquals("one connection's", entry.getThrown().getMessage());
    }

    @Test
    void aFailedTaskThatCannotBeLoggedDoesNotEndTheLoop() throws Exception {
        log.failWith(new OutOfMemoryError("no room for an entry, on purpose"));
        registration.runSoon(() -> {
            throw new InternalError("one connection's");
        });
        assertTrue(takesATurn(loop));
        assertEquals(1, log.entries().size());
    }

    private static boolean takesATurn(EventLoop loop) throws InterruptedException {
        var turned = new CountDownLatch(1);
        loop.execute(turned::countDown);
        return turned.await(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS) && !loop.isTerminated(); // nor its last ones
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLoopWhoseLastCommandsFailTooLeavesNobodyWaiting(boolean canLog) throws Exception {
        if (!canLog) {
            log.failWith(new OutOfMemoryError("no room for an entry, on purpose"));
        }
        var beginning = new CountDownLatch(1);
        loop.execute(() -> {
            await(beginning);
            throw new InternalError("the first");
        });
        FailingLoop.fail(loop);
        var turn = Waiting.parked(ThreadKind.VIRTUAL, () -> registration.awaitTurn(Deadline.never()));
        var release = Waiting.parked(ThreadKind.VIRTUAL, registration::closeAndAwaitRelease);
        beginning.countDown();
        turn.value();
        release.value();
        loop.join();
        assertEquals(2, log.entries().size());
    }

    private static void await(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    private static void assertParksWithoutATime(Thread thread) {
        var state = new Thread.State[1];
        Waiting.await(thread + " to park", () -> {
            state[0] = thread.getState();
            return state[0] == Thread.State.WAITING || state[0] == Thread.State.TIMED_WAITING;
        });
        assertEquals(Thread.State.WAITING, state[0]);
    }

    @Test
    void nobodyWaitsForATurnOfALoopThatHasEnded() throws Exception {
        group.close();
        Waiting.start(ThreadKind.VIRTUAL, () -> registration.awaitTurn(Deadline.never())).value();
    }

    @Test
    void aWaitWithoutADeadlineCallsOffTheTimerOfAnEarlierOne() throws Exception {
        int before = Alarm.TIMER.getQueue().size();
        var late = Deadline.after(Waiting.PATIENCE.multipliedBy(2));
        var timed = Waiting.parked(ThreadKind.VIRTUAL, () -> registration.await(Interest.READ, late));
        assertEquals(before + 1, Alarm.TIMER.getQueue().size());
        makeReadable();
        timed.value();
        drain();
        var next = Waiting.start(ThreadKind.VIRTUAL, () -> {
            while (true) {
                registration.await(Interest.READ, Deadline.never()); // the event before may be reported once more
            }
        });
        Waiting.await("the timer to be called off", () -> Alarm.TIMER.getQueue().size() == before);
        next.interrupt();
        next.failure(InterruptedIOException.class);
    }

    @Test
    void aWaitWhoseAlarmCannotBeSetFailsAndNothingElse() throws Exception {
        var timeout = Duration.ofMillis(20);
        whileTheTimerGetsNoThreads(() -> Waiting
                .start(ThreadKind.VIRTUAL, () -> registration.await(Interest.READ, Deadline.after(timeout)))
                .failure(OutOfMemoryError.class));
        aDeadlineEndsTheWaitAndNothingElse(ThreadKind.VIRTUAL); // which comes after the one that failed
    }

    @Test
    void anAlarmThatCannotBeSetIsNotKeptByTheTimer() throws Exception {
        int before = Alarm.TIMER.getQueue().size();
        var late = Deadline.after(Waiting.PATIENCE.multipliedBy(2));
        whileTheTimerGetsNoThreads(() -> Waiting
                .start(ThreadKind.VIRTUAL, () -> registration.await(Interest.READ, late))
                .failure(OutOfMemoryError.class));
        int after = Alarm.TIMER.getQueue().size();
        assertTrue(after <= before, () -> after + " alarms, before " + before);
    }

    /// The alarm of an earlier wait serves this one, too, when it rings; there is no hurry till then. Here it is rung while
    /// no other can be set.
    @Test
    void aWaitWhoseAlarmCannotBeSetAnewFailsInsteadOfWaitingForEver() throws Exception {
        makeReadable();
        Waiting.start(ThreadKind.VIRTUAL, () -> registration.await(Interest.READ, patience())).value();
        drain();
        Alarm early = registration.inbound().alarm;
        var late = Deadline.after(Waiting.PATIENCE.multipliedBy(2));
        var waiting = Waiting.parked(ThreadKind.VIRTUAL, () -> {
            while (true) { // an event from before ends a wait
                registration.await(Interest.READ, late);
            }
        });
        whileTheTimerGetsNoThreads(() -> {
            registration.inbound().onAlarm(early);
            waiting.failure(OutOfMemoryError.class);
        });
        early.callOff();
    }

    private static void whileTheTimerGetsNoThreads(Waiting.Action action) throws Exception {
        ThreadFactory timerThreads = Alarm.TIMER.getThreadFactory();
        Alarm.TIMER.setCorePoolSize(1_000); // so that each alarm wants a thread more
        Alarm.TIMER.setThreadFactory(_ -> {
            throw new OutOfMemoryError("no thread, on purpose");
        });
        try {
            action.run();
        } finally {
            Alarm.TIMER.setThreadFactory(timerThreads);
            Alarm.TIMER.setCorePoolSize(1);
        }
    }

    @Test
    void anInterestThatTheChannelDoesNotHaveIsRefused() {
        assertThrows(
                IllegalArgumentException.class, () -> registration.await(Interest.ACCEPT, Deadline.never()));
    }

    @ParameterizedTest
    @EnumSource
    void closeWakesTheWaiter(ThreadKind kind) throws Exception {
        var waiting = Waiting.parked(kind, () -> registration.await(Interest.READ, Deadline.never()));
        registration.close();
        waiting.failure(AsynchronousCloseException.class);
        var late = assertThrows(ClosedChannelException.class, () -> registration.await(Interest.READ, patience()));
        assertSame(ClosedChannelException.class, late.getClass());
    }

    @Test
    void aSecondWaiterInADirectionIsRefusedAndTheFirstNotDisturbed() throws Exception {
        var first = Waiting.parked(ThreadKind.VIRTUAL, () -> registration.await(Interest.READ, patience()));
        assertThrows(ReadPendingException.class, () -> registration.await(Interest.READ, patience()));
        assertTrue(first.isAlive());
        makeReadable();
        first.value();
    }

    @Test
    void closeGivesTheDescriptorBackWhileTheLoopSleeps() throws Exception {
        Assumptions.assumeTrue(descriptors() > 0, "the system does not count descriptors");
        Waiting.await("the loop to sleep", () -> loop.statistics().parkCount() > 0);
        long before = descriptors();
        for (int i = 0; i < 50; i++) {
            var other = Pipe.open();
            var otherRegistration = loop.register(other.source());
            other.sink().close();
            otherRegistration.close();
        }
        Waiting.await("descriptors to come back", () -> descriptors() <= before);
    }

    private static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getOpenFileDescriptorCount()
                : 0;
    }

    @Test
    void aChannelClosedWhileItsEventsComeDoesNotFailTheLoop() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            var other = Pipe.open();
            var otherRegistration = loop.register(other.source());
            var reader = Waiting.start(ThreadKind.VIRTUAL, () -> {
                while (true) {
                    otherRegistration.await(Interest.READ, patience());
                }
            });
            other.sink().write(ByteBuffer.allocate(1));
            other.sink().close();
            otherRegistration.close();
            reader.failure(ClosedChannelException.class);
        }
        assertFalse(loop.isTerminated());
    }

    @Test
    void aFailedLoopFailsThoseWhoWaitAndAllLaterCalls(@TempDir Path folder) throws Exception {
        try (var recording = new Recording()) {
            recording.enable("dev.asyncio.LoopFailed");
            recording.start();
            var waiting = Waiting.parked(ThreadKind.VIRTUAL, () -> registration.await(Interest.READ, Deadline.never()));
            var failure = new IllegalStateException("failed on purpose");
            loop.execute(() -> {
                throw failure;
            });
            assertSame(failure, waiting.failure(EventLoopClosedException.class).getCause());
            assertThrows(EventLoopClosedException.class, () -> registration.await(Interest.READ, Deadline.never()));
            assertThrows(EventLoopClosedException.class, () -> loop.register(pipe.sink()));
            loop.join();
            assertEquals(1, events(recording, folder).size());
        }
    }

    @Test
    void closingTheGroupFailsThoseWhoWait() throws Exception {
        var waiting = Waiting.parked(ThreadKind.VIRTUAL, () -> registration.await(Interest.READ, Deadline.never()));
        group.close();
        var message = waiting.failure(EventLoopClosedException.class).getMessage();
        assertEquals("event loop asyncio-test-0 is closed", message);
        assertTrue(pipe.source().isOpen(), "the channel stays with its owner");
        group.close();
    }

    @Test
    void aGroupPassesOverFailedLoops() {
        try (var two = EventLoopGroup.builder().loopCount(2).name("asyncio-two").build()) {
            EventLoop failed = two.next();
            assertNotSame(failed, two.next());
            failed.close();
            failed.join();
            for (int i = 0; i < 10; i++) {
                assertNotSame(failed, two.next());
            }
        }
    }

    @Test
    void aGroupPassesOverFailedLoopsWhoeverElseAsks() throws Exception {
        try (var two = EventLoopGroup.builder().loopCount(2).name("asyncio-two").build()) {
            EventLoop failed = two.next();
            failed.close();
            failed.join();
            var others = Waiting.start(ThreadKind.PLATFORM, () -> assertNeverHandedOut(failed, two));
            assertNeverHandedOut(failed, two);
            others.value();
        }
    }

    private static void assertNeverHandedOut(EventLoop failed, EventLoopGroup group) {
        for (int i = 0; i < 200_000; i++) {
            assertNotSame(failed, group.next());
        }
    }

    @Test
    void theSharedGroupCannotBeClosed() {
        assertThrows(UnsupportedOperationException.class, () -> EventLoopGroup.shared().close());
    }

    @Test
    void aGroupWithoutLoopsIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> EventLoopGroup.builder().loopCount(0));
    }

    @Test
    void statisticsCountWhatIsRegistered() throws Exception {
        assertEquals(1, loop.statistics().registrationCount());
        registration.close();
        Waiting.await("the registration to end", () -> loop.statistics().registrationCount() == 0);
    }

    @Test
    void anIdleLoopSleeps() throws Exception {
        Waiting.await("sleep", () -> loop.statistics().parkCount() > 0);
        // A spinning loop selects hundreds of times in this time; a sleeping one needs no select at all.
        long before = loop.statistics().selectCount();
        Waiting.start(ThreadKind.PLATFORM,
                () -> registration.await(Interest.READ, Deadline.after(Duration.ofMillis(50))))
                .failure(SocketTimeoutException.class);
        assertTrue(loop.statistics().selectCount() - before < 20, loop.statistics()::toString);
    }

    @Test
    void spinAlwaysDoesNotSleep() throws Exception {
        restartOn(EventLoopGroup.builder().loopCount(1).name("asyncio-test").spin(Spin.always()).build());
        Waiting.await("many selections", () -> loop.statistics().selectCount() > 10_000);
        assertEquals(0, loop.statistics().parkCount());
    }

    @Test
    void aBlockingChannelIsMadeNonBlocking() {
        assertFalse(pipe.source().isBlocking());
        assertThrows(IllegalBlockingModeException.class, () -> pipe.source().configureBlocking(true));
    }

    private static List<RecordedEvent> events(Recording recording, Path folder) throws IOException {
        recording.stop();
        Path file = folder.resolve("events.jfr");
        recording.dump(file);
        return new ArrayList<>(RecordingFile.readAllEvents(file));
    }
}
