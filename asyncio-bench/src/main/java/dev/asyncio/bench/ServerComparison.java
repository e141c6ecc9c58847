package dev.asyncio.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Echo servers one after the other under the same [LoadClient], each in a process of its own, the server pinned to
/// one core and the client to another, the contenders taking turns:
/// `ServerComparison ROUNDS CONNECTIONS MESSAGE_BYTES WINDOW SECONDS [CONTENDER …]`. Prints medians, with
/// the server's CPU time in the measured seconds alone, and the rate as a multiple of the JDK's virtual threads.
public final class ServerComparison {

    private static final int WARM_UP_SECONDS = 3;

    private ServerComparison() {}

    /// One run of one contender.
    private record Run(double rate, double p50Micros, double p99Micros, double clientCpuMicros,
            double serverCpuMicros) {

        static Run of(Map<String, Double> values, Duration serverCpu) {
            return new Run(
                    values.get("rate"),
                    values.get("p50us"),
                    values.get("p99us"),
                    values.get("cpuUs"),
                    serverCpu.toNanos() / 1e3 / values.get("replies"));
        }
    }

    static void main(String[] args) throws IOException, InterruptedException {
        int rounds = Integer.parseInt(args[0]);
        List<String> load = List.of(args[1], args[2], args[3], Integer.toString(WARM_UP_SECONDS), args[4]);
        List<EchoContender.Kind> kinds = args.length > 5
                ? Arrays.stream(args).skip(5).map(EchoContender.Kind::of).toList()
                : List.of(EchoContender.Kind.values());
        Map<EchoContender.Kind, List<Run>> results = new EnumMap<>(EchoContender.Kind.class);
        for (int i = 0; i < rounds; i++) {
            for (EchoContender.Kind kind : kinds) {
                results.computeIfAbsent(kind, _ -> new ArrayList<>()).add(run(kind, load));
            }
        }
        print(results, args);
    }

    private static Run run(EchoContender.Kind kind, List<String> load) throws IOException, InterruptedException {
        try (var server = ChildJvm.startOnCore(0, EchoServerMain.class, kind.name())) {
            String listening = server.readLine();
            String port = listening.substring(listening.lastIndexOf(' ') + 1);
            List<String> arguments = new ArrayList<>(List.of("127.0.0.1", port));
            arguments.addAll(load);
            try (var client = ChildJvm.startOnCore(1, LoadClient.class, arguments.toArray())) {
                client.readLine(); // it is measuring from now on
                Duration cpuBefore = server.cpu();
                Map<String, Double> values = client.readValues();
                Duration serverCpu = server.cpu().minus(cpuBefore);
                client.finish();
                return Run.of(values, serverCpu);
            }
        }
    }

    private static void print(Map<EchoContender.Kind, List<Run>> results, String[] args) {
        System.out.printf(
                "%s connections, %s B, window %s, %s rounds of %s s%n", args[1], args[2], args[3], args[0], args[4]);
        double base = Median.of(results.getOrDefault(EchoContender.Kind.JDK_VIRTUAL, List.of()), Run::rate);
        System.out.printf(
                "%-24s %12s %12s %10s %10s %14s %14s%n",
                "server", "replies/s", "x JDK virt.", "p50 us", "p99 us", "server cpu us", "client cpu us");
        results.forEach((kind, runs) -> System.out.printf(
                "%-24s %12.0f %12.2f %10.1f %10.1f %14.2f %14.2f%n",
                kind,
                Median.of(runs, Run::rate),
                Median.of(runs, Run::rate) / base,
                Median.of(runs, Run::p50Micros),
                Median.of(runs, Run::p99Micros),
                Median.of(runs, Run::serverCpuMicros),
                Median.of(runs, Run::clientCpuMicros)));
    }
}
