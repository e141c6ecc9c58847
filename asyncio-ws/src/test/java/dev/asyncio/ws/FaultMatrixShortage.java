package dev.asyncio.ws;

import dev.asyncio.core.testing.AllDescriptors;
import dev.asyncio.core.testing.FullHeap;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.OwnProcess;
import dev.asyncio.net.buffers.BufferPool;
import dev.asyncio.net.buffers.PoolWatch;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Takes what everybody needs, until it is closed; and the cells that are about that, in processes of their own, since
/// nothing is left for anyone else in there.
final class FaultMatrixShortage implements AutoCloseable {

    private static final int DIRECT_BYTES = 24 * 1024 * 1024;

    /// Too few for a pooled buffer; enough for the peers.
    static final int FEW_BYTES = 12 * 1024;

    /// Of the heap, enough for all but bulk.
    static final int SMALL_THINGS_BYTES = 64 * 1024;

    private static final int HEAP_ATTEMPTS = 3;

    /// Of cells that are tried again: more than where nothing is wrong, and less than there are in a row of a table.
    private static final int MAX_LATE = 6;

    private static final String GOOD = "as it should be: ";
    private static final String LATE = "not at once: ";

    /// What the process for each shortage has printed.
    private static final Map<Kind, List<String>> LOGS = new EnumMap<>(Kind.class);

    /// What is taken.
    enum Kind {
        DESCRIPTORS {
            @Override
            OwnProcess limited(OwnProcess process) {
                return process.descriptorLimit(200);
            }

            @Override
            void take(FaultMatrixShortage shortage, int heapBytes) {
                shortage.descriptors = AllDescriptors.take();
            }
        },
        DIRECT_MEMORY {
            @Override
            OwnProcess limited(OwnProcess process) {
                return process.jvmOptions("-XX:MaxDirectMemorySize=" + DIRECT_BYTES);
            }

            /// All memory but that of spare buffers. Whoever finds none left has the collector look for more: so that it
            /// has nothing to find later, it does so first.
            @Override
            Object takeForGood() {
                try {
                    ByteBuffer.allocateDirect(DIRECT_BYTES);
                    throw new AssertionError("there is more than " + DIRECT_BYTES);
                } catch (OutOfMemoryError _) {
                    return ByteBuffer.allocateDirect((int) (DIRECT_BYTES - PoolWatch.directBytes()) - FEW_BYTES);
                }
            }

            @Override
            void take(FaultMatrixShortage shortage, int heapBytes) {
                shortage.takeSpare(BufferPool.SMALL);
            }
        },
        HEAP {
            /// Exactly so much is left, with no room that a thread has set aside for itself.
            @Override
            OwnProcess limited(OwnProcess process) {
                return process.jvmOptions("-Xmx32m", "-Xmn4m", "-XX:+UseSerialGC", "-XX:-UseTLAB");
            }

            @Override
            void take(FaultMatrixShortage shortage, int heapBytes) {
                shortage.takeSpare(BufferPool.RECORD);
                shortage.takeSpare(BufferPool.RECORDS);
                FullHeap.takeAllBut(heapBytes);
            }

            /// To load a class takes more than is left.
            @Override
            boolean isRehearsal(FaultMatrixCell cell) {
                return cell.shortage() == this || super.isRehearsal(cell);
            }
        };

        /// A process that can be brought to it.
        abstract OwnProcess limited(OwnProcess process);

        /// What is taken for the rest of the process's life, once all classes are there.
        Object takeForGood() {
            return null;
        }

        abstract void take(FaultMatrixShortage shortage, int heapBytes);

        /// What is run first, so that all classes are there: something like its cells, or themselves.
        boolean isRehearsal(FaultMatrixCell cell) {
            return cell.isWarmUp();
        }
    }

    private static volatile boolean isRehearsal;

    /// Of the process of one shortage.
    private static int lateCount;

    private record Spare(BufferPool pool, ByteBuffer buffer) {}

    /// Null where there are enough of them.
    private AllDescriptors descriptors;

