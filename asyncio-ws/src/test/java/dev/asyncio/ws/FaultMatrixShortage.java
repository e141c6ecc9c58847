package dev.asyncio.ws;

import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.OwnProcess;
import dev.asyncio.net.buffers.BufferPool;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Takes what everybody needs, until it is closed; and the cells that are about that, in processes of their own, since
/// nothing is left for anyone else in there.
final class FaultMatrixShortage implements AutoCloseable {

    private static final int DIRECT_BYTES = 24 * 1024 * 1024;

    /// Too few for a pooled buffer, or for the system to read as much as one has room for; enough for the peers.
    private static final int LEFT_BYTES = 12 * 1024;

    private static final String GOOD = "as it should be: ";

    /// What the process for each fault of each protocol has printed.
    private static final Map<List<Object>, List<String>> LOGS = new HashMap<>();

    private final List<FileChannel> files = new ArrayList<>();
    private final List<ByteBuffer> pooled = new ArrayList<>();

    private FaultMatrixShortage() {}

    static FaultMatrixShortage ofDescriptors() {
        var shortage = new FaultMatrixShortage();
        try {
            while (true) {
                shortage.files.add(FileChannel.open(Path.of("/dev/null")));
            }
        } catch (IOException _) {
            return shortage; // none is left
        }
    }

    /// Of pooled buffers, in a process where there is no memory for new ones.
    static FaultMatrixShortage ofDirectMemory() {
        var shortage = new FaultMatrixShortage();
        while (BufferPool.SMALL.spareCount() > 0) {
            shortage.pooled.add(BufferPool.SMALL.acquire());
        }
        return shortage;
    }

    /// Takes all memory outside the heap but that of spare buffers. Whoever finds none left has the collector look for
    /// more: so that it has nothing to find later, it does so first.
    private static ByteBuffer directMemory() {
        try {
            ByteBuffer.allocateDirect(DIRECT_BYTES);
            throw new AssertionError("there is more than " + DIRECT_BYTES);
        } catch (OutOfMemoryError _) {
            return ByteBuffer.allocateDirect((int) (DIRECT_BYTES - PoolWatch.directBytes()) - LEFT_BYTES);
        }
    }

    @Override
    public void close() throws IOException {
        for (FileChannel file : files) {
            file.close();
        }
        pooled.forEach(BufferPool.SMALL::release);
        pooled.clear();
    }

    /// Fails unless the cell came out as it should.
    static void check(FaultMatrix.Cell cell) throws Exception {
        List<Object> key = List.of(cell.fault(), cell.protocol());
        if (!LOGS.containsKey(key)) {
            LOGS.put(key, List.of("its process has failed, see above")); // unless it does not
            LOGS.put(key, process(cell.fault()).run(cell.fault().name(), cell.protocol().name()));
        }
        if (!LOGS.get(key).contains(GOOD + cell)) {
            throw new AssertionError(String.join("\n", LOGS.get(key)));
        }
    }

    private static OwnProcess process(FaultMatrixFault fault) {
        OwnProcess process = OwnProcess.of(FaultMatrixShortage.class)
                .jvmOptions("--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED");
        return fault == FaultMatrixFault.DESCRIPTORS_RUN_OUT
                ? process.descriptorLimit(200)
                : process.jvmOptions("-XX:MaxDirectMemorySize=" + DIRECT_BYTES, "-Djdk.nio.maxCachedBufferSize=1024");
    }

    /// Runs the cells of one fault of one protocol. Each point is reached without the fault first, so that all classes are there.
    static void main(String[] args) throws IOException {
        FaultMatrixFault fault = FaultMatrixFault.valueOf(args[0]);
        List<FaultMatrix.Cell> cells = FaultMatrix.cells().stream()
                .filter(cell -> cell.reason() == null && cell.protocol().name().equals(args[1])).toList();
        SocketChannel.open().close(); // the JDK keeps a descriptor from its first socket on
        PoolWatch.fillPools();
        cells.stream().filter(FaultMatrixShortage::isWarmUp).forEach(FaultMatrixShortage::run);
        ByteBuffer taken = fault == FaultMatrixFault.MEMORY_RUNS_OUT ? directMemory() : null;
        cells.stream().filter(cell -> cell.fault() == fault).forEach(FaultMatrixShortage::run);
        Reference.reachabilityFence(taken);
    }

    private static boolean isWarmUp(FaultMatrix.Cell cell) {
        boolean takesLong = cell.point() == FaultMatrixPoint.CONNECTING && !cell.isServer();
        return cell.fault() == FaultMatrixFault.STALLS && !takesLong;
    }

    private static void run(FaultMatrix.Cell cell) {
        try {
            var held = NothingLeftOver.Held.now();
            var pools = new PoolWatch();
            pools.start();
            cell.run();
            held.checkNoMoreIsHeld();
            pools.check();
            System.out.println(GOOD + cell);
        } catch (Throwable e) {
            System.out.println("not so: " + cell);
            e.printStackTrace();
        }
    }
}
