package dev.asyncio.bench;

import dev.asyncio.bench.FairnessDisturber.Disturbance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What clients, and a server's threads and deadlines, see while another takes more than its share: `Fairness FOLDER [SEED]`.
/// Bounded is what the library can bound; what handlers do to each other by computing, and tasks to the connections of their
/// loop, is shown beside what a user can do against it.
public final class Fairness {

    /// A carrier of virtual threads for each processor, unless the JVM is told otherwise.
    private static final int CARRIERS = Runtime.getRuntime().availableProcessors();

    private static final String MORE_CARRIERS =
            "-Djdk.virtualThreadScheduler.parallelism=" + (CARRIERS + 1);

    private static final String WARM_UP = "warm-up";
    private static final int BURST_CONNECTIONS = 1_000;
    private static final long BURST_MILLIS = 100;

    private static final Set<FairnessKind> ALL = EnumSet.allOf(FairnessKind.class);

    /// What needs a carrier, but not the loop that its clients are on.
    private static final Set<FairnessKind> WITHOUT_THE_LOOP =
            EnumSet.of(FairnessKind.DEADLINES, FairnessKind.NEW_THREADS);

    private final Scale scale;
    private final long seed;
    private final ReliabilityReport report;
    private final List<String> findings = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();

    /// Set by the first measurement.
    private FairnessJudge judge;

    /// Then whatever else is measured proves nothing, and is not.
    private boolean isSlowAlone;

    /// How much of it.
    ///
    /// @param seconds of each measurement
    /// @param computeMillis of each computation
    /// @param judgesLatency false where the machine is none to measure times on
    /// @param maxSilence of a process; beyond it, it hangs: it measures for less, and gives up what it waits for itself sooner
    record Scale(double seconds, long computeMillis, boolean judgesLatency, Duration maxSilence) {

        static final Scale FULL = new Scale(10, 2_000, true, ChildJvm.MAX_SILENCE);
    }

    /// Who takes part: who disturbs the first loop of a server, and clients on either loop.
    private record Cast(ChildJvm server, ChildJvm disturber, ChildJvm probe, ChildJvm otherProbe) {}

    private interface Measurement {

        void run(Cast cast) throws IOException;
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
        try {
            fairness.measureOn(serverMain, List.of(), fairness::measure);
            if (!fairness.isSlowAlone) {
                fairness.measureOn(serverMain, List.of(MORE_CARRIERS), fairness::measureWithMoreCarriers);
            }
        } catch (ChildJvm.Failure e) {
            fairness.findings.add(e.getMessage());
        }
        fairness.report.plot();
        String kinds = ALL.stream().map(kind -> kind.title).collect(Collectors.joining(", "));
        String summary = "p99 in ms of %s: %s; seed %d".formatted(kinds, String.join("; ", fairness.seen), seed);
        return new Verdict(fairness.findings.isEmpty(),
                Stream.concat(fairness.findings.stream(), Stream.of(summary)).collect(Collectors.joining("; ")));
    }

    private void measureOn(Class<?> serverMain, List<String> options, Measurement measurement) throws IOException {
        try (var server = ChildJvm.startWith(options, serverMain)) {
            Map<String, String> ports = Values.parse(server.readLine(scale.maxSilence));
            try (var disturber = ChildJvm.start(FairnessDisturber.class, ports.get("one"));
                    var probe = ChildJvm.start(FairnessProbe.class, ports.get("one"), seed);
                    var otherProbe = ChildJvm.start(FairnessProbe.class, ports.get("other"), seed)) {
                var cast = new Cast(server, disturber, probe, otherProbe);
                probe(WARM_UP, Disturbance.flood(), cast, probe);
                probe(WARM_UP, Disturbance.NOTHING, cast, otherProbe);
                measurement.run(cast);
            }
        }
    }