    private final List<Spare> spares = new ArrayList<>();

    /// @param heapBytes what the heap has left, where that is what is short
    FaultMatrixShortage(Kind kind, int heapBytes) {
        FullHeap.giveBack(); // loads its class, which takes a descriptor where classes are files
        if (!isRehearsal) {
            kind.take(this, heapBytes);
        }
    }

    private void takeSpare(BufferPool pool) {
        while (pool.spareCount() > 0) {
            spares.add(new Spare(pool, pool.acquire()));
        }
    }

    @Override
    public void close() throws IOException {
        FullHeap.giveBack();
        if (descriptors != null) {
            descriptors.close();
        }
        spares.forEach(spare -> spare.pool.release(spare.buffer));
        spares.clear();
    }

    /// Whether nothing is taken yet, while classes are loaded.
    static boolean isRehearsal() {
        return isRehearsal;
    }

    /// Fails unless the cell came out as it should.
    static void check(FaultMatrixCell cell) throws Exception {
        Kind kind = cell.shortage();
        if (!LOGS.containsKey(kind)) {
            LOGS.put(kind, List.of("its process has failed, see above")); // unless it does not
            OwnProcess process = OwnProcess.of(FaultMatrixShortage.class).jvmOptions(
                    "-XX:TieredStopAtLevel=1", // it does not live long
                    "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED",
                    "--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED");
            LOGS.put(kind, kind.limited(process).run(kind));
        }
        if (!LOGS.get(kind).contains(GOOD + cell)) {
            throw new AssertionError(String.join("\n", LOGS.get(kind)));
        }
    }

    /// How many cells came out as they should only when they were tried again.
    static long lateCount() {
        return LOGS.values().stream().flatMap(List::stream).filter(line -> line.startsWith(LATE)).count();
    }

    /// Runs the cells of one shortage.
    static void main(String[] args) throws IOException {
        Kind kind = Kind.valueOf(args[0]);
        List<FaultMatrixCell> cells =
                FaultMatrixCell.all().stream().filter(cell -> cell.reason() == null).toList();
        SocketChannel.open().close(); // the JDK keeps a descriptor from its first socket on
        PoolWatch.fillPools();
        isRehearsal = true;
        cells.stream().filter(kind::isRehearsal).forEach(FaultMatrixShortage::rehearse);
        isRehearsal = false;
        Object taken = kind.takeForGood();
        cells.stream().filter(cell -> cell.shortage() == kind).forEach(FaultMatrixShortage::run);
        Reference.reachabilityFence(taken);
    }

    /// Without a shortage, it may well come to something else.
    private static void rehearse(FaultMatrixCell cell) {
        try {
            cell.run();
        } catch (Throwable e) {
            System.out.println("rehearsal of " + cell + ": " + e);
        }
    }

    /// A heap is not short of exactly so much: what a thread lets go of as it ends is enough for a call that should have
    /// failed, and what another takes is missing for the test itself. So there it may come out as it should a little later;
    /// but not too many may.
    private static void run(FaultMatrixCell cell) {
        int attempts = cell.shortage() == Kind.HEAP ? HEAP_ATTEMPTS : 1;
        int failures = 0;
        while (failures < attempts && !comesOutAsItShould(cell)) {
            failures++;
        }
        boolean isLate = failures > 0 && failures < attempts;
        if (isLate) {
            System.out.println(LATE + cell);
            lateCount++;
        }
        if (failures == 0 || isLate && lateCount <= MAX_LATE) {
            System.out.println(GOOD + cell);
        }
    }

    private static boolean comesOutAsItShould(FaultMatrixCell cell) {
        try {
            var held = NothingLeftOver.Held.now();
            var pools = new PoolWatch();
            pools.start();
            NativeMemory.checkNoneIsLeftOver(cell::run);
            held.checkNoMoreIsHeld();
            pools.check();
            return true;
        } catch (Throwable e) {
            System.out.println("not so: " + cell);
            e.printStackTrace();
            return false;
        }
    }
}
