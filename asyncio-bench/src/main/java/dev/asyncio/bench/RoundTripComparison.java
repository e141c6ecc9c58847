package dev.asyncio.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Round trips of 64 bytes with both ends in one process, the contenders taking turns, each in a fresh process so that
/// they share neither scheduler nor compiled code: `RoundTripComparison [ROUNDS]`. Prints the median over the rounds,
/// and how many times faster asyncio is.
public final class RoundTripComparison {

    private static final List<EchoContender.Kind> KINDS =
            List.of(EchoContender.Kind.ASYNCIO, EchoContender.Kind.JDK_VIRTUAL, EchoContender.Kind.JDK_PLATFORM);
    private static final int ROUND_TRIPS = 20_000;
    private static final int MESSAGE_BYTES = 64;

    private RoundTripComparison() {}

    static void main(String[] args) throws IOException, InterruptedException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        Map<EchoContender.Kind, List<Map<String, Double>>> results = new EnumMap<>(EchoContender.Kind.class);
        for (int i = 0; i < rounds; i++) {
            for (EchoContender.Kind kind : KINDS) {
                results.computeIfAbsent(kind, _ -> new ArrayList<>()).add(run(kind));
            }
        }
        double ours = median(results.get(EchoContender.Kind.ASYNCIO), "p50");
        System.out.printf(
                "%-24s %10s %10s %10s %10s %14s%n",
                MESSAGE_BYTES + " B, 1 connection", "mean us", "p50 us", "p99 us", "p99.9 us", "p50 / asyncio");
        results.forEach((kind, all) -> System.out.printf(
                "%-24s %10.1f %10.1f %10.1f %10.1f %14.2f%n",
                kind,
                median(all, "mean"),
                median(all, "p50"),
                median(all, "p99"),
                median(all, "p999"),
                median(all, "p50") / ours));
    }

    private static Map<String, Double> run(EchoContender.Kind kind) throws IOException, InterruptedException {
        try (var process = ChildJvm.start(RoundTripMain.class, kind.name(), MESSAGE_BYTES, ROUND_TRIPS)) {
            Map<String, Double> values = process.readValues();
            process.finish();
            return values;
        }
    }

    private static double median(List<Map<String, Double>> rounds, String name) {
        return Median.of(rounds, values -> values.get(name));
    }
}
