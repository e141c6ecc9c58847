package dev.asyncio.bench;

import dev.asyncio.bench.OverloadClients.Crowd;
import dev.asyncio.bench.OverloadJudge.Phase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// One server under more than it can do: `Overload FOLDER [CONNECTIONS [SCHEME [SEED [SERVER_OPTION...]]]]`, the last being
/// options of the server's JVM. First it is found out how many messages it can answer; then clients come that want five times
/// as many, and then as many connections as are said, with more before the door. It must hold a bounded memory, answer those
/// whom it serves in time, refuse the others with 503, also in time, and be as before soon after.
public final class Overload {

    private static final double TIMES = 5;

    /// Of what the server can do, what those that it serves may take. The rest of the five times is refused.
    private static final double SERVED_PART = 0.7;

    /// Of each client where the rate is the overload.
    private static final double MESSAGES_PER_SECOND = 50;

    /// Of what the server can do, what all clients send where connections are the overload.
    private static final double CROWD_PART = 0.4;

    /// Before the door, for each ten connections within.
    private static final double TURNED_AWAY_PART = 0.1;

    private static final String REPLIES = "replies";
    private static final String REFUSALS = "refusals";

    private final ChildJvm server;
    private final ChildJvm clients;
    private final ReliabilityReport report;
    private final OverloadScheme scheme;
    private final Scale scale;
    private final List<String> findings = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();

