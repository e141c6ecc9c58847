package dev.asyncio.bench;

import dev.asyncio.bench.ProcessComparison.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/// Round trips with both ends in one process, each contender's client as its server is, in a fresh process so
/// that they share neither scheduler nor compiled code: `RoundTripComparison [ROUNDS]`.
public final class RoundTripComparison {

    static final String NAME = "round-trip";
    static final List<Metric> METRICS = List.of(
            Metric.P50, Metric.P90, Metric.P99, Metric.P999, Metric.MAX, Metric.RATE, Metric.PROCESS_CPU);

    private static final List<EchoContender.Kind> KINDS =
            List.of(EchoContender.Kind.ASYNCIO, EchoContender.Kind.JDK_VIRTUAL, EchoContender.Kind.JDK_PLATFORM,
                    EchoContender.Kind.NETTY_NIO, EchoContender.Kind.NETTY_EPOLL,
                    EchoContender.Kind.NETTY_EPOLL_BUSY);
    private static final List<EchoContender.Kind> ON_ONE_LOOP =
            List.of(EchoContender.Kind.NETTY_NIO, EchoContender.Kind.NETTY_EPOLL);
    private static final int ROUND_TRIPS = 50_000;
    private static final double SECONDS_EACH = 14;

    private RoundTripComparison() {}

    static void main(String[] args) throws IOException, InterruptedException {
        int rounds = args.length > 0 ? Arguments.number("rounds", 1, args[0]) : 5;
        var suite = new Suite(Files.createTempDirectory("asyncio-comparison"), Comparison.Pace.FULL, rounds);
        var peers = new Peers();
        try {
            suite.run(List.of(of(peers, 64)), peers);
        } finally {
            if (suite.has(NAME)) {
                ReportTable.print(suite.read(NAME), METRICS);
            }
        }
    }

    static Comparison of(Peers peers, int... messageBytes) {
        List<EchoContender.Kind> kinds = peers.available(NAME, EchoContender.Kind::isAvailable, KINDS);
        List<Case> cases = new ArrayList<>();
        for (int bytes : messageBytes) {
            List<Case> contenders = new ArrayList<>();
            kinds.forEach(kind -> contenders.add(roundTrips(kind.toString(), kind, bytes)));
            ON_ONE_LOOP.stream()
                    .filter(kinds::contains)
                    .forEach(kind -> contenders.add(
                            roundTrips(kind + ", one loop for both ends", kind, bytes, RoundTripMain.ONE_LOOP)));
            contenders.add(onOneCarrier(roundTrips(
                    EchoContender.Kind.JDK_VIRTUAL + ", one carrier", EchoContender.Kind.JDK_VIRTUAL, bytes)));
            cases.addAll(Comparison.withAgain(contenders,
                    roundTrips(Contenders.ASYNCIO_AGAIN, EchoContender.Kind.ASYNCIO, bytes)));
        }
        return new ProcessComparison(NAME, RoundTripMain.class, SECONDS_EACH, true, cases);
    }

    /// Both ends share it, as ours share a loop where there are few cores.
    private static Case onOneCarrier(Case each) {
        return new Case(each.contender(), each.parameters(),
                List.of("-Djdk.virtualThreadScheduler.parallelism=1"), each.arguments());
    }

    private static Case roundTrips(String contender, EchoContender.Kind kind, int bytes, Object... options) {
        List<Object> arguments = new ArrayList<>(List.of(kind.name(), bytes, ROUND_TRIPS));
        Collections.addAll(arguments, options);
        return new Case(contender, Map.of("bytes", Integer.toString(bytes)), _ -> arguments);
    }
}
