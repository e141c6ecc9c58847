package dev.asyncio.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.HdrHistogram.Histogram;

/// Round trips of one contender with both ends in this process: `RoundTripMain CONTENDER MESSAGE_BYTES ROUND_TRIPS`.
/// Warms up with as many, then prints its latencies.
public final class RoundTripMain {

    private RoundTripMain() {}

    static void main(String[] args) throws IOException, InterruptedException {
        var kind = EchoContender.Kind.of(args[0]);
        try (var server = kind.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var client = RoundTripClient.connect(kind, server.address(), Integer.parseInt(args[1]))) {
            long[] nanos = new long[Integer.parseInt(args[2])];
            client.run(nanos);
            client.run(nanos);
            var histogram = new Histogram(3);
            Arrays.stream(nanos).forEach(histogram::recordValue);
            System.out.println(Values.format(Figure.ofLatencies(histogram)));
        }
    }
}
