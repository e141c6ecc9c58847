package dev.asyncio.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/// Looks at the process that it is in, as [SoakMeasure] has it. The JVM must track its native memory.
final class SoakProbe {

    /// What a JVM needs to be looked at; it may not speak where its figures go.
    static final List<String> JVM_OPTIONS = List.of("-XX:NativeMemoryTracking=summary", "-XX:+DisplayVMOutputToStderr");

    /// Why they ran: what we ask for counts for nothing.
    private static final Set<String> OUR_COLLECTIONS = Set.of("System.gc()", "Heap Inspection Initiated GC");

    /// Of ZGC: these go on beside the program, and their pauses are told apart.
    private static final String CYCLES = " Cycles";

    private static final Pattern COMMITTED =
            Pattern.compile("-\\s+([A-Z][\\w ]*?) \\(reserved=\\d+KB, committed=(\\d+)KB");

    private static final Set<String> NOT_COUNTED =
            Set.of("Java Heap", "Code", "Compiler", "Arena Chunk", "Native Memory Tracking");

    private final AtomicLong longestPauseMillis = new AtomicLong();
    private long sampledSelectionCount;

    /// Null until somebody asks for what it measures.
    private StallMeter stalls;

    SoakProbe() {
        for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector).addNotificationListener((event, _) -> notice(event), null, null);
        }
    }

    private void notice(Notification event) {
        if (event.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            var collection = GarbageCollectionNotificationInfo.from((CompositeData) event.getUserData());
            if (!OUR_COLLECTIONS.contains(collection.getGcCause()) && !collection.getGcName().endsWith(CYCLES)) {
                longestPauseMillis.accumulateAndGet(collection.getGcInfo().getDuration(), Math::max);
            }
        }
    }

    /// The longest since the last was taken, but for our collections.
    long takeLongestPauseMillis() {
        return longestPauseMillis.getAndSet(0);
    }

    /// Collects garbage, and says what is in use then. Pauses and stalls are those since the last sample, but for those of
    /// our collections.
    Map<String, Double> sample() throws IOException {
        long pauseMillis = takeLongestPauseMillis();
        double platformStallMillis = stalls().takePlatformMillis();
        double virtualStallMillis = takeVirtualStallMillis();
        long selectionCount = HeldResources.countSelections();
        IdleCost.Memory memory = IdleCost.Memory.afterCollection();
        Map<String, Double> sample = new LinkedHashMap<>();
        put(sample, SoakMeasure.HEAP, memory.heapBytes());
        put(sample, SoakMeasure.NATIVE, nativeBytes());
        put(sample, SoakMeasure.DIRECT, memory.directBytes());
        put(sample, SoakMeasure.RESIDENT, memory.residentBytes());
        put(sample, SoakMeasure.DESCRIPTORS, HeldResources.countDescriptors());
        put(sample, SoakMeasure.VIRTUAL_THREADS, Diagnosis.virtualThreadCount());
        put(sample, SoakMeasure.PLATFORM_THREADS, ManagementFactory.getThreadMXBean().getThreadCount());
        put(sample, SoakMeasure.REGISTRATIONS, HeldResources.countRegistrations());
        put(sample, SoakMeasure.PAUSE, pauseMillis);
        put(sample, SoakMeasure.PLATFORM_STALL, platformStallMillis);
        put(sample, SoakMeasure.VIRTUAL_STALL, virtualStallMillis);
        put(sample, SoakMeasure.SELECTIONS, selectionCount - sampledSelectionCount);
        sampledSelectionCount = selectionCount;
        forgetStalls();
        return sample;
    }

    /// The longest that a virtual thread had to wait for a carrier since this was asked last, or a sample taken.
    double takeVirtualStallMillis() {
        return stalls().takeVirtualMillis();
    }

    private void forgetStalls() {
        stalls().takePlatformMillis();
        stalls().takeVirtualMillis();
    }

    private StallMeter stalls() {
        if (stalls == null) {
            stalls = StallMeter.start();
        }
        return stalls;
    }

    private static void put(Map<String, Double> sample, SoakMeasure measure, double value) {
        sample.put(measure.key, value);
    }

    private static long nativeBytes() throws IOException {
        long bytes = 0;
        Matcher parts = COMMITTED.matcher(Diagnosis.of("vmNativeMemory", "summary"));
        while (parts.find()) {
            if (!NOT_COUNTED.contains(parts.group(1))) {
                bytes += Long.parseLong(parts.group(2)) * 1024;
            }
        }
        if (bytes == 0) {
            throw new IOException("this JVM does not track its native memory: expected " + JVM_OPTIONS);
        }
        return bytes;
    }
}