    /// How much of it.
    ///
    /// @param connectionCount that are served at once where connections are the overload
    /// @param seconds of each measurement
    /// @param recoverySeconds within which all is to be as before
    /// @param patienceSeconds of clients; beyond it, a reply is lost
    /// @param judgesLatency false where the machine is none to measure times on
    record Scale(int connectionCount, double seconds, double recoverySeconds, long patienceSeconds,
            boolean judgesLatency) {

        static Scale full(int connectionCount) {
            return new Scale(connectionCount, 10, 10, 30, true);
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
        long seed = args.length > 3 ? Long.parseLong(args[3]) : System.nanoTime();
        List<String> options = Arrays.stream(args).skip(4).toList();
        System.out.println("seed " + seed);
        check(OverloadServer.class, options, scheme, Scale.full(connectionCount), seed, Path.of(args[0])).report();
    }

    /// @param serverMain [OverloadServer], or one that does wrong
    static Verdict check(Class<?> serverMain, List<String> options, OverloadScheme scheme, Scale scale, long seed,
            Path folder) throws IOException, InterruptedException {
        var report = ReliabilityReport.begin(folder, "overload");
        try (var server = ChildJvm.startOnCore(PinnedComparison.SERVER_CORE, serverOptions(scheme, options),
                serverMain, scheme.name());
                var clients = startClients(scheme, scale, seed, Values.parse(server.readLine()))) {
            return new Overload(server, clients, report, scheme, scale).check(seed);
        } finally {
            report.plot();
        }
    }

    private static List<String> serverOptions(OverloadScheme scheme, List<String> options) {
        String heap = scheme.serverHeapMegabytes + "m";
        return Stream.of(List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+AlwaysPreTouch"), SoakProbe.JVM_OPTIONS, options)
                .flatMap(List::stream)
                .toList();
    }

    private static ChildJvm startClients(OverloadScheme scheme, Scale scale, long seed, Map<String, String> server)
            throws IOException {
        List<Object> arguments = new ArrayList<>(
                List.of(server.get(OverloadServer.PORT), seed, scale.patienceSeconds));
        if (scheme == OverloadScheme.WSS) {
            arguments.add(server.get(OverloadServer.AUTHORITY));
        }
        return ChildJvm.startOnCore(
                PinnedComparison.CLIENT_CORE, List.of(), OverloadClients.class, arguments.toArray());
    }

    private Verdict check(long seed) throws IOException {
        limit(32); // so that the refused have their warm-up, too
        run("warm-up", new Crowd(64, 0, 0.5, scale.seconds, 0.2));
        Map<String, Double> before = sample();
        limit(Integer.MAX_VALUE);
        double capacity = Figure.messagesPerSecond(
                run("all it can do", new Crowd(64, 0, 0.5, scale.seconds, 1)).replies());
        Phase unloaded = run("unloaded", new Crowd(10, 20, 0.5, scale.seconds, 1));
        limit(0);
        Phase turnedAway = run("all turned away", new Crowd(10, 0, 0.5, scale.seconds, 0.2));
        seen.add("%s: %,.0f messages/s are all it can do; unloaded %s".formatted(
                scheme, capacity, times(unloaded.replies(), turnedAway.refusals())));
        var judge = new OverloadJudge(unloaded.replies(), turnedAway.refusals(), before);
        if (scale.judgesLatency) {
            findings.addAll(judge.findSlowUnloaded());
        }
        askForMore(judge, capacity);
        crowd(judge, capacity);
        recover(judge);
        findings.addAll(SoakCounts.findUnexpected("server", sample()));
        seen.add("seed " + seed);
        return new Verdict(findings.isEmpty(),
                Stream.concat(findings.stream(), seen.stream()).collect(Collectors.joining("; ")));
    }

    private void askForMore(OverloadJudge judge, double capacity) throws IOException {
        int wantedCount = (int) Math.ceil(TIMES * capacity / MESSAGES_PER_SECOND);
        int servedCount = (int) Math.max(1, SERVED_PART * capacity / MESSAGES_PER_SECOND);
        limit(servedCount);
        Phase fiveTimes = measure("%.0f times as much asked for".formatted(TIMES),
                new Crowd(wantedCount, MESSAGES_PER_SECOND, scheme.returnSeconds, scale.seconds, scheme.returnSeconds),
                servedCount);
        seen.add("asked for %.0f times as many (%,.0f/s): %s".formatted(
                TIMES, wantedCount * MESSAGES_PER_SECOND, judge(judge, fiveTimes)));
        leave();
    }

    /// Lets as many come as are to be served at once, and more; they stay.
    private void crowd(OverloadJudge judge, double capacity) throws IOException {
        limit(scale.connectionCount);
        int arrivingCount = (int) (scale.connectionCount * (1 + TURNED_AWAY_PART));
        double arrivalSeconds = scheme.returnSeconds + arrivingCount / scheme.arrivalsPerSecond;
        Phase crowded = measure("%,d connections".formatted(scale.connectionCount), new Crowd(arrivingCount,
                CROWD_PART * capacity / scale.connectionCount, arrivalSeconds, scale.seconds, scheme.returnSeconds),
                scale.connectionCount);
        seen.add("%,d connections: %s".formatted(scale.connectionCount, judge(judge, crowded)));
    }

    /// Has them leave, and waits until clients are served as before, and nothing is held of the others.
    private void recover(OverloadJudge judge) throws IOException {
        long startNanos = System.nanoTime();
        leave();
        limit(Integer.MAX_VALUE);
        List<String> left = new ArrayList<>();
        double seconds;
        do {
            left.clear();
            Phase afterwards = run("afterwards", new Crowd(10, 20, 0, 1, 1));
            if (scale.judgesLatency) {
                left.addAll(judge.findStillSlow(afterwards.replies()));
            }
            left.addAll(judge.findHeld(sample()));
            seconds = (System.nanoTime() - startNanos) / 1e9;
        } while (!left.isEmpty() && seconds < scale.recoverySeconds);
        for (String finding : left) {
            findings.add("%.1f s after the load had gone: %s".formatted(seconds, finding));
        }
        seen.add(
                "%s %.1f s after the load had gone".formatted(left.isEmpty() ? "as before" : "not as before", seconds));
    }

    /// Of a crowd that is still there.
    ///
    /// @return what it came to
    private String judge(OverloadJudge judge, Phase phase) throws IOException {
        findings.addAll(phase.findNobodyRefused());
        if (scale.judgesLatency) {
            findings.addAll(judge.findLate(phase));
            findings.addAll(phase.findMissing());
        }
        Map<String, Double> held = sample();
        findings.addAll(judge.findMemory(phase, scheme, held));
        return "%,.0f/s served, %,.0f/s refused with 503, %s, longest stop by the collector %.0f ms, heap %.1f MiB, resident %.1f MiB"
                .formatted(
                        Figure.messagesPerSecond(phase.replies()),
                        Figure.messagesPerSecond(phase.refusals()),
                        times(phase.replies(), phase.refusals()),
                        phase.stopMicros() / 1e3,
                        held.get(SoakMeasure.HEAP.key) / SoakMeasure.HEAP.unit,
                        held.get(SoakMeasure.RESIDENT.key) / SoakMeasure.RESIDENT.unit);
    }

    private Phase run(String name, Crowd crowd) throws IOException {
        Phase phase = measure(name, crowd, crowd.clientCount());
        leave();
        return phase;
    }

    /// Lets a crowd come and measures it; it stays.
    ///
    /// @param servedCount how many of it are to be served
    private Phase measure(String name, Crowd crowd, int servedCount) throws IOException {
        clients.writeLine(crowd.toLine());
        clients.readLine();
        takeLongestPause(); // what was before the measured time
        Map<String, Double> replies = clients.readValues();
        Map<String, Double> refusals = clients.readValues();
        replies.putAll(takeLongestPause());
        return new Phase(report.add(name, REPLIES, replies), report.add(name, REFUSALS, refusals), crowd, servedCount);
    }

    private void leave() throws IOException {
        clients.writeLine("leave");
        findings.addAll(SoakCounts.findUnexpected("clients", clients.readValues()));
    }

    private void limit(int connectionCount) throws IOException {
        server.writeLine("limit " + connectionCount);
        server.readLine();
    }

    private Map<String, Double> takeLongestPause() throws IOException {
        server.writeLine("pause");
        return server.readValues();
    }

    private Map<String, Double> sample() throws IOException {
        server.writeLine("sample");
        return server.readValues();
    }

    private static String times(Run replies, Run refusals) {
        return "p99 %.1f ms, to a 503 %.1f ms".formatted(
                replies.figure(Figure.P99_MICROS) / 1e3, refusals.figure(Figure.P99_MICROS) / 1e3);
    }
}
