package dev.asyncio.bench;

import dev.asyncio.bench.OverloadClients.Crowd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// One server under more than it can do: `Overload FOLDER [CONNECTIONS [SCHEME]]`. First it is found out how many messages it can
/// answer; then clients come that want five times as many, and then as many connections as are said, with more before
/// the door. It must hold a bounded memory, answer those whom it serves in time, refuse the others with 503, and be as
/// before soon after.
public final class Overload {

    private static final double TIMES = 5;

    /// Of what the server can do, what those that it serves may take.
    private static final double SERVED_PART = 0.7;

    /// Of each client where the rate is the overload.
    private static final double MESSAGES_PER_SECOND = 50;

    /// Of each client where connections are the overload. All of them share one core, which the server must not be blamed
    /// for: at three times as many it was the clients' that was busy.
    private static final double CROWD_MESSAGES_PER_SECOND = 0.25;

    /// Before the door, for each ten connections within.
    private static final double TURNED_AWAY_PART = 0.1;

    /// Of the unloaded p99, but at least of a millisecond: below that it is the machine's noise.
    private static final double LATENCY_TIMES = 100;

    private static final double NOISE_MICROS = 1_000;

    /// Of heap and native memory, before and after.
    private static final double SLACK_BYTES = 16 << 20;

    private final ChildJvm server;
    private final ChildJvm clients;
    private final ReliabilityReport report;
    private final OverloadScheme scheme;
    private final Scale scale;
    private final List<String> findings = new ArrayList<>();

    /// How much of it.
    ///
    /// @param connectionCount that are served at once where connections are the overload
    /// @param seconds of each measurement
    /// @param recoverySeconds within which all is to be as before
    /// @param judgesLatency false where the machine is none to measure times on
    record Scale(int connectionCount, double seconds, double recoverySeconds, boolean judgesLatency) {

        static Scale full(int connectionCount) {
            return new Scale(connectionCount, 10, 10, true);
        }
    }

    private Overload(
            ChildJvm server, ChildJvm clients, ReliabilityReport report, OverloadScheme scheme, Scale scale) {
        this.server = server;
        this.clients = clients;
        this.report = report;
        this.scheme = scheme;
        this.scale = scale;
    }

    static void main(String[] args) throws Exception {
        int connectionCount = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        var scheme = OverloadScheme.valueOf(args.length > 2 ? args[2].toUpperCase(Locale.ROOT) : "WS");
        check(Path.of(args[0]), scheme, Scale.full(connectionCount)).report();
    }

    static Verdict check(Path folder, OverloadScheme scheme, Scale scale) throws IOException, InterruptedException {
        var report = ReliabilityReport.begin(folder, "overload");
        try (var server = ChildJvm.startOnCore(PinnedComparison.SERVER_CORE, serverOptions(scheme),
                OverloadServer.class, scheme.name());
                var clients = startClients(scheme, Values.parse(server.readLine()))) {
            return new Overload(server, clients, report, scheme, scale).check();
        } finally {
            report.plot();
        }
    }

    private static List<String> serverOptions(OverloadScheme scheme) {
        String heap = scheme.serverHeapMegabytes + "m";
        return Stream.concat(Stream.of("-Xms" + heap, "-Xmx" + heap, "-XX:+AlwaysPreTouch"),
                SoakProbe.JVM_OPTIONS.stream()).toList();
    }

    private static ChildJvm startClients(OverloadScheme scheme, Map<String, String> server) throws IOException {
        Object[] arguments = scheme == OverloadScheme.WSS
                ? new Object[] {server.get(OverloadServer.PORT), server.get(OverloadServer.AUTHORITY)}
                : new Object[] {server.get(OverloadServer.PORT)};
        return ChildJvm.startOnCore(PinnedComparison.CLIENT_CORE, List.of(), OverloadClients.class, arguments);
    }

    private Verdict check() throws IOException, InterruptedException {
        run("warm-up", new Crowd(64, 0, 0.5, scale.seconds, 1));
        Map<String, Double> before = sample();
        Run unloaded = run("unloaded", new Crowd(10, 20, 0.5, scale.seconds, 1));
        double capacity = Figure.messagesPerSecond(run("all it can do", new Crowd(64, 0, 0.5, scale.seconds, 1)));

        int wantedCount = (int) (TIMES * capacity / MESSAGES_PER_SECOND);
        limit((int) Math.max(1, SERVED_PART * capacity / MESSAGES_PER_SECOND));
        Run fiveTimes = run("%.0f times as much asked for".formatted(TIMES),
                new Crowd(wantedCount, MESSAGES_PER_SECOND, scheme.returnSeconds, scale.seconds, scheme.returnSeconds));
        judgeLatency(fiveTimes, unloaded);
        judgeRefused(fiveTimes);

        limit(scale.connectionCount);
        int arrivingCount = (int) (scale.connectionCount * (1 + TURNED_AWAY_PART));
        double arrivalSeconds = scheme.returnSeconds + arrivingCount / scheme.arrivalsPerSecond;
        begin(new Crowd(arrivingCount, CROWD_MESSAGES_PER_SECOND, arrivalSeconds, scale.seconds,
                scheme.returnSeconds));
        Map<String, Double> crowdedFigures = clients.readValues();
        Map<String, Double> during = sample();
        crowdedFigures.putAll(end());
        Run crowded = report.add("%,d connections".formatted(scale.connectionCount), crowdedFigures);
        judgeLatency(crowded, unloaded);
        judgeRefused(crowded);
        judgeMemory(before, during);

        limit(Integer.MAX_VALUE);
        double recoverySeconds = recover(unloaded, before);
        return verdict(unloaded, capacity, fiveTimes, crowded, during, recoverySeconds);
    }

