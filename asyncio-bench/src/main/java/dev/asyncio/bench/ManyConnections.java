package dev.asyncio.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Many connections held open at once, all of them echoing: `ManyConnections [CONNECTIONS [ROUNDS]]`. The clients are
/// in another process.
public final class ManyConnections {

    /// What a JVM and a server have open besides.
    private static final int SPARE_DESCRIPTORS = 200;

    private ManyConnections() {}

    static void main(String[] args) throws IOException, InterruptedException {
        int connectionCount = args.length > 0 ? Arguments.number("connections", 1, args[0]) : 10_000;
        int roundCount = args.length > 1 ? Arguments.number("rounds", 1, args[1]) : 10;
        check(connectionCount, roundCount).report();
    }

    static Verdict check(int connectionCount, int roundCount) throws IOException, InterruptedException {
        requireDescriptors(connectionCount);
        hold(1, 1); // opens what stays open for the life of a process
        HeldResources before = HeldResources.settled();
        long startNanos = System.nanoTime();
        int registrationCount = hold(connectionCount, roundCount).registrationCount();
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        long replyCount = (long) connectionCount * roundCount;
        HeldResources after = HeldResources.awaitWithin(before);
        int heldCount = registrationCount - before.registrationCount() - 1; // the one is the listener's
        return new Verdict(
                heldCount == connectionCount && after.isWithin(before),
                "%,d of %,d connections held at once, %,d replies checked, %.1f s in all; before %s; after %s"
                        .formatted(heldCount, connectionCount, replyCount, seconds, before, after));
    }

    /// Returns what this process held when all connections had echoed.
    private static HeldResources hold(int connectionCount, int roundCount) throws IOException, InterruptedException {
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var server = EchoContender.Kind.ASYNCIO.start(anyPort);
                var clients = HoldingClient.start(HoldingClient.Protocol.TCP, server.address(), connectionCount)) {
            for (int i = 0; i < roundCount; i++) {
                HoldingClient.echoOnAll(clients);
            }
            HeldResources held = HeldResources.settled();
            clients.finish();
            return held;
        }
    }

    /// The JVM raises its own limit as far as it may; only the system's hard limit is left.
    private static void requireDescriptors(int connectionCount) throws IOException {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                && system.getMaxFileDescriptorCount() < connectionCount + SPARE_DESCRIPTORS) {
            throw new IOException("%,d connections need more descriptors than the %,d allowed here (ulimit -Hn)"
                    .formatted(connectionCount, system.getMaxFileDescriptorCount()));
        }
    }
}
