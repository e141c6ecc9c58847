package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.buffers.BufferPool;
import dev.asyncio.net.buffers.PoolWatch;
import java.lang.ref.Cleaner;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;

/// Memory outside the heap that is held. What nobody holds any more and the collector would give back one day counts all
/// the same: somebody should have.
///
/// @param directBufferCount direct buffers, but for the spare ones of the pools
/// @param zlibStreamCount deflaters and inflaters that were not ended
record NativeMemory(long directBufferCount, long zlibStreamCount) {

    /// The JDK keeps a buffer for each thread that carries others, and an inflater for each jar. It takes them once: so
    /// what has grown is tried again, and for longer.
    private static final List<Duration> WAITS =
            List.of(Duration.ofMillis(300), Duration.ofSeconds(1), Duration.ofSeconds(3));

    /// More than the JDK takes in all, and less than a leak that comes now and then takes of a thousand actions.
    private static final long MAX_TAKEN_ONCE = 16 + 4L * Runtime.getRuntime().availableProcessors();

    /// What was left over by actions that leave nothing when they are tried again.
    private static long takenOnce;

    /// Runs it, and fails if it leaves more behind than there was before, each time; or if too many have done so once.
    static void checkNoneIsLeftOver(Waiting.Action action) throws Exception {
        NativeMemory start = now();
        var growth = new StringBuilder();
        for (Duration wait : WAITS) {
            NativeMemory before = now();
            action.run();
            if (isWithin(before, Deadline.after(wait))) {
                if (!growth.isEmpty()) {
                    checkTaken(now().beyond(start), growth);
                }
                return;
            }
            growth.append("\nbefore ").append(before).append(", after ").append(now());
        }
        throw new AssertionError("native memory is left over, again and again:" + growth);
    }

    private static void checkTaken(long count, CharSequence growth) {
        takenOnce += count;
        if (takenOnce > MAX_TAKEN_ONCE) {
            throw new AssertionError(
                    "native memory is left over now and then, " + takenOnce + " pieces in all, the last:" + growth);
        }
    }

    private long beyond(NativeMemory before) {
        return Math.max(0, directBufferCount - before.directBufferCount)
                + Math.max(0, zlibStreamCount - before.zlibStreamCount);
    }

    /// Threads that are about to end may hold some still. This makes next to no garbage, so that the collector stays away.
    private static boolean isWithin(NativeMemory before, Deadline deadline) {
        while (!now().isWithin(before)) {
            if (deadline.isExpired()) {
                return false;
            }
            Thread.yield();
        }
        return true;
    }

    private boolean isWithin(NativeMemory before) {
        return directBufferCount <= before.directBufferCount && zlibStreamCount <= before.zlibStreamCount;
    }

    private static NativeMemory now() {
        int spareCount = BufferPool.SMALL.spareCount() + BufferPool.LARGE.spareCount();
        return new NativeMemory(PoolWatch.DIRECT_BUFFERS.getCount() - spareCount, Cleanables.zlibStreamCount());
    }

    /// What the JDK has to clean up once nobody holds it any more: for what was ended, it has not. That is a list of arrays,
    /// of which it does not speak.
    private static final class Cleanables {

        private static final String PACKAGE = "jdk.internal.ref.";
        private static final Field HEAD;
        private static final Field ELEMENTS;
        private static final Field NEXT;
        private static final Field ACTION;
        private static final Object LIST;

        static {
            try {
                HEAD = field("CleanerImpl$CleanableList", "head");
                ELEMENTS = field("CleanerImpl$CleanableList$Node", "arr");
                NEXT = field("CleanerImpl$CleanableList$Node", "next");
                ACTION = field("CleanerImpl$PhantomCleanableRef", "action");
                Object cleaner = Class.forName(PACKAGE + "CleanerFactory").getMethod("cleaner").invoke(null);
                Method implementation =
                        Class.forName(PACKAGE + "CleanerImpl").getDeclaredMethod("getCleanerImpl", Cleaner.class);
                LIST = field("CleanerImpl", "activeList").get(open(implementation).invoke(null, cleaner));
            } catch (ReflectiveOperationException e) {
                throw new AssertionError("this JDK keeps elsewhere what it has to clean up", e);
            }
        }

        private static Field field(String className, String name) throws ReflectiveOperationException {
            return open(Class.forName(PACKAGE + className).getDeclaredField(name));
        }

        private static <M extends AccessibleObject> M open(M member) {
            if (!member.trySetAccessible()) {
                throw new AssertionError("expected --add-opens java.base/jdk.internal.ref=ALL-UNNAMED");
            }
            return member;
        }

        static long zlibStreamCount() {
            try {
                synchronized (LIST) { // as its owner does
                    return count();
                }
            } catch (IllegalAccessException e) {
                throw new AssertionError(e);
            }
        }

        private static long count() throws IllegalAccessException {
            long count = 0;
            for (Object node = HEAD.get(LIST); node != null; node = NEXT.get(node)) {
                for (Object cleanable : (Object[]) ELEMENTS.get(node)) {
                    count += isZlibStream(cleanable) ? 1 : 0;
                }
            }
            return count;
        }

        private static boolean isZlibStream(Object cleanable) throws IllegalAccessException {
            Object action = ACTION.getDeclaringClass().isInstance(cleanable) ? ACTION.get(cleanable) : null;
            return action != null && action.getClass().getName().endsWith("ZStreamRef"); // null while it is made
        }
    }
}
