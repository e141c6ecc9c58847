package dev.asyncio.bench;

import dev.asyncio.bench.LoadDialogue.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Servers under the same loads of the same client, or clients with the same loads for the same server, each in a process
/// of its own, the server pinned to one core and the client to another. In each round all start afresh, and then take turns
/// under each load, while the others are stopped by the system: a machine is faster at some times than at others, so what
/// is compared is measured soon after one another. For the most connections, there is one server at a time.
final class PinnedComparison implements Comparison {

    static final int SERVER_CORE = Pinning.serverCore();
    static final int CLIENT_CORE = Pinning.clientCore();

    private static final double PROCESSES_SECONDS = 1.5;

    /// In the mean, until compilers have all but done their work.
    private static final int MORE_REHEARSALS = 7;
    private static final double LOAD_SECONDS = 0.3;
    private static final double CROWD_SECONDS = 12;
    private static final int LOAD_ARGUMENTS = 5;
    private static final int MIN_REHEARSALS = 3;

    /// A server that has had more keeps what it took for them, up to 1 GB; so many servers have no room beside each other.
    private static final int MAX_CONNECTIONS_TOGETHER = 1_000;

    private final String name;
    private final Class<?> client;
    private final List<String> clientOptions;
    private final List<Subject> subjects;
    private final List<Map<String, String>> loads;

