package dev.asyncio.bench;

import dev.asyncio.bench.IdleCost.Memory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/// What a server holds for each TLS connection that says nothing: `TlsIdleCost [CONNECTIONS]`. The contenders' servers
/// each have a process of their own, and the clients another. Each connection has echoed before, and the server is warm.
public final class TlsIdleCost {

    private static final int WARM_UP_BATCHES = 8;
    private static final int WARM_UP_CONNECTIONS = 500;
    private static final int WARM_UP_ROUNDS = 10;

    /// A process says nothing before it has measured all of a contender, and each of its clients may be silent for long.
    private static final Duration MAX_SILENCE = ChildJvm.MAX_SILENCE.multipliedBy(WARM_UP_BATCHES);

    private TlsIdleCost() {}

    static void main(String[] args) throws Exception {
        int connectionCount = args.length > 0 ? Arguments.number("connections", 1, args[0]) : 1_000;
        if (args.length > 1) {
            System.out.println(Values.format(measure(TlsContender.Kind.of(args[1]), connectionCount)));
            return;
        }
        Map<TlsContender.Kind, Map<String, Double>> all = new EnumMap<>(TlsContender.Kind.class);
        for (TlsContender.Kind kind : TlsContender.Kind.values()) {
            if (!kind.isAvailable()) {
                System.out.println("Not measured: " + kind + ", this system does not have it");
                continue;
            }
            try (var process = ChildJvm.start(TlsIdleCost.class, connectionCount, kind.name())) {
                all.put(kind, process.readValues(MAX_SILENCE));
                process.finish();
            }
        }
        double ours = all.get(TlsContender.Kind.ASYNCIO).get("heapBytes");
        System.out.printf("%-24s %14s %14s %18s%n", "%,d TLS connections".formatted(connectionCount), "heap B",
                "direct B", "heap / asyncio");
        all.forEach((kind, values) -> System.out.printf("%-24s %,14.0f %,14.0f %18.2f%n", kind,
                values.get("heapBytes"), values.get("directBytes"), values.get("heapBytes") / ours));
    }

    private static Map<String, Double> measure(TlsContender.Kind kind, int connectionCount) throws Exception {
        try (TlsContender server = startIdle(kind)) {
            look(); // loads classes, for some of which the JVM drops compiled code: so before the warm-up, too
            for (int batch = 0; batch < WARM_UP_BATCHES; batch++) {
                warmUp(server);
            }
            Memory before = look();
            try (var clients = TlsHoldingClient.start(server.address(), connectionCount)) {
                HoldingClient.echoOnAll(clients);
                Memory with = Memory.settled();
                HoldingClient.echoOnAll(clients);
                return Map.of(
                        "heapBytes", (with.heapBytes() - before.heapBytes()) / (double) connectionCount,
                        "directBytes", (with.directBytes() - before.directBytes()) / (double) connectionCount);
            }
        }
    }

    private static Memory look() throws IOException, InterruptedException {
        HeldResources.awaitCalm();
        return Memory.settled();
    }

    private static void warmUp(TlsContender server) throws IOException, InterruptedException {
        try (var clients = TlsHoldingClient.start(server.address(), WARM_UP_CONNECTIONS)) {
            for (int round = 0; round < WARM_UP_ROUNDS; round++) {
                HoldingClient.echoOnAll(clients);
            }
            clients.finish();
        }
    }

    private static TlsContender startIdle(TlsContender.Kind kind) throws IOException {
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        return switch (kind) {
            case ASYNCIO -> AsyncioTlsEcho.startIdle(anyPort);
            case JDK_VIRTUAL -> JdkTlsEcho.startIdle(anyPort);
            case NETTY_NIO, NETTY_EPOLL -> kind.start(anyPort);
        };
    }
}
