package dev.asyncio.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Round trips of 64 bytes with both ends in one JVM, the contenders taking turns: `RoundTripComparison [ROUNDS]`.
/// Prints the median over the rounds, and how many times faster asyncio is.
public final class RoundTripComparison {

    private static final List<EchoContender.Kind> KINDS =
            List.of(EchoContender.Kind.ASYNCIO, EchoContender.Kind.JDK_VIRTUAL, EchoContender.Kind.JDK_PLATFORM);
    private static final int WARM_UP_ROUNDS = 5;
    private static final int ROUND_TRIPS = 10_000;
    private static final int MESSAGE_BYTES = 64;

    private RoundTripComparison() {}

    /// Microseconds a round trip in one round.
    private record Round(double mean, double p50, double p99) {

        static Round of(long[] nanos) {
            long[] sorted = nanos.clone();
            Arrays.sort(sorted);
            double mean = Arrays.stream(sorted).average().orElseThrow() / 1e3;
            return new Round(mean, sorted[sorted.length / 2] / 1e3, sorted[sorted.length * 99 / 100] / 1e3);
        }
    }

    static void main(String[] args) throws IOException, InterruptedException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 15;
        Map<EchoContender.Kind, List<Round>> results = new EnumMap<>(EchoContender.Kind.class);
        for (int i = 0; i < WARM_UP_ROUNDS + rounds; i++) {
            for (EchoContender.Kind kind : KINDS) {
                Round round = run(kind);
                if (i >= WARM_UP_ROUNDS) {
                    results.computeIfAbsent(kind, _ -> new ArrayList<>()).add(round);
                }
            }
        }
        double ours = Median.of(results.get(EchoContender.Kind.ASYNCIO), Round::p50);
        System.out.printf("%-24s %10s %10s %10s %14s%n", "64 B, 1 connection", "mean us", "p50 us", "p99 us",
                "p50 / asyncio");
        results.forEach((kind, all) -> System.out.printf(
                "%-24s %10.1f %10.1f %10.1f %14.2f%n",
                kind,
                Median.of(all, Round::mean),
                Median.of(all, Round::p50),
                Median.of(all, Round::p99),
                Median.of(all, Round::p50) / ours));
    }

    private static Round run(EchoContender.Kind kind) throws IOException, InterruptedException {
        try (var server = kind.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var client = RoundTripClient.connect(kind, server.address(), MESSAGE_BYTES)) {
            long[] nanos = new long[ROUND_TRIPS];
            client.run(nanos);
            return Round.of(nanos);
        }
    }
}
