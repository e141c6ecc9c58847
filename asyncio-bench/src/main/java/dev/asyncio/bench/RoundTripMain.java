package dev.asyncio.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/// Round trips of one contender with both ends in this process: `RoundTripMain CONTENDER MESSAGE_BYTES ROUND_TRIPS`.
/// Warms up with as many, then prints one line of `name=value` in microseconds.
public final class RoundTripMain {

    private RoundTripMain() {}

    static void main(String[] args) throws IOException, InterruptedException {
        var kind = EchoContender.Kind.of(args[0]);
        try (var server = kind.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var client = RoundTripClient.connect(kind, server.address(), Integer.parseInt(args[1]))) {
            long[] nanos = new long[Integer.parseInt(args[2])];
            client.run(nanos);
            client.run(nanos);
            Arrays.sort(nanos);
            System.out.printf(
                    "mean=%.2f p50=%.2f p99=%.2f p999=%.2f%n",
                    Arrays.stream(nanos).average().orElseThrow() / 1e3,
                    percentile(nanos, 50) / 1e3,
                    percentile(nanos, 99) / 1e3,
                    percentile(nanos, 99.9) / 1e3);
        }
    }

    private static long percentile(long[] sorted, double percent) {
        return sorted[(int) (percent / 100 * (sorted.length - 1))];
    }
}
