package dev.asyncio.bench;

import dev.asyncio.bench.HoldingClient.Protocol;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What a server pays for connections that say nothing: `IdleCost [TCP|WEBSOCKET [CONNECTIONS [SECONDS]]]`.
///
/// The clients are in another process, so the numbers are the server's alone. Each connection has echoed once before
/// the measurement, and again after it. The server is warm: a thread that parked in code not compiled yet keeps a
/// stack several times as large.
public final class IdleCost {

    private static final double CPU_LIMIT_PERCENT = 0.5;

    /// Few connections at a time: memory that they leave behind costs those that are measured nothing more. But many
    /// batches: what is called once for each connection is to be compiled, too.
    private static final int WARM_UP_BATCHES = 120;
    private static final int WARM_UP_CONNECTIONS = 100;
    private static final int WARM_UP_ROUNDS = 10;

    /// The JVM looks every five seconds for what it can give back.
    private static final Duration LEAST_REST = Duration.ofSeconds(6);

    private IdleCost() {}

    static void main(String[] args) throws Exception {
        Protocol protocol = args.length > 0 ? Names.find("protocol", Protocol.values(), args[0]) : Protocol.TCP;
        int connectionCount = args.length > 1 ? Arguments.number("connections", 1, args[1]) : 1_000;
        double seconds = args.length > 2 ? Arguments.decimal("seconds", args[2]) : 10;
        check(protocol, connectionCount, Duration.ofMillis((long) (seconds * 1_000))).report();
    }

    static Verdict check(Protocol protocol, int connectionCount, Duration idleTime) throws Exception {
        Cost cost = measure(protocol, Contenders.ASYNCIO, connectionCount, idleTime);
        long heapLimitBytes = heapLimitBytes(protocol);
        return new Verdict(
                cost.cpuPercent < CPU_LIMIT_PERCENT && cost.heapBytes <= heapLimitBytes,
                "%,d idle %s connections: %.2f %% of a core over %.1f s (limit %.1f %%); "
                        .formatted(connectionCount, protocol, cost.cpuPercent, idleTime.toMillis() / 1e3,
                                CPU_LIMIT_PERCENT)
                        + "a connection costs the server %,d B of heap (limit %,d B) and %,d B of direct buffer"
                                .formatted(cost.heapBytes, heapLimitBytes, cost.directBytes));
    }

    /// What was found.
    ///
    /// @param cpuPercent of a core, while all connections are idle
    /// @param heapBytes of each connection, as are the others
    /// @param outsideBytes by which the process grew beside its heap, with stacks of platform threads and direct memory;
    ///     true only where the heap is resident as a whole from the start, as [IdleCostMain] has it
    record Cost(double cpuPercent, long heapBytes, long directBytes, long outsideBytes) {

        static final String CPU_PERCENT = "cpuPercent";
        static final String HEAP_BYTES = "heapBytes";
        static final String DIRECT_BYTES = "directBytes";
        static final String OUTSIDE_BYTES = "outsideBytes";

        /// By what contenders have in common, first: what the one keeps in the heap, the other keeps elsewhere.
        static final List<Metric> METRICS = List.of(
                new Metric("bytes in all", run -> run.figure(HEAP_BYTES) + run.figure(OUTSIDE_BYTES), false),
                Metric.less("heap bytes", HEAP_BYTES),
                Metric.less("bytes outside", OUTSIDE_BYTES),
                Metric.less("direct bytes", DIRECT_BYTES),
                Metric.less("idle CPU %", CPU_PERCENT));

        Map<String, Double> figures() {
            return Map.of(
                    CPU_PERCENT, cpuPercent,
                    HEAP_BYTES, (double) heapBytes,
                    DIRECT_BYTES, (double) directBytes,
                    OUTSIDE_BYTES, (double) outsideBytes);
        }
    }

