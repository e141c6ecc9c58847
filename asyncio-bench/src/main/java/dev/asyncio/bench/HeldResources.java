package dev.asyncio.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoopGroup;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What this process holds at a moment and a leak would add to.
///
/// @param descriptorCount open files and sockets; 0 where the system does not tell
/// @param virtualThreadCount virtual threads alive, those of the loops included
/// @param registrationCount channels on the shared event loops
record HeldResources(long descriptorCount, long virtualThreadCount, int registrationCount) {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long PAUSE_MILLIS = 50;

    private static HeldResources now() throws IOException {
        return new HeldResources(countDescriptors(), Diagnosis.virtualThreadCount(), countRegistrations());
    }

    /// Waits until what was closed lately has been given back: closing takes effect a turn of the loop later.
    static HeldResources settled() throws IOException, InterruptedException {
        return settled(HeldResources::now);
    }

    /// The same by descriptors alone, and until nothing is left to compile. That is for a process which may be no server of
    /// ours: whoever asks for our loops starts them.
    static void awaitCalm() throws IOException, InterruptedException {
        List<Path> compilers = ProcessCpu.compilerThreads(ProcessHandle.current().pid());
        settled(() -> List.of(countDescriptors(), ProcessCpu.compileMillis(), ProcessCpu.compilerSeconds(compilers)));
    }

    private static <T> T settled(Reading<T> reading) throws IOException, InterruptedException {
        T before = null;
        T now = reading.read();
        while (!now.equals(before)) {
            Thread.sleep(PAUSE_MILLIS);
            before = now;
            now = reading.read();
        }
        return now;
    }

    /// What stands still once this process has settled.
    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException;
    }

    /// Waits until no more is held than `base`; whatever was closed last is still on its way out.
    ///
    /// @return what is held then, or still held when patience is at its end
    static HeldResources awaitWithin(HeldResources base) throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(PATIENCE);
        HeldResources held = now();
        while (!held.isWithin(base) && !deadline.isExpired()) {
            Thread.sleep(PAUSE_MILLIS);
            held = now();
        }
        return held;
    }

    @Override
    public String toString() {
        return descriptorCount + " descriptors, " + virtualThreadCount + " virtual threads, " + registrationCount
                + " registrations";
    }

    boolean isWithin(HeldResources base) {
        return descriptorCount <= base.descriptorCount
                && virtualThreadCount <= base.virtualThreadCount
                && registrationCount <= base.registrationCount;
    }

    static long countDescriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getOpenFileDescriptorCount()
                : 0;
    }

    static int countRegistrations() {
        return EventLoopGroup.shared().loops().stream()
                .mapToInt(loop -> loop.statistics().registrationCount())
                .sum();
    }

    /// Of the shared event loops so far: who waits while this stands still is not waited for.
    static long countSelections() {
        return EventLoopGroup.shared().loops().stream()
                .mapToLong(loop -> loop.statistics().selectCount())
                .sum();
    }
}
