package dev.asyncio.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Echo servers one after the other under the same [LoadClient], each in a process of its own, the server pinned to
/// one core and the client to another, the contenders taking turns:
/// `ServerComparison ROUNDS CONNECTIONS MESSAGE_BYTES WINDOW SECONDS [CONTENDER …]`. Prints medians.
public final class ServerComparison {

    private static final int WARM_UP_SECONDS = 3;

    private ServerComparison() {}

    /// One run of one contender.
    private record Run(double rate, double p50Micros, double p99Micros, double clientCpuMicros,
            double serverCpuMicros) {

        static Run of(String line, Duration serverCpu) {
            Map<String, Double> values = Arrays.stream(line.split(" "))
                    .map(pair -> pair.split("="))
                    .collect(Collectors.toMap(pair -> pair[0], pair -> Double.parseDouble(pair[1])));
            return new Run(
                    values.get("rate"),
                    values.get("p50us"),
                    values.get("p99us"),
                    values.get("cpuUs"),
                    serverCpu.toNanos() / 1e3 / values.get("total"));
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
        Process server = startPinned(0, EchoServerMain.class, List.of(kind.name()));
        try (BufferedReader serverOutput = server.inputReader()) {
            String listening = serverOutput.readLine();
            if (listening == null) {
                throw new IOException(kind + " did not start");
            }
            String port = listening.substring(listening.lastIndexOf(' ') + 1);
            List<String> arguments = new ArrayList<>(List.of("127.0.0.1", port));
            arguments.addAll(load);
            Process client = startPinned(1, LoadClient.class, arguments);
            try (BufferedReader clientOutput = client.inputReader()) {
                String line = clientOutput.readLine();
                Duration serverCpu = server.info().totalCpuDuration().orElse(Duration.ZERO);
                if (client.waitFor() != 0 || line == null) {
                    throw new IOException("the load client failed against " + kind);
                }
                return Run.of(line, serverCpu);
            }
        } finally {
            server.destroy();
            server.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static Process startPinned(int core, Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(Path.of("/usr/bin/taskset")) && Runtime.getRuntime().availableProcessors() > 1) {
            command.addAll(List.of("taskset", "-c", Integer.toString(core)));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "-Xmx1g", main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void print(Map<EchoContender.Kind, List<Run>> results, String[] args) {
        System.out.printf(
                "%s connections, %s B, window %s, %s rounds of %s s%n", args[1], args[2], args[3], args[0], args[4]);
        System.out.printf(
                "%-24s %12s %10s %10s %14s %14s%n",
                "server", "replies/s", "p50 us", "p99 us", "server cpu us", "client cpu us");
        results.forEach((kind, runs) -> System.out.printf(
                "%-24s %12.0f %10.1f %10.1f %14.2f %14.2f%n",
                kind,
                Median.of(runs, Run::rate),
                Median.of(runs, Run::p50Micros),
                Median.of(runs, Run::p99Micros),
                Median.of(runs, Run::serverCpuMicros),
                Median.of(runs, Run::clientCpuMicros)));
    }
}
