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
/// options of the server's JVM. First it is found out how many messages it sustains; then clients come that want five times
/// as many, and then as many connections as are said, with more before the door. It must hold a bounded memory, answer those
/// whom it serves in time, refuse the others with 503, also in time, and be as before soon after.
///
/// What it sustains is the highest of some rates at which replies are in time when clients send by the clock, whatever the
/// server does: the same as is demanded of it later. Where it is asked for five times of that, it serves a part of what it
/// sustains, as a user would have it, since to refuse the others is work, too.
///
/// Server and clients have a core each, which each shares with its compiler. So all is called often before it is measured,
/// and what the compilers had to do meanwhile is said.
public final class Overload {

    private static final double TIMES = 5;

    /// Of what the server sustains, what those that it serves may take. The rest of the five times is refused.
    private static final double SERVED_PART = 0.6;

    /// Of what the server sustains, what all clients send where connections are the overload.
    private static final double CROWD_PART = 0.4;

    /// Of what the server sustained before, what it must sustain when it was asked for more: not all, for it was the highest
    /// rate that just went well.
    private static final double AGAIN_PART = 0.8;

    /// Of all that it can do, what is tried, from the most to the least, by steps.
    private static final int MOST_PERCENT = 90;
    private static final int LEAST_PERCENT = 50;
    private static final int STEP_PERCENT = 10;

    /// Messages a second, in place of what the server sustains, where that cannot be found out: any server answers so many
    /// before its clients lose their patience, whatever else its machine has to do.
    private static final double MODEST_RATE = 1_000;

    /// Of each client where the rate is the overload.
    private static final double MESSAGES_PER_SECOND = 50;

    /// Before the door, for each ten connections within.
    private static final double TURNED_AWAY_PART = 0.1;

    /// Of the time, what a compiler may work for that has all but done its work.
    private static final double COMPILING_PART = 0.03;

    private static final int MAX_WARM_UPS = 6;

    private final OverloadProcesses processes;
    private final CoreDistance distance;
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
    /// @param judgesLatency false where the machine is none to measure times on; then the server is not asked for as much as
    ///     it can do, and is judged by what it does, not by when
    record Scale(int connectionCount, double seconds, double recoverySeconds, long patienceSeconds,
            boolean judgesLatency) {

        static Scale full(int connectionCount) {
            return new Scale(connectionCount, 10, 10, 30, true);
        }
    }

    private Overload(OverloadProcesses processes, CoreDistance distance, OverloadScheme scheme, Scale scale) {
        this.processes = processes;
        this.distance = distance;
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
        try (var distance = scale.judgesLatency ? CoreDistance.start() : CoreDistance.unknown();
                var processes = OverloadProcesses.start(
                        serverMain, options, scheme, seed, scale.patienceSeconds, report)) {
            return new Overload(processes, distance, scheme, scale).check(seed);
        } finally {
            report.plot();
        }
    }

    private Verdict check(long seed) throws IOException, InterruptedException {
        distance.nanos(); // so that the least is known before it counts
        processes.limit(32); // so that the refused have their warm-up, too
        warmUp();
        Map<String, Double> before = processes.sample();
        processes.limit(Integer.MAX_VALUE);
        Phase unloaded = processes.run("unloaded", new Crowd(10, 20, 0.5, 0, scale.seconds, 1));
        processes.limit(0);
        Phase turnedAway = processes.run("all turned away", new Crowd(10, 0, 0.5, 0, scale.seconds, 0.2));
        seen.add("%s: unloaded %s".formatted(scheme, times(unloaded.replies(), turnedAway.refusals())));
        var judge = new OverloadJudge(unloaded.replies(), turnedAway.refusals(), before);
        if (scale.judgesLatency) {
            findings.addAll(judge.findSlowUnloaded());
        }
        double sustained = askForMore(judge);
        crowd(judge, sustained);
        recover(judge);
        findings.addAll(processes.findUnexpected());
        seen.add("seed " + seed);
        return new Verdict(findings.isEmpty(),
                Stream.concat(findings.stream(), seen.stream()).collect(Collectors.joining("; ")));
    }

