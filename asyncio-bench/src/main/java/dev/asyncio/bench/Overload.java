package dev.asyncio.bench;

import dev.asyncio.bench.CoreDistance.Tried;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    /// Of all that it can do, what is tried, from the most to the least, by steps.
    private static final int MOST_PERCENT = 90;
    private static final int LEAST_PERCENT = 50;
    private static final int STEP_PERCENT = 10;

    /// Of what the server sustained before, what it must sustain when it was asked for more: not all, for it was the highest
    /// rate that just went well.
    private static final double AGAIN_PART = 0.8;

    /// Messages a second, in place of what the server sustains, where that cannot be found out: any server answers so many
    /// before its clients lose their patience, whatever else its machine has to do.
    private static final double MODEST_RATE = 1_000;

    /// Of the time, what a compiler may work for that has all but done its work.
    private static final double COMPILING_PART = 0.03;

    private static final int MAX_WARM_UPS = 6;

    private final OverloadProcesses processes;
    private final CoreDistance distance;
    private final OverloadScheme scheme;
    private final Scale scale;
    private final List<String> findings = new ArrayList<>();
    private final List<String> seen = new ArrayList<>();

    /// Set when it is known what the server does unloaded.
    private OverloadJudge judge;

    /// How much of it.
    ///
    /// @param connectionCount that are served at once where connections are the overload
    /// @param seconds of each measurement
    /// @param returnSeconds until one that was refused comes again, on average; so long those take to come, too
    /// @param recoverySeconds within which all is to be as before
    /// @param patienceSeconds of clients, and of either side in handshakes; beyond it, a reply is lost
    /// @param judgesLatency false where the machine is none to measure times on; then the server is not asked for as much as
    ///     it can do, and is judged by what it does, not by when
    /// @param maxSilence of a process, beyond what it is told to take; then it hangs
    record Scale(int connectionCount, double seconds, double returnSeconds, double recoverySeconds,
            long patienceSeconds, boolean judgesLatency, Duration maxSilence) {

        static Scale full(int connectionCount, OverloadScheme scheme) {
            return new Scale(connectionCount, 10, scheme.returnSeconds, 10, 30, true, ChildJvm.MAX_SILENCE);
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
        var scheme = Names.find("scheme", OverloadScheme.values(), args.length > 2 ? args[2] : "WS");
        long seed = args.length > 3 ? Long.parseLong(args[3]) : System.nanoTime();
        List<String> options = Arrays.stream(args).skip(4).toList();
        System.out.println("seed " + seed);
        check(OverloadServer.class, options, scheme, Scale.full(connectionCount, scheme), seed, Path.of(args[0]))
                .report();
    }

    /// @param serverMain [OverloadServer], or one that does wrong
    static Verdict check(Class<?> serverMain, List<String> options, OverloadScheme scheme, Scale scale, long seed,
            Path folder) throws IOException, InterruptedException {
        var report = ReliabilityReport.begin(folder, "overload");
        try (var distance = scale.judgesLatency ? CoreDistance.start() : CoreDistance.unknown();
                var processes = OverloadProcesses.start(serverMain, options, scheme, seed, scale, report)) {
            return new Overload(processes, distance, scheme, scale).check(seed);
        } catch (ChildJvm.Failure e) {
            return Verdict.failed(e, seed);
        } finally {
            report.plot();
        }
    }

    private Verdict check(long seed) throws IOException, InterruptedException {
        distance.nanos(); // so that the least is known before it counts
        warmUp();
        Map<String, Double> before = processes.sample();
        Run replies = processes.run("unloaded", OverloadCrowd.few(scale.seconds)).replies();
        Run refusals = processes.run("all turned away", OverloadCrowd.turnedAway(scale.seconds)).refusals();
        seen.add("%s: unloaded %s".formatted(scheme, OverloadPhase.times(replies, refusals)));
        judge = new OverloadJudge(replies, refusals, before);
        if (scale.judgesLatency) {
            findings.addAll(judge.findSlowUnloaded());
        }
        crowd(askForMore());
        recover();
        findings.addAll(processes.findUnexpected());
        seen.add("seed " + seed);
        return new Verdict(findings.isEmpty(),
                Stream.concat(findings.stream(), seen.stream()).collect(Collectors.joining("; ")));
    }

    private void warmUp() throws IOException {
        OverloadPhase phase;
        int count = 0;
        do {
            phase = processes.run("warm-up", OverloadCrowd.warmUp(scale.seconds));
            count++;
        } while (scale.judgesLatency && phase.compilingPart() > COMPILING_PART && count < MAX_WARM_UPS);
    }

    /// Where a load is too much while the cores go apart, that says nothing of the server. What the server can do afterwards
    /// would be no excuse, for it may be the server that can do less.
    ///
    /// @return what it sustains, in messages a second
    private double askForMore() throws IOException, InterruptedException {
        Tried<Asked> tried = distance.tryNear(this::askOnce, asked -> asked.late.isEmpty());
        Asked asked = tried.value();
        if (tried.isExcused()) {
            seen.add("not judged, for the cores went apart each time: " + String.join(", ", asked.late));
        } else {
            findings.addAll(asked.late);
        }
        return asked.rate;
    }

    /// What came of it to ask for so many messages a second.
    private record Asked(double rate, List<String> late) {}

    /// Has clients come that want five times as much as the server sustains, which is found out just before; a part of it must
    /// be sustained just after.
    private Asked askOnce() throws IOException {
        Asked asked = scale.judgesLatency ? findSustained() : sendSteadily("%,.0f/s", MODEST_RATE);
        List<String> late = new ArrayList<>(asked.late);
        late.addAll(askForFiveTimes(asked.rate));
        late.addAll(sendSteadily("%,.0f/s again", AGAIN_PART * asked.rate).late);
        return new Asked(asked.rate, late);
    }

    /// @return what came of the highest rate that goes well, or of the lowest that is tried if none does
    private Asked findSustained() throws IOException {
        Run replies = processes.run("all it can do", OverloadCrowd.busy(scale.seconds)).replies();
        double capacity = Figure.messagesPerSecond(replies);
        int percent = MOST_PERCENT;
        Asked asked = sendSteadily("%,.0f/s", capacity * percent / 100);
        while (!asked.late.isEmpty() && percent > LEAST_PERCENT) {
            percent -= STEP_PERCENT;
            asked = sendSteadily("%,.0f/s", capacity * percent / 100);
        }
        seen.add("%s %,.0f/s of the %,.0f/s that are all it can do".formatted(
                asked.late.isEmpty() ? "sustains" : "does not sustain", asked.rate, capacity));
        return asked;
    }

    /// @param name with a place for the rate
    private Asked sendSteadily(String name, double rate) throws IOException {
        var crowd = OverloadCrowd.steady(rate, scheme, scale.seconds);
        return new Asked(rate, findLate(processes.run(name.formatted(rate), crowd)));
    }

    /// @return what was late
    private List<String> askForFiveTimes(double sustained) throws IOException {
        String name = "asked for %.0f times as much (%,.0f/s)".formatted(
                OverloadCrowd.TIMES, OverloadCrowd.TIMES * sustained);
        List<String> late = overload(name, OverloadCrowd.fiveTimes(sustained, scale));
        processes.leave();
        return late;
    }

    /// Lets as many come as are to be served at once, and more; they stay.
    private void crowd(double sustained) throws IOException {
        findings.addAll(overload("%,d connections".formatted(scale.connectionCount),
                OverloadCrowd.connections(sustained, scheme, scale)));
    }

    /// Lets a crowd come that is too large, looks at the server while it is there, and says what it came to.
    ///
    /// @return what was late
    private List<String> overload(String name, OverloadCrowd crowd) throws IOException {
        OverloadPhase phase = processes.measure(name, crowd);
        Map<String, Double> held = processes.sample();
        findings.addAll(phase.findNobodyRefused());
        findings.addAll(judge.findMemory(phase, scheme, held));
        seen.add(phase.summary(held));
        return findLate(phase);
    }

    private List<String> findLate(OverloadPhase phase) {
        return scale.judgesLatency
                ? Stream.concat(judge.findLate(phase).stream(), phase.findMissing().stream()).toList()
                : List.of();
    }

    /// Has them leave, and waits until clients are served as before, and nothing is held of the others.
    private void recover() throws IOException {
        long startNanos = System.nanoTime();
        processes.leave();
        List<String> left = new ArrayList<>();
        double seconds;
        do {
            left.clear();
            Run replies = processes.run("afterwards", OverloadCrowd.few(1)).replies();
            if (scale.judgesLatency) {
                left.addAll(judge.findStillSlow(replies));
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
}