    /// @param contender which has an [IdleServer]
    static Cost measure(Protocol protocol, String contender, int connectionCount, Duration idleTime) throws Exception {
        try (var server = IdleServer.start(protocol, contender)) {
            rehearse(protocol, server);
            warmUp(protocol, server.address(), WARM_UP_BATCHES);
            rest(idleTime);
            Memory before = server.memory();
            try (var clients = HoldingClient.start(protocol, server.address(), connectionCount)) {
                HoldingClient.echoOnAll(clients);
                HeldResources.awaitCalm();
                double cpuPercent = cpuPercentOver(idleTime);
                Memory with = server.memory(); // only now, when the timers of handshakes are gone
                HoldingClient.echoOnAll(clients);
                return new Cost(
                        cpuPercent,
                        (with.heapBytes - before.heapBytes) / connectionCount,
                        (with.directBytes - before.directBytes) / connectionCount,
                        (with.residentBytes - before.residentBytes) / connectionCount);
            }
        }
    }

    private static long heapLimitBytes(Protocol protocol) {
        return switch (protocol) {
            case TCP -> 2 * 1024;
            case WEBSOCKET -> 3 * 1024;
        };
    }

    /// The first look, and the first client that goes, have the JVM load classes, for some of which it drops compiled code.
    /// So both come before the warm-up: else threads would park in frames that are interpreted, which are larger.
    private static void rehearse(Protocol protocol, IdleServer server) throws Exception {
        warmUp(protocol, server.address(), 1);
        HeldResources.awaitCalm();
        server.memory();
    }

    private static void warmUp(Protocol protocol, InetSocketAddress server, int batchCount) throws Exception {
        try (var clients = HoldingClient.start(protocol, server, WARM_UP_CONNECTIONS)) {
            for (int batch = 0; batch < batchCount; batch++) {
                for (int round = 0; round < WARM_UP_ROUNDS; round++) {
                    HoldingClient.echoOnAll(clients);
                }
                HoldingClient.connectAgain(clients);
            }
            clients.finish();
        }
    }

    /// What compilers have worked with, the JVM gives back seconds after they are done: if later than the first look, it
    /// would be missing from what the process has grown by.
    private static void rest(Duration idleTime) throws IOException, InterruptedException {
        HeldResources.awaitCalm();
        Thread.sleep(idleTime.compareTo(LEAST_REST) < 0 ? LEAST_REST : idleTime);
    }

    private static double cpuPercentOver(Duration idleTime) throws InterruptedException {
        long startNanos = System.nanoTime();
        long cpuBefore = ProcessCpu.nanos();
        Thread.sleep(idleTime);
        return 100.0 * (ProcessCpu.nanos() - cpuBefore) / (System.nanoTime() - startNanos);
    }

    /// What is in use once the garbage is gone.
    record Memory(long heapBytes, long directBytes, long residentBytes) {

        private static final long PAUSE_MILLIS = 200;
        private static final long NOISE_BYTES = 4 * 1024;

        /// A collection only finds what a cleaner then lets go, so it takes several until nothing more goes.
        static Memory settled() throws IOException, InterruptedException {
            Memory before;
            Memory now = afterCollection();
            do {
                Thread.sleep(PAUSE_MILLIS);
                before = now;
                now = afterCollection();
            } while (now.heapBytes < before.heapBytes - NOISE_BYTES || now.directBytes < before.directBytes);
            return now;
        }

        static Memory afterCollection() throws IOException {
            var memory = ManagementFactory.getMemoryMXBean();
            memory.gc();
            long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .filter(pool -> pool.getName().equals("direct"))
                    .mapToLong(BufferPoolMXBean::getMemoryUsed)
                    .sum();
            return new Memory(memory.getHeapMemoryUsage().getUsed(), direct, readResidentBytes());
        }

        /// 0 where the system does not tell.
        private static long readResidentBytes() throws IOException {
            Path status = Path.of("/proc/self/status");
            if (!Files.isReadable(status)) {
                return 0;
            }
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .sum();
        }
    }
}
