package dev.asyncio.bench;

import dev.asyncio.bench.FairnessDisturber.Disturbance;
import dev.asyncio.bench.OverloadClients.Crowd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What clients see while another takes more than its share: `Fairness FOLDER`. Bounded is what the library can bound;
/// what handlers do to each other by computing, and tasks to the connections of their loop, is shown beside what a user
/// can do against it.
public final class Fairness {

    /// A carrier of virtual threads for each processor, unless the JVM is told otherwise.
    private static final int CARRIERS = Runtime.getRuntime().availableProcessors();

    private static final String MORE_CARRIERS =
            "-Djdk.virtualThreadScheduler.parallelism=" + (CARRIERS + 1);

    private static final String WARM_UP = "warm-up";
    private static final int BURST_CONNECTIONS = 1_000;
    private static final long BURST_MILLIS = 100;

    /// For the p99 of what the library can bound.
    private static final double LIMIT_MICROS = 100_000;

    private final Scale scale;
    private final ReliabilityReport report;
    private final List<String> findings = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();

    /// How much of it.
    ///
    /// @param seconds of each measurement
    /// @param computeMillis of each computation
    /// @param judgesLatency false where the machine is none to measure times on
    record Scale(double seconds, long computeMillis, boolean judgesLatency) {

        static final Scale FULL = new Scale(10, 2_000, true);
    }

    private Fairness(Scale scale, ReliabilityReport report) {
        this.scale = scale;
        this.report = report;
    }

    static void main(String[] args) throws Exception {
        check(Path.of(args[0]), Scale.FULL).report();
    }

    static Verdict check(Path folder, Scale scale) throws IOException {
        var fairness = new Fairness(scale, ReliabilityReport.begin(folder, "fairness"));
        fairness.measureOn(List.of(), fairness::measure);
        fairness.measureOn(List.of(MORE_CARRIERS), fairness::measureWithMoreCarriers);
        fairness.report.plot();
        String summary = "others' p99 " + String.join(", ", fairness.seen);
        return new Verdict(
                fairness.findings.isEmpty(),
                Stream.concat(fairness.findings.stream(), Stream.of(summary)).reduce((a, b) -> a + "; " + b).get());
    }

    private interface Measurement {

        void run(ChildJvm disturber, ChildJvm probe, ChildJvm otherProbe) throws IOException;
    }

    /// Starts a server, one who disturbs its first loop, and clients on either loop.
    private void measureOn(List<String> options, Measurement measurement) throws IOException {
        try (var server = ChildJvm.startWith(options, FairnessServer.class)) {
            Map<String, String> ports = Values.parse(server.readLine());
            try (var disturber = ChildJvm.start(FairnessDisturber.class, ports.get("one"));
                    var probe = ChildJvm.start(OverloadClients.class, ports.get("one"), 0, 60);
                    var otherProbe = ChildJvm.start(OverloadClients.class, ports.get("other"), 0, 60)) {
                probe(WARM_UP, Disturbance.flood(), disturber, probe);
                probe(WARM_UP, Disturbance.NOTHING, disturber, otherProbe);
                measurement.run(disturber, probe, otherProbe);
            }
        }
    }

    private void measure(ChildJvm disturber, ChildJvm probe, ChildJvm otherProbe) throws IOException {
        Disturbance bursts = Disturbance.bursts(BURST_CONNECTIONS, BURST_MILLIS);
        bounded(probe("alone", Disturbance.NOTHING, disturber, probe));
        bounded(probe("beside one that floods", Disturbance.flood(), disturber, probe));
        bounded(probe("beside bursts of %,d on their loop".formatted(BURST_CONNECTIONS), bursts, disturber, probe));
        bounded(probe("beside bursts on the other loop", bursts, disturber, otherProbe));
        if (CARRIERS > 1) {
            bounded(probe("beside 1 handler that computes", computing(1), disturber, probe));
        }
        probe("beside %d, on all carriers".formatted(CARRIERS), computing(CARRIERS), disturber, probe);
        bounded(probe("beside %d, on platform threads".formatted(CARRIERS),
                Disturbance.handingOver(CARRIERS, scale.computeMillis), disturber, probe));
        Disturbance longTurns = Disturbance.longTurns(scale.computeMillis);
        heldUp(probe("beside long turns of their loop", longTurns, disturber, probe));
        if (CARRIERS > 1) {
            bounded(probe("beside long turns of the other loop", longTurns, disturber, otherProbe));
        }
    }

    private void measureWithMoreCarriers(ChildJvm disturber, ChildJvm probe, ChildJvm otherProbe) throws IOException {
        bounded(probe("beside %d, with a carrier more".formatted(CARRIERS), computing(CARRIERS), disturber, probe));
    }

    private Disturbance computing(int handlerCount) {
        return Disturbance.computing(handlerCount, scale.computeMillis);
    }

    /// Measures some clients that say little, beside one who disturbs.
    private Run probe(String phase, Disturbance disturbance, ChildJvm disturber, ChildJvm probe) throws IOException {
        disturber.writeLine(disturbance.toLine());
        disturber.readLine();
        probe.writeLine(new Crowd(8, 50, 0.2, scale.seconds, 1).toLine());
        probe.readLine();
        Run run = report.add(phase, "replies", probe.readValues());
        probe.readLine(); // nobody was refused
        disturber.writeLine("end");
        Map<String, Double> disturbed = disturber.readValues();
        probe.writeLine("leave");
        findings.addAll(SoakCounts.findUnexpected(phase, disturbed));
        findings.addAll(SoakCounts.findUnexpected(phase, probe.readValues()));
        if (!disturbance.equals(Disturbance.NOTHING) && disturbed.get(Figure.MESSAGES) == 0) {
            findings.add(phase + ": nobody was disturbed");
        }
        if (!phase.equals(WARM_UP)) {
            seen.add("%s %.1f ms".formatted(phase, run.figure(Figure.P99_MICROS) / 1e3));
        }
        return run;
    }

    /// Else it would be no disturbance for those on the other loop either.
    private void heldUp(Run run) {
        if (run.figure(Figure.MAX_MICROS) < scale.computeMillis * 1e3 / 2) {
            findings.add("%s: nobody waited for %,d ms".formatted(run.contender(), scale.computeMillis));
        }
    }

    private void bounded(Run run) {
        if (scale.judgesLatency && run.figure(Figure.P99_MICROS) > LIMIT_MICROS) {
            findings.add("%s: p99 %,.0f us (limit %,.0f)".formatted(
                    run.contender(), run.figure(Figure.P99_MICROS), LIMIT_MICROS));
        }
        if (run.figure(Figure.MESSAGES) == 0) {
            findings.add(run.contender() + ": no reply at all");
        }
    }
}
