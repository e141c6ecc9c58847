package dev.asyncio.bench;

import dev.asyncio.bench.FairnessDisturber.Disturbance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What clients, and a server's threads and deadlines, see while another takes more than its share: `Fairness FOLDER [SEED]`.
/// Bounded is what the library can bound; what handlers do to each other by computing, and tasks to the connections of their
/// loop, is shown beside what a user can do against it.
///
/// Times are those of the best of several rounds. What makes them worse may be the machine; what the library does, it does
/// in each.
public final class Fairness {

    private final Scale scale;
    private final long seed;
    private final ReliabilityReport report;
    private final List<String> findings = new ArrayList<>();

    /// What each round came to, by the order of the phases.
    private final Map<FairnessPhase, List<Map<FairnessKind, Run>>> rounds = new LinkedHashMap<>();

    /// How much of it.
    ///
    /// @param seconds of each measurement
    /// @param computeMillis of each computation
    /// @param othersPercent what others may have of the processors where times are judged; 0 where the machine is none to
    ///     measure times on
    record Scale(int roundCount, double seconds, long computeMillis, double othersPercent) {

        static final Scale FULL = new Scale(3, 5, 2_000, 10);
    }

    /// Who takes part: who disturbs the first loop of a server, and clients on either loop.
    private record Cast(ChildJvm server, ChildJvm disturber, ChildJvm probe, ChildJvm otherProbe) {

        private ProcessorUse use() throws IOException {
            return ProcessorUse.now(server, disturber, probe, otherProbe);
        }
    }

    private Fairness(Scale scale, long seed, ReliabilityReport report) {
        this.scale = scale;
        this.seed = seed;
        this.report = report;
    }

    static void main(String[] args) throws Exception {
        long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
        System.out.println("seed " + seed);
        check(FairnessServer.class, Scale.FULL, seed, Path.of(args[0])).report();
    }

    /// @param serverMain [FairnessServer], or one that does wrong
    static Verdict check(Class<?> serverMain, Scale scale, long seed, Path folder) throws IOException {
        var fairness = new Fairness(scale, seed, ReliabilityReport.begin(folder, "fairness"));
        fairness.measure(serverMain, List.of(), FairnessPhase.all(scale.computeMillis));
        fairness.measure(serverMain, List.of(FairnessPhase.MORE_CARRIERS),
                FairnessPhase.withMoreCarriers(scale.computeMillis));
        fairness.report.plot();
        return fairness.judge();
    }

    private void measure(Class<?> serverMain, List<String> options, List<FairnessPhase> phases) throws IOException {
        try (var server = ChildJvm.startWith(options, serverMain)) {
            Map<String, String> ports = Values.parse(server.readLine());
            try (var disturber = ChildJvm.start(FairnessDisturber.class, ports.get("one"));
                    var probe = ChildJvm.start(FairnessProbe.class, ports.get("one"), seed);
                    var otherProbe = ChildJvm.start(FairnessProbe.class, ports.get("other"), seed)) {
                var cast = new Cast(server, disturber, probe, otherProbe);
                for (FairnessPhase phase : FairnessPhase.WARM_UP) {
                    probe(phase, cast);
                }
                for (int round = 0; round < scale.roundCount; round++) {
                    for (FairnessPhase phase : phases) {
                        measure(phase, cast);
                    }
                }
            }
        }
    }

    private void measure(FairnessPhase phase, Cast cast) throws IOException {
        Map<FairnessKind, Run> runs = probe(phase, cast);
        rounds.computeIfAbsent(phase, _ -> new ArrayList<>()).add(runs);
        findings.addAll(FairnessJudge.findUnserved(runs, phase.bounded()));
        if (phase.mustHoldUp()) {
            findings.addAll(FairnessJudge.findNotHeldUp(runs, scale.computeMillis));
        }
    }

    /// Looks at some that want little, beside one who disturbs. They are there before that one begins.
    private Map<FairnessKind, Run> probe(FairnessPhase phase, Cast cast) throws IOException {
        ChildJvm probe = phase.isOnOtherLoop() ? cast.otherProbe : cast.probe;
        probe.writeLine("come");
        probe.readLine();
        cast.disturber.writeLine(phase.disturbance().toLine());
        cast.disturber.readLine();
        cast.server.writeLine("begin");
        cast.server.readLine();
        ProcessorUse before = cast.use();
        probe.writeLine(Double.toString(scale.seconds));
        Map<FairnessKind, Map<String, Double>> seen = new EnumMap<>(FairnessKind.class);
        seen.put(FairnessKind.REPLIES, probe.readValues());
        seen.put(FairnessKind.NEWCOMERS, probe.readValues());
        cast.server.writeLine("figures");
        seen.put(FairnessKind.DEADLINES, cast.server.readValues());
        seen.put(FairnessKind.NEW_THREADS, cast.server.readValues());
        Map<String, Double> use = cast.use().since(before);
        findings.addAll(SoakCounts.findUnexpected(phase.name(), cast.server.readValues()));
        cast.disturber.writeLine("end");
        Map<String, Double> disturbed = cast.disturber.readValues();
        findings.addAll(SoakCounts.findUnexpected(phase.name(), disturbed));
        probe.writeLine("leave");
        findings.addAll(SoakCounts.findUnexpected(phase.name(), probe.readValues()));
        if (!phase.disturbance().equals(Disturbance.NOTHING) && disturbed.get(Figure.MESSAGES) == 0) {
            findings.add(phase.name() + ": nobody was disturbed");
        }
        Map<FairnessKind, Run> runs = new EnumMap<>(FairnessKind.class);
        for (FairnessKind kind : seen.keySet()) {
            Map<String, Double> figures = seen.get(kind);
            figures.putAll(use);
            runs.put(kind, report.add(phase.name(), kind.title, figures));
        }
        return runs;
    }

    private Verdict judge() {
        var judge = new FairnessJudge(bestWhereQuiet(FairnessPhase.ALONE));
        findings.addAll(judge.findSlowAlone());
        List<String> unjudged = new ArrayList<>();
        for (FairnessPhase phase : rounds.keySet()) {
            Map<FairnessKind, Run> best = bestWhereQuiet(phase);
            if (judge.canJudge(best)) {
                findings.addAll(judge.findLate(best, phase.bounded(), phase.times()));
            } else {
                unjudged.add(phase.name());
            }
        }
        String summary = "p99 in ms of %s: %s%s; seed %d".formatted(
                Arrays.stream(FairnessKind.values()).map(kind -> kind.title).collect(Collectors.joining(", ")),
                rounds.entrySet().stream()
                        .map(entry -> entry.getKey().name() + times(FairnessJudge.best(entry.getValue())))
                        .collect(Collectors.joining("; ")),
                unjudged.isEmpty()
                        ? ""
                        : "; not judged, since others had %.0f %% of the processors or more: %s".formatted(
                                scale.othersPercent, String.join("; ", unjudged)),
                seed);
        return new Verdict(findings.isEmpty(),
                Stream.concat(findings.stream(), Stream.of(summary)).collect(Collectors.joining("; ")));
    }

    private Map<FairnessKind, Run> bestWhereQuiet(FairnessPhase phase) {
        return FairnessJudge.best(FairnessJudge.quiet(rounds.get(phase), scale.othersPercent));
    }

    private static String times(Map<FairnessKind, Run> runs) {
        return runs.values().stream()
                .map(run -> " %.1f".formatted(run.figure(Figure.P99_MICROS) / 1e3))
                .collect(Collectors.joining());
    }
}
