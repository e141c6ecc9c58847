package dev.asyncio.bench;

import dev.asyncio.bench.SoakJudge.Sample;
import dev.asyncio.core.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Mixed clients against one server for a time: `Soak FOLDER [SECONDS [SEED]]`. Memory, descriptors and threads must stay flat,
/// every reply must come and be right, and hostile peers get the answers that they are due. What growth
/// there is, is said for an hour. What was only late is not judged where other programs had the processors ([SoakJudge]).
///
/// The folder gets every sample (`soak.csv`), a plot of them (`soak.svg`), and what was counted (`soak.txt`).
public final class Soak {

    /// How many replies were compared.
    static final String REPLIES = "replies";

    private static final String SERVER = "server";
    private static final String CLIENTS = "clients";

    /// Unless told otherwise, the JDK keeps 20,480 TLS sessions of a client for a day: the clients' heap grew by 14 MiB before
    /// it was flat.
    private static final String FEW_TLS_SESSIONS = "-Djavax.net.ssl.sessionCacheSize=64";

    private static final List<String> JVM_OPTIONS =
            Stream.concat(Stream.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", FEW_TLS_SESSIONS),
                    SoakProbe.JVM_OPTIONS.stream())
                    .toList();

    /// What is opened for the life of a process is open after that, and what is hot is compiled for the most part.
    private static final double WARM_UP_PART = 0.1;

    private static final Duration MAX_WARM_UP = Duration.ofSeconds(30);
    private static final int SAMPLE_COUNT = 100;
    private static final Duration MIN_INTERVAL = Duration.ofMillis(400);

    /// Longer than any peer that says nothing more is waited for.
    static final Duration AFTERMATH = Duration.ofSeconds(15);

    private static final long AFTERMATH_PAUSE_MILLIS = 250;

    private final ChildJvm server;
    private final ChildJvm clients;

    private final Scale scale;

    private final long startNanos = System.nanoTime();

    /// All that were taken.
    private final List<Pair> history = new ArrayList<>();

    private ProcessorUse use;

    private Soak(ChildJvm server, ChildJvm clients, Scale scale) throws IOException {
        this.server = server;
        this.clients = clients;
        this.scale = scale;
        this.use = ProcessorUse.now(server, clients);
    }

    /// How many clients of each habit there are on each transport.
    record Mix(int fast, int slow, int silent, int reconnecting) {

        static final Mix FULL = new Mix(2, 2, 20, 2);
    }

    /// How long all takes.
    ///
    /// @param load how long clients come and go
    /// @param aftermath how long those that have left are waited for, which is as long as it takes where nothing is left over
    /// @param maxSilence of a process; beyond it, it hangs, for clients that hang are given up sooner
    record Scale(Duration load, Duration aftermath, Duration maxSilence) {

        static Scale full(Duration load) {
            return new Scale(load, AFTERMATH, ChildJvm.MAX_SILENCE);
        }
    }

    static void main(String[] args) throws Exception {
        Duration duration = Duration.ofSeconds(args.length > 1 ? Long.parseLong(args[1]) : 600);
        long seed = args.length > 2 ? Long.parseLong(args[2]) : System.nanoTime();
        System.out.println("seed " + seed);
        check(SoakServer.class, Mix.FULL, Scale.full(duration), seed, Path.of(args[0])).report();
    }

    /// @param serverMain [SoakServer], or one that does wrong
    /// @param seed of what the clients draw
    static Verdict check(Class<?> serverMain, Mix mix, Scale scale, long seed, Path folder) throws Exception {
        try (var server = ChildJvm.startWith(JVM_OPTIONS, serverMain);
                var clients = ChildJvm.startWith(JVM_OPTIONS, SoakClients.class, mix.fast, mix.slow, mix.silent,
                        mix.reconnecting, seed)) {
            clients.writeLine(server.readLine(scale.maxSilence));
            var soak = new Soak(server, clients, scale);
            Pair before = soak.warmUp();
            soak.order("begin");
            List<Pair> samples = soak.sampleUnderLoad();
            soak.order("end");
            Pair after = soak.sampleWhenLeft(before);
            samples.add(after);
            soak.write(folder, samples);
            return soak.judge(samples, before, after, seed);
        } catch (ChildJvm.Failure e) {
            return Verdict.failed(e, seed);
        }
    }