    private void measure(Cast cast) throws IOException {
        judge = new FairnessJudge(probe("alone", Disturbance.NOTHING, cast, cast.probe));
        if (scale.judgesLatency) {
            List<String> slow = judge.findSlowAlone();
            findings.addAll(slow);
            isSlowAlone = !slow.isEmpty();
            if (isSlowAlone) {
                return;
            }
        }
        bounded(ALL, probe("beside one that floods", Disturbance.flood(), cast, cast.probe));
        Disturbance bursts = Disturbance.bursts(BURST_CONNECTIONS, BURST_MILLIS);
        bounded(ALL,
                probe("beside bursts of %,d on their loop".formatted(BURST_CONNECTIONS), bursts, cast, cast.probe));
        bounded(ALL, probe("beside bursts on the other loop", bursts, cast, cast.otherProbe));
        bounded(ALL,
                probe("beside %d that send pongs without end".formatted(CARRIERS), Disturbance.pongs(CARRIERS), cast,
                        cast.probe));
        bounded(ALL, probe("beside %d that are sent to without end".formatted(CARRIERS), Disturbance.pouring(CARRIERS),
                cast, cast.probe));
        if (CARRIERS > 1) {
            bounded(ALL, probe("beside 1 handler that computes", computing(1), cast, cast.probe));
        }
        probe("beside %d, on all carriers".formatted(CARRIERS), computing(CARRIERS), cast, cast.probe);
        bounded(ALL, probe("beside %d, on platform threads".formatted(CARRIERS),
                Disturbance.handingOver(CARRIERS, scale.computeMillis), cast, cast.probe));
        Disturbance longTurns = Disturbance.longTurns(scale.computeMillis);
        Map<FairnessKind, Run> besideLongTurns = probe("beside long turns of their loop", longTurns, cast, cast.probe);
        findings.addAll(FairnessJudge.findNotHeldUp(besideLongTurns, scale.computeMillis));
        if (CARRIERS > 1) {
            bounded(WITHOUT_THE_LOOP, besideLongTurns);
            bounded(ALL, probe("beside long turns of the other loop", longTurns, cast, cast.otherProbe));
        }
    }

    private void measureWithMoreCarriers(Cast cast) throws IOException {
        bounded(ALL,
                probe("beside %d, with a carrier more".formatted(CARRIERS), computing(CARRIERS), cast, cast.probe));
    }

    private Disturbance computing(int handlerCount) {
        return Disturbance.computing(handlerCount, scale.computeMillis);
    }

    private void bounded(Set<FairnessKind> kinds, Map<FairnessKind, Run> runs) {
        findings.addAll(FairnessJudge.findUnserved(runs, kinds));
        if (scale.judgesLatency) {
            findings.addAll(judge.findLate(runs, kinds));
        }
    }

    /// Measures some that want little, beside one who disturbs. They are there before that one begins.
    private Map<FairnessKind, Run> probe(String phase, Disturbance disturbance, Cast cast, ChildJvm probe)
            throws IOException {
        probe.writeLine("come");
        probe.readLine(scale.maxSilence);
        cast.disturber.writeLine(disturbance.toLine());
        cast.disturber.readLine(scale.maxSilence);
        cast.server.writeLine("begin");
        cast.server.readLine(scale.maxSilence);
        probe.writeLine(Double.toString(scale.seconds));
        Map<FairnessKind, Run> runs = new EnumMap<>(FairnessKind.class);
        add(runs, phase, FairnessKind.REPLIES, probe);
        add(runs, phase, FairnessKind.NEWCOMERS, probe);
        cast.server.writeLine("figures");
        add(runs, phase, FairnessKind.DEADLINES, cast.server);
        add(runs, phase, FairnessKind.NEW_THREADS, cast.server);
        findings.addAll(SoakCounts.findUnexpected(phase, cast.server.readValues(scale.maxSilence)));
        cast.disturber.writeLine("end");
        Map<String, Double> disturbed = cast.disturber.readValues(scale.maxSilence);
        findings.addAll(SoakCounts.findUnexpected(phase, disturbed));
        probe.writeLine("leave");
        findings.addAll(SoakCounts.findUnexpected(phase, probe.readValues(scale.maxSilence)));
        if (!disturbance.equals(Disturbance.NOTHING) && disturbed.get(Figure.MESSAGES) == 0) {
            findings.add(phase + ": nobody was disturbed");
        }
        if (!phase.equals(WARM_UP)) {
            seen.add(runs.values().stream()
                    .map(run -> "%.1f".formatted(run.figure(Figure.P99_MICROS) / 1e3))
                    .collect(Collectors.joining(" ", phase + " ", "")));
        }
        return runs;
    }

    private void add(Map<FairnessKind, Run> runs, String phase, FairnessKind kind, ChildJvm witness)
            throws IOException {
        runs.put(kind, report.add(phase, kind.title, witness.readValues(scale.maxSilence)));
    }
}