    private void warmUp() throws IOException {
        double compilingPart;
        int count = 0;
        do {
            Run replies = processes.run("warm-up", new Crowd(64, 0, 0.5, 0, scale.seconds, 0.05)).replies();
            compilingPart = Math.max(
                    replies.figure(Figure.SERVER_COMPILE_MILLIS), replies.figure(Figure.CLIENT_COMPILE_MILLIS))
                    / 1e3 / scale.seconds;
            count++;
        } while (scale.judgesLatency && compilingPart > COMPILING_PART && count < MAX_WARM_UPS);
    }

    /// Where a load is too much while the cores go apart, that says nothing of the server. What the server can do afterwards
    /// would be no excuse, for it may be the server that can do less.
    ///
    /// @return what it sustains, in messages a second
    private double askForMore(OverloadJudge judge) throws IOException, InterruptedException {
        var tried = distance.tryNear(() -> askOnce(judge), asked -> asked.late.isEmpty());
        List<String> late = tried.value().late;
        if (tried.isExcused()) {
            seen.add("not judged, for the cores went apart each time: " + String.join(", ", late));
        } else {
            findings.addAll(late);
        }
        return tried.value().rate;
    }

    /// What came of it to ask for so many messages a second.
    private record Asked(double rate, List<String> late) {}

    /// Has clients come that want five times as much as the server sustains, which is found out just before; a part of it must
    /// be sustained just after.
    private Asked askOnce(OverloadJudge judge) throws IOException {
        Asked asked = scale.judgesLatency ? findSustained(judge) : sendSteadily(judge, "%,.0f/s", MODEST_RATE);
        List<String> late = new ArrayList<>(asked.late);
        late.addAll(askForFiveTimes(judge, asked.rate));
        processes.limit(Integer.MAX_VALUE);
        late.addAll(sendSteadily(judge, "%,.0f/s again", AGAIN_PART * asked.rate).late);
        return new Asked(asked.rate, late);
    }

    /// @return what came of the highest rate that goes well, or of the lowest that is tried if none does
    private Asked findSustained(OverloadJudge judge) throws IOException {
        double capacity = Figure.messagesPerSecond(
                processes.run("all it can do", new Crowd(64, 0, 0.5, 0, scale.seconds, 1)).replies());
        int percent = MOST_PERCENT;
        Asked asked = sendSteadily(judge, "%,.0f/s", capacity * percent / 100);
        while (!asked.late.isEmpty() && percent > LEAST_PERCENT) {
            percent -= STEP_PERCENT;
            asked = sendSteadily(judge, "%,.0f/s", capacity * percent / 100);
        }
        seen.add("%s %,.0f/s of the %,.0f/s that are all it can do".formatted(
                asked.late.isEmpty() ? "sustains" : "does not sustain", asked.rate, capacity));
        return asked;
    }

    /// @param name with a place for the rate
    private Asked sendSteadily(OverloadJudge judge, String name, double rate) throws IOException {
        int clientCount = (int) Math.max(1, rate / MESSAGES_PER_SECOND);
        double arrivalSeconds = clientCount / scheme.arrivalsPerSecond;
        Phase phase = processes.run(name.formatted(rate),
                new Crowd(clientCount, MESSAGES_PER_SECOND, arrivalSeconds, 0, scale.seconds, 1));
        return new Asked(rate, findLate(judge, phase));
    }

    /// @return what was late
    private List<String> askForFiveTimes(OverloadJudge judge, double sustained) throws IOException {
        int wantedCount = (int) Math.ceil(TIMES * sustained / MESSAGES_PER_SECOND);
        int servedCount = (int) Math.max(1, SERVED_PART * sustained / MESSAGES_PER_SECOND);
        processes.limit(servedCount);
        Phase fiveTimes = processes.measure("%.0f times as much asked for".formatted(TIMES),
                new Crowd(wantedCount, MESSAGES_PER_SECOND, scheme.returnSeconds, scale.seconds, scale.seconds,
                        scheme.returnSeconds),
                servedCount);
        List<String> late = judge(judge, "asked for %.0f times as many (%,.0f/s)".formatted(
                TIMES, wantedCount * MESSAGES_PER_SECOND), fiveTimes);
        processes.leave();
        return late;
    }

