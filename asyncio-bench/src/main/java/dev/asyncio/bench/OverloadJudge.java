package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Judges by figures what overload did to a server. Times are judged as multiples of what the same server takes unloaded,
/// beside the time for which the garbage collector stopped it: a message that comes within such a stop waits for its end,
/// whatever the library does.
final class OverloadJudge {

    /// Of the unloaded p99, for those who are served.
    private static final double SERVED_TIMES = 20;

    /// Of the unloaded p99, for those who are refused: they wait for the connection and the handshake, too.
    private static final double REFUSED_TIMES = 20;

    /// Of the unloaded p99, when the load has gone.
    private static final double RECOVERED_TIMES = 3;

    /// What counts for the unloaded p99 at least: below that it is the machine's noise.
    private static final double NOISE_MICROS = 1_000;

    /// However long it takes: a collector finds more to do where the library leaves more.
    private static final double STOP_LIMIT_MICROS = 300_000;

    /// More than were to be served: a server counts a connection when its handshake is through, and may have let others in
    /// just before.
    private static final int SERVED_SLACK = 64;

    /// Of heap and native memory, before and after.
    private static final double SLACK_BYTES = 16 << 20;

    private final Run unloadedReplies;
    private final Run unloadedRefusals;
    private final Map<String, Double> before;

    /// @param before what the server held when nobody was there
    OverloadJudge(Run unloadedReplies, Run unloadedRefusals, Map<String, Double> before) {
        this.unloadedReplies = unloadedReplies;
        this.unloadedRefusals = unloadedRefusals;
        this.before = before;
    }

    /// Whoever is slow unloaded would be within any multiple of that.
    List<String> findSlowUnloaded() {
        String reason = "a machine that has other things to do proves nothing";
        return Stream.of(
                findLate(unloadedReplies, SERVED_TIMES * NOISE_MICROS, reason),
                findLate(unloadedRefusals, REFUSED_TIMES * NOISE_MICROS, reason))
                .flatMap(List::stream)
                .toList();
    }

    List<String> findLate(OverloadPhase phase) {
        List<String> findings = new ArrayList<>();
        findings.addAll(findLate(phase.replies(), SERVED_TIMES, unloadedReplies, phase.stopMicros()));
        findings.addAll(findLate(phase.refusals(), REFUSED_TIMES, unloadedRefusals, phase.stopMicros()));
        if (!(phase.stopMicros() <= STOP_LIMIT_MICROS)) {
            findings.add("%s: the collector stopped the server for %,.0f us (limit %,.0f)".formatted(
                    phase.name(), phase.stopMicros(), STOP_LIMIT_MICROS));
        }
        return findings;
    }

    private static List<String> findLate(Run run, double times, Run unloaded, double stopMicros) {
        double unloadedMicros = atLeastNoise(unloaded);
        return findLate(run, times * unloadedMicros + stopMicros,
                "%.0f times %,.0f, and %,.0f for the longest stop by the collector".formatted(
                        times, unloadedMicros, stopMicros));
    }

    private static List<String> findLate(Run run, double limitMicros, String reason) {
        return run.figure(Figure.P99_MICROS) <= limitMicros
                ? List.of()
                : List.of("%s, %s: p99 %,.0f us (limit %,.0f: %s); the clients themselves were late by %,.0f".formatted(
                        run.contender(), run.facts().get(ReliabilityReport.OF), run.figure(Figure.P99_MICROS),
                        limitMicros, reason, run.figure(DueTimes.OWN_P99_MICROS)));
    }

    /// @param during what the server holds while the crowd is there
    List<String> findMemory(OverloadPhase phase, OverloadScheme scheme, Map<String, Double> during) {
        List<String> findings = new ArrayList<>();
        double connections = during.get(OverloadServer.CONNECTIONS);
        int servedCount = phase.crowd().servedCount();
        if (connections < servedCount || connections > servedCount + SERVED_SLACK) {
            findings.add("%s: %,.0f connections were served, %,d were to be".formatted(
                    phase.name(), connections, servedCount));
        }
        double heapLimit = SLACK_BYTES + connections * scheme.heapBytesAConnection;
        findings.addAll(findGrowth(phase.name() + ": the heap", SoakMeasure.HEAP, heapLimit, during));
        findings.addAll(findGrowth(phase.name() + ": native memory", SoakMeasure.NATIVE, SLACK_BYTES, during));
        return findings;
    }

    private List<String> findGrowth(String name, SoakMeasure measure, double limit, Map<String, Double> now) {
        double growth = now.get(measure.key) - before.get(measure.key);
        return growth <= limit
                ? List.of()
                : List.of("%s grew by %,.0f bytes (limit %,.0f)".formatted(name, growth, limit));
    }

    /// What is not as it was, now that the load has gone.
    List<String> findHeld(Map<String, Double> now) {
        List<String> findings = new ArrayList<>(findGrowth("the heap", SoakMeasure.HEAP, SLACK_BYTES, now));
        Stream.of(SoakMeasure.DESCRIPTORS, SoakMeasure.VIRTUAL_THREADS, SoakMeasure.REGISTRATIONS)
                .filter(measure -> now.get(measure.key) > before.get(measure.key))
                .forEach(measure -> findings.add("%s: %.0f before, %.0f still".formatted(
                        measure.title, before.get(measure.key), now.get(measure.key))));
        return findings;
    }

    /// The same of times.
    List<String> findStillSlow(Run replies) {
        double limitMicros = RECOVERED_TIMES * atLeastNoise(unloadedReplies);
        return replies.figure(Figure.P99_MICROS) <= limitMicros
                ? List.of()
                : List.of("still slow: p99 %,.0f us (limit %,.0f)".formatted(
                        replies.figure(Figure.P99_MICROS), limitMicros));
    }

    private static double atLeastNoise(Run unloaded) {
        return Math.max(NOISE_MICROS, unloaded.figure(Figure.P99_MICROS));
    }
}