    /// Lets everything happen that happens once.
    ///
    /// @return what both hold when the first clients have left
    private Pair warmUp() throws IOException, InterruptedException {
        Pair unused = sample();
        order("begin");
        Thread.sleep(Math.min((long) (scale.load.toMillis() * WARM_UP_PART), MAX_WARM_UP.toMillis()));
        order("end");
        Deadline deadline = Deadline.after(scale.aftermath);
        Pair last = unused;
        Pair now = sample();
        while (!deadline.isExpired() && !(now.hasNoMoreRegistrations(unused) && now.hasSettledSince(last))) {
            Thread.sleep(AFTERMATH_PAUSE_MILLIS);
            last = now;
            now = sample();
        }
        return now;
    }

    private List<Pair> sampleUnderLoad() throws IOException, InterruptedException {
        List<Pair> samples = new ArrayList<>();
        Deadline deadline = Deadline.after(scale.load);
        Duration interval = scale.load.dividedBy(SAMPLE_COUNT);
        while (!deadline.isExpired() || samples.size() < SoakJudge.MIN_SAMPLE_COUNT) {
            Thread.sleep(interval.compareTo(MIN_INTERVAL) > 0 ? interval : MIN_INTERVAL);
            samples.add(sample());
        }
        return samples;
    }

    private Pair sampleWhenLeft(Pair before) throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(scale.aftermath);
        Pair now = sample();
        while (!now.findLeftOver(before).isEmpty() && !deadline.isExpired()) {
            Thread.sleep(AFTERMATH_PAUSE_MILLIS);
            now = sample();
        }
        return now;
    }

    private Pair sample() throws IOException {
        clients.writeLine("sample");
        server.writeLine("sample");
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        Map<String, Double> ofServer = server.readValues(scale.maxSilence);
        ofServer.put(SoakMeasure.OTHERS.key, takeOthersPercent());
        history.add(new Pair(new Sample(seconds, ofServer), new Sample(seconds, clients.readValues(scale.maxSilence))));
        return history.getLast();
    }

    private double takeOthersPercent() throws IOException {
        ProcessorUse before = use;
        use = ProcessorUse.now(server, clients);
        return use.since(before).get(ProcessorUse.OTHERS_PERCENT);
    }

    private void order(String line) throws IOException {
        clients.writeLine(line);
        clients.readLine(scale.maxSilence);
    }

    private Verdict judge(List<Pair> samples, Pair before, Pair after, long seed) {
        List<String> findings = new ArrayList<>();
        List<Pair> loaded = samples.subList(0, samples.size() - 1);
        findings.addAll(SoakJudge.findGrowth(SERVER, loaded.stream().map(Pair::server).toList()));
        findings.addAll(SoakJudge.findGrowth(CLIENTS, loaded.stream().map(Pair::clients).toList()));
        findings.addAll(after.findLeftOver(before));
        findings.addAll(after.find(SoakCounts::findWrong));
        List<String> late = after.find(SoakCounts::findLate);
        boolean wasStarved = SoakJudge.wasStarvedWhereLate(
                history.stream().map(Pair::server).toList(), history.stream().map(Pair::clients).toList());
        if (!wasStarved) {
            findings.addAll(late);
        }
        if (after.clients.figures().get(REPLIES) == 0) {
            findings.add("no reply at all");
        }
        String summary =
                "%s; in MiB, heap after GC %s, native %s, resident %s; longest pause %.0f ms, longest wait for a carrier %.0f ms, others had up to %.0f %% of the processors%s; seed %d"
                        .formatted(
                                after.summary(before), range(loaded, SoakMeasure.HEAP),
                                range(loaded, SoakMeasure.NATIVE), range(loaded, SoakMeasure.RESIDENT),
                                most(samples, SoakMeasure.PAUSE), most(history, SoakMeasure.VIRTUAL_STALL),
                                most(history, SoakMeasure.OTHERS),
                                wasStarved && !late.isEmpty() ? ", so not judged: " + String.join(", ", late) : "",
                                seed);
        return new Verdict(findings.isEmpty(),
                String.join("; ", findings) + (findings.isEmpty() ? "" : "; ") + summary);
    }

    /// Of the server.
    private static double most(List<Pair> samples, SoakMeasure measure) {
        return samples.stream().mapToDouble(pair -> pair.server.value(measure)).max().orElse(0);
    }

    /// Of the server, under load, and by how much it grows in an hour.
    private static String range(List<Pair> samples, SoakMeasure measure) {
        List<Sample> ofServer = samples.stream().map(Pair::server).toList();
        var all = ofServer.stream().mapToDouble(sample -> sample.value(measure)).summaryStatistics();
        return "%.1f to %.1f (%+.1f an hour)".formatted(all.getMin() / measure.unit, all.getMax() / measure.unit,
                SoakJudge.growthAnHour(ofServer, measure) / measure.unit);
    }

    private void write(Path folder, List<Pair> samples) throws IOException {
        Files.createDirectories(folder);
        List<String> lines = new ArrayList<>();
        lines.add("process,seconds," + Arrays.stream(SoakMeasure.values()).map(measure -> measure.key)
                .collect(Collectors.joining(",")));
        for (Pair pair : history) {
            lines.add(SERVER + "," + pair.server.toLine());
            lines.add(CLIENTS + "," + pair.clients.toLine());
        }
        Files.write(folder.resolve("soak.csv"), lines);
        Files.writeString(folder.resolve("soak.svg"), SoakPlot.of(
                samples.stream().map(Pair::server).toList(), samples.stream().map(Pair::clients).toList()));
        Pair last = samples.getLast();
        List<String> counts = new ArrayList<>();
        last.server.counts().forEach((name, count) -> counts.add("%s %s %.0f".formatted(SERVER, name, count)));
        last.clients.counts().forEach((name, count) -> counts.add("%s %s %.0f".formatted(CLIENTS, name, count)));
        Files.write(folder.resolve("soak.txt"), counts);
    }

    /// Both processes at one moment.
    private record Pair(Sample server, Sample clients) {

        private List<String> findLeftOver(Pair before) {
            List<String> findings = new ArrayList<>();
            findings.addAll(SoakJudge.findLeftOver(SERVER, before.server, server));
            findings.addAll(SoakJudge.findLeftOver(CLIENTS, before.clients, clients));
            return findings;
        }

        private List<String> find(BiFunction<String, Map<String, Double>, List<String>> finder) {
            List<String> findings = new ArrayList<>();
            findings.addAll(finder.apply(SERVER, server.figures()));
            findings.addAll(finder.apply(CLIENTS, clients.figures()));
            return findings;
        }

        private boolean hasNoMoreRegistrations(Pair other) {
            return server.value(SoakMeasure.REGISTRATIONS) <= other.server.value(SoakMeasure.REGISTRATIONS);
        }

        private boolean hasSettledSince(Pair earlier) {
            return server.value(SoakMeasure.DESCRIPTORS) == earlier.server.value(SoakMeasure.DESCRIPTORS)
                    && server.value(SoakMeasure.VIRTUAL_THREADS) == earlier.server.value(SoakMeasure.VIRTUAL_THREADS)
                    && !server.holdsLessThan(earlier.server)
                    && !clients.holdsLessThan(earlier.clients);
        }

        private String summary(Pair before) {
            Map<String, Double> hostile = SoakCounts.expectedIn(clients.figures());
            Map<String, Double> unjudged = SoakCounts.notJudgedIn(clients.figures());
            return ("%,.0f replies compared, %,.0f hostile acts of %d kinds answered as is due, %,.0f of %d kinds not"
                    + " judged; %s before, %s after")
                    .formatted(
                            clients.figures().get(REPLIES),
                            sum(hostile),
                            hostile.size(),
                            sum(unjudged),
                            unjudged.size(),
                            before.held(),
                            held());
        }

        private static double sum(Map<String, Double> counts) {
            return counts.values().stream().mapToDouble(Double::doubleValue).sum();
        }

        private String held() {
            return "%.0f descriptors, %.0f virtual threads and %s MiB of heap".formatted(
                    server.value(SoakMeasure.DESCRIPTORS), server.value(SoakMeasure.VIRTUAL_THREADS),
                    SoakMeasure.HEAP.format(server.value(SoakMeasure.HEAP)));
        }
    }
}