    /// Lets as many come as are to be served at once, and more; they stay.
    private void crowd(OverloadJudge judge, double sustained) throws IOException {
        processes.limit(scale.connectionCount);
        int arrivingCount = (int) (scale.connectionCount * (1 + TURNED_AWAY_PART));
        double arrivalSeconds = scheme.returnSeconds + arrivingCount / scheme.arrivalsPerSecond;
        String name = "%,d connections".formatted(scale.connectionCount);
        Phase crowded = processes.measure(name,
                new Crowd(arrivingCount, CROWD_PART * sustained / scale.connectionCount, arrivalSeconds, 0,
                        scale.seconds, scheme.returnSeconds),
                scale.connectionCount);
        findings.addAll(judge(judge, name, crowded));
    }

    /// Has them leave, and waits until clients are served as before, and nothing is held of the others.
    private void recover(OverloadJudge judge) throws IOException {
        long startNanos = System.nanoTime();
        processes.leave();
        processes.limit(Integer.MAX_VALUE);
        List<String> left = new ArrayList<>();
        double seconds;
        do {
            left.clear();
            Phase afterwards = processes.run("afterwards", new Crowd(10, 20, 0, 0, 1, 1));
            if (scale.judgesLatency) {
                left.addAll(judge.findStillSlow(afterwards.replies()));
            }
            left.addAll(judge.findHeld(processes.sample()));
            seconds = (System.nanoTime() - startNanos) / 1e9;
        } while (!left.isEmpty() && seconds < scale.recoverySeconds);
        for (String finding : left) {
            findings.add("%.1f s after the load had gone: %s".formatted(seconds, finding));
        }
        seen.add(
                "%s %.1f s after the load had gone".formatted(left.isEmpty() ? "as before" : "not as before", seconds));
    }

    /// Of a crowd that is still there. Says what it came to.
    ///
    /// @return what was late
    private List<String> judge(OverloadJudge judge, String name, Phase phase) throws IOException {
        Run replies = phase.replies();
        Map<String, Double> held = processes.sample();
        findings.addAll(phase.findNobodyRefused());
        findings.addAll(judge.findMemory(phase, scheme, held));
        seen.add("%s: %,.0f/s served, %,.0f/s refused with 503, %s, longest stop by the collector %.0f ms, wait for a carrier %.0f ms, heap %.1f MiB, resident %.1f MiB, %s"
                .formatted(
                        name, Figure.messagesPerSecond(replies), Figure.messagesPerSecond(phase.refusals()),
                        times(replies, phase.refusals()), phase.stopMicros() / 1e3,
                        replies.figure(SoakMeasure.VIRTUAL_STALL.key),
                        held.get(SoakMeasure.HEAP.key) / SoakMeasure.HEAP.unit,
                        held.get(SoakMeasure.RESIDENT.key) / SoakMeasure.RESIDENT.unit, busy(replies)));
        return findLate(judge, phase);
    }

    private List<String> findLate(OverloadJudge judge, Phase phase) {
        return scale.judgesLatency
                ? Stream.concat(judge.findLate(phase).stream(), phase.findMissing().stream()).toList()
                : List.of();
    }

    /// Who kept the cores busy.
    private static String busy(Run replies) {
        return "cores: server %.0f %%, clients %.0f %%, others %.0f %% of both; compilers %.0f and %.0f ms".formatted(
                Metric.SERVER_CPU_SHARE.value().applyAsDouble(replies),
                Metric.CLIENT_CPU_SHARE.value().applyAsDouble(replies),
                replies.figure(ProcessorUse.OTHERS_PERCENT), replies.figure(Figure.SERVER_COMPILE_MILLIS),
                replies.figure(Figure.CLIENT_COMPILE_MILLIS));
    }

    private static String times(Run replies, Run refusals) {
        return "p99 %.1f ms, to a 503 %.1f ms".formatted(
                replies.figure(Figure.P99_MICROS) / 1e3, refusals.figure(Figure.P99_MICROS) / 1e3);
    }
}