    private Run run(String phase, Crowd crowd) throws IOException {
        begin(crowd);
        Map<String, Double> figures = clients.readValues();
        figures.putAll(end());
        return report.add(phase, figures);
    }

    private void begin(Crowd crowd) throws IOException {
        clients.writeLine(crowd.toLine());
    }

    /// @return what was counted until the last had left
    private Map<String, Double> end() throws IOException {
        clients.writeLine("leave");
        Map<String, Double> counts = clients.readValues();
        SoakCounts.unexpectedIn(counts)
                .forEach((kind, count) -> findings.add("clients: %.0f unexpected %s".formatted(count, kind)));
        return counts;
    }

    private void limit(int connectionCount) throws IOException {
        server.writeLine("limit " + connectionCount);
    }

    private Map<String, Double> sample() throws IOException {
        server.writeLine("sample");
        return server.readValues();
    }

    private void judgeLatency(Run run, Run unloaded) {
        double limitMicros = LATENCY_TIMES * Math.max(NOISE_MICROS, unloaded.figure(Figure.P99_MICROS));
        if (scale.judgesLatency && run.figure(Figure.P99_MICROS) > limitMicros) {
            findings.add("%s: p99 %,.0f us (limit %,.0f)".formatted(
                    run.contender(), run.figure(Figure.P99_MICROS), limitMicros));
        }
    }

    private void judgeRefused(Run run) {
        if (run.figure(OverloadClients.REFUSED) == 0) {
            findings.add(run.contender() + ": nobody was refused, so this was no overload");
        }
    }

    private void judgeMemory(Map<String, Double> before, Map<String, Double> during) {
        double connections = during.get(OverloadServer.CONNECTIONS);
        if (connections < scale.connectionCount) {
            findings.add("%,.0f connections of %,d were served".formatted(connections, scale.connectionCount));
        }
        double heap = during.get(SoakMeasure.HEAP.key) - before.get(SoakMeasure.HEAP.key);
        double heapLimit = SLACK_BYTES + connections * scheme.heapBytesAConnection;
        if (heap > heapLimit) {
            findings.add("the heap grew by %,.0f bytes (limit %,.0f)".formatted(heap, heapLimit));
        }
        double nativeBytes = during.get(SoakMeasure.NATIVE.key) - before.get(SoakMeasure.NATIVE.key);
        if (nativeBytes > SLACK_BYTES) {
            findings.add("native memory grew by %,.0f bytes (limit %,.0f)".formatted(nativeBytes, SLACK_BYTES));
        }
    }

    /// @return the seconds until clients were served as before, and nothing was held of the others
    private double recover(Run unloaded, Map<String, Double> before) throws IOException {
        long startNanos = System.nanoTime();
        double limitMicros = 3 * Math.max(NOISE_MICROS, unloaded.figure(Figure.P99_MICROS));
        boolean isQuick;
        boolean isEmpty;
        double seconds;
        do {
            Run run = run("afterwards", new Crowd(10, 20, 0, 1, 1));
            isQuick = !scale.judgesLatency || run.figure(Figure.P99_MICROS) <= limitMicros;
            Map<String, Double> now = sample();
            isEmpty = Stream.of(SoakMeasure.DESCRIPTORS, SoakMeasure.VIRTUAL_THREADS, SoakMeasure.REGISTRATIONS)
                    .allMatch(measure -> now.get(measure.key) <= before.get(measure.key))
                    && now.get(SoakMeasure.HEAP.key) <= before.get(SoakMeasure.HEAP.key) + SLACK_BYTES;
            seconds = (System.nanoTime() - startNanos) / 1e9;
        } while (!(isQuick && isEmpty) && seconds < scale.recoverySeconds);
        if (!isQuick || !isEmpty) {
            findings.add("not as before %.1f s after the load had gone: %s".formatted(
                    seconds, isEmpty ? "still slow" : "something is still held"));
        }
        return seconds;
    }

    private Verdict verdict(Run unloaded, double capacity, Run fiveTimes, Run crowded, Map<String, Double> during,
            double recoverySeconds) throws IOException {
        SoakCounts.unexpectedIn(sample())
                .forEach((kind, count) -> findings.add("server: %.0f unexpected %s".formatted(count, kind)));
        String summary = """
                %s: unloaded p99 %,.0f us; %,.0f messages/s are all it can do; asked for %.0f times as many: p99 %,.0f us, \
                %,.0f refused with 503; %,.0f connections: p99 %,.0f us, %,.0f refused with 503, heap %.1f MiB, resident \
                %.1f MiB; as before after %.1f s""".formatted(
                scheme,
                unloaded.figure(Figure.P99_MICROS),
                capacity,
                TIMES,
                fiveTimes.figure(Figure.P99_MICROS),
                fiveTimes.figure(OverloadClients.REFUSED),
                during.get(OverloadServer.CONNECTIONS),
                crowded.figure(Figure.P99_MICROS),
                crowded.figure(OverloadClients.REFUSED),
                during.get(SoakMeasure.HEAP.key) / SoakMeasure.HEAP.unit,
                during.get(SoakMeasure.RESIDENT.key) / SoakMeasure.RESIDENT.unit,
                recoverySeconds);
        return new Verdict(findings.isEmpty(),
                String.join("; ", findings) + (findings.isEmpty() ? "" : "; ") + summary);
    }
}