    /// @param name of the result file
    /// @param client a main that speaks the [LoadDialogue]
    /// @param clientOptions what its command line has after host and port
    /// @param subjects in the order of the tables
    /// @param loads in the order in which each server gets them
    PinnedComparison(
            String name,
            Class<?> client,
            List<String> clientOptions,
            List<Subject> subjects,
            List<Map<String, String>> loads) {
        this.name = name;
        this.client = client;
        this.clientOptions = clientOptions;
        this.subjects = subjects;
        this.loads = loads;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public double roundSeconds(Pace pace) {
        long crowdCount = loads.stream().filter(PinnedComparison::isCrowd).count();
        int rehearsalCount = MORE_REHEARSALS + rehearsals(loads).size() + (crowdCount > 0 ? MIN_REHEARSALS : 0);
        return subjects.size() * (PROCESSES_SECONDS
                + rehearsalCount * (LOAD_SECONDS + pace.rehearsal().seconds())
                + loads.stream().mapToDouble(load -> LOAD_SECONDS + pace.of(load).seconds()).sum()
                + crowdCount * CROWD_SECONDS);
    }

    @Override
    public List<Map<String, String>> facts(int round) {
        return loads.stream().flatMap(load -> facts(subjects, load, round).stream()).toList();
    }

    private static List<Map<String, String>> facts(List<Subject> subjects, Map<String, String> load, int round) {
        return subjects.stream().map(subject -> Run.facts(subject.title(), load, round)).toList();
    }

    @Override
    public void runRound(int round, Pace pace, ResultFile file) throws IOException, InterruptedException {
        dropIncomplete(round, file);
        for (Subject subject : subjects) {
            file.noteSettings(subject.title(), subject.options().get());
        }
        List<Subject> turn = Comparison.inTurn(subjects, round);
        Map<Boolean, List<Map<String, String>>> byCrowd =
                loads.stream().collect(Collectors.partitioningBy(PinnedComparison::isCrowd));
        try (CoreDistance distance = CoreDistance.start()) {
            runTogether(turn, byCrowd.get(false), round, pace, distance, file);
            for (Subject subject : turn) {
                runTogether(List.of(subject), byCrowd.get(true), round, pace, distance, file);
            }
        }
    }

    /// Measures what the file does not have of some loads.
    private void runTogether(List<Subject> subjects, List<Map<String, String>> loads, int round, Pace pace,
            CoreDistance distance, ResultFile file) throws IOException, InterruptedException {
        List<Entrant> entrants = new ArrayList<>();
        try {
            for (Subject subject : subjects) {
                List<Map<String, String>> missing = loads.stream()
                        .filter(load -> !file.has(Run.facts(subject.title(), load, round)))
                        .toList();
                if (!missing.isEmpty()) {
                    System.out.println("  " + subject.title());
                    entrants.add(start(subject, missing));
                    entrants.getLast().rehearse(rehearsals(missing), pace);
                    distance.nanos(); // so that the least is known before it counts
                }
            }
            for (Map<String, String> load : loads) {
                for (Entrant entrant : entrants) {
                    if (entrant.missing().contains(load)) {
                        Map<String, String> facts = Run.facts(entrant.title(), load, round);
                        file.append(Comparison.measure(facts, file.environment(), pace.maxAttempts(),
                                () -> distance.measureNear(() -> entrant.measure(load, pace.of(load)))));
                    }
                }
            }
            for (Entrant entrant : entrants) {
                entrant.finish();
            }
        } finally {
            entrants.forEach(Entrant::close);
        }
    }

    /// What a fresh server is warmed up by before some loads. Ten thousand connections take seconds to set up, and no
    /// other code than a thousand.
    private List<Map<String, String>> rehearsals(List<Map<String, String>> measured) {
        List<Map<String, String>> quick = withoutCrowds(measured);
        if (quick.isEmpty()) {
            List<Map<String, String>> others = withoutCrowds(loads);
            quick = others.subList(Math.max(0, others.size() - MIN_REHEARSALS), others.size());
        }
        List<Map<String, String>> rehearsed = new ArrayList<>(quick.isEmpty() ? measured : quick);
        while (rehearsed.size() < MIN_REHEARSALS) {
            rehearsed.add(rehearsed.getFirst());
        }
        return rehearsed;
    }

    private static List<Map<String, String>> withoutCrowds(List<Map<String, String>> loads) {
        return loads.stream().filter(load -> !isCrowd(load)).toList();
    }

    private static boolean isCrowd(Map<String, String> load) {
        return Integer.parseInt(load.getOrDefault("connections", "1")) > MAX_CONNECTIONS_TOGETHER;
    }

    private Entrant start(Subject subject, List<Map<String, String>> missing) throws IOException {
        RunningServer server = subject.starter().start();
        try {
            return new Entrant(subject.title(), server, startClient(server, subject), missing);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    private ChildJvm startClient(RunningServer server, Subject subject) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(server.host(), server.port()));
        arguments.addAll(clientOptions);
        arguments.addAll(subject.clientArguments());
        return ChildJvm.startOnCore(CLIENT_CORE, subject.clientOptions().get(), client, arguments.toArray());
    }

    /// A closed loop.
    static Map<String, String> load(int connectionCount, int messageBytes, int window) {
        Map<String, String> load = new LinkedHashMap<>();
        load.put("connections", Integer.toString(connectionCount));
        load.put("bytes", Integer.toString(messageBytes));
        load.put("window", Integer.toString(window));
        return load;
    }

    /// One load chosen by hand: runs it and prints the table.
    ///
    /// @param args `ROUNDS CONNECTIONS MESSAGE_BYTES WINDOW SECONDS …`
    static void run(String[] args, Class<?> client, List<Subject> subjects, String... clientOptions)
            throws IOException, InterruptedException {
        Arguments.require(LOAD_ARGUMENTS, "ROUNDS CONNECTIONS MESSAGE_BYTES WINDOW SECONDS and perhaps servers", args);
        int roundCount = Arguments.number("rounds", 1, args[0]);
        var load = load(Arguments.number("connections", 1, args[1]),
                Arguments.number("message bytes", Long.BYTES, args[2]), Arguments.number("window", 1, args[3]));
        var comparison = new PinnedComparison("by-hand", client, List.of(clientOptions), subjects, List.of(load));
        var timing = Timing.ofSeconds(1, Arguments.decimal("seconds", args[4]));
        var pace = new Pace(timing, Pace.FULL.moreRehearsals(), timing, Pace.FULL.maxAttempts(), Duration.ZERO);
        Path path = Files.createTempFile("comparison", ResultFile.SUFFIX);
        Files.delete(path);
        ResultFile file = ResultFile.open(path, Environment.ofServers(Map.of()));
        for (int round = 1; round <= roundCount; round++) {
            comparison.runRound(round, pace, file);
        }
        System.out.printf("%s, %s, %s rounds of %s s; raw figures in %s%n",
                load, Arrays.toString(clientOptions), args[0], args[4], path);
        ReportTable.print(file, Metric.ECHO);
        Gates.check(file);
    }

    /// What follows the load on the command line: the servers' names.
    static List<String> names(String[] args) {
        return Arrays.stream(args).skip(LOAD_ARGUMENTS).toList();
    }
}
