package dev.asyncio.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Contenders that are measured by a main of this module in a fresh process, one after the other. It prints one line of
/// [Values] that are numbers, and ends.
///
/// @param options of its JVM, besides those that all get
/// @param secondsEach how long such a process takes, about
/// @param usesBothCores so that it is faster when they are near each other
record ProcessComparison(String name, Class<?> main, List<String> options, ToDoubleFunction<Pace> secondsEach,
        boolean usesBothCores, List<Case> cases)
        implements
            Comparison {

    /// With no options, and processes that take as long at any pace.
    ProcessComparison(String name, Class<?> main, double secondsEach, boolean usesBothCores, List<Case> cases) {
        this(name, main, List.of(), _ -> secondsEach, usesBothCores, cases);
    }

    /// One process of a round.
    ///
    /// @param options of its JVM, besides those of all cases
    /// @param arguments the command line, for a given time to measure
    record Case(String contender, Map<String, String> parameters, List<String> options, Arguments arguments) {

        /// With no options.
        Case(String contender, Map<String, String> parameters, Arguments arguments) {
            this(contender, parameters, List.of(), arguments);
        }
    }

    /// Makes a command line for what time there is.
    @FunctionalInterface
    interface Arguments {
        List<?> within(Pace pace);
    }

    @Override
    public double roundSeconds(Pace pace) {
        return cases.size() * secondsEach.applyAsDouble(pace);
    }

    @Override
    public List<Map<String, String>> facts(int round) {
        return cases.stream().map(each -> facts(each, round)).toList();
    }

    private static Map<String, String> facts(Case each, int round) {
        return Run.facts(each.contender, each.parameters, round);
    }

    @Override
    public void runRound(int round, Pace pace, ResultFile file) throws IOException, InterruptedException {
        dropIncomplete(round, file);
        try (CoreDistance distance = usesBothCores ? CoreDistance.ofWhoIsNotPinned() : CoreDistance.unknown()) {
            for (Case each : inTurn(round)) {
                file.noteSettings(each.contender, each.options);
                Map<String, String> facts = facts(each, round);
                if (!file.has(facts)) {
                    System.out.println("  " + each.contender + " " + Values.format(each.parameters));
                    file.append(Comparison.measure(
                            facts, file.environment(), pace.maxAttempts(),
                            () -> distance.measureNear(() -> run(each, pace))));
                }
            }
        }
    }

    /// One load after the other, as only cases of the same are compared.
    private List<Case> inTurn(int round) {
        Map<Map<String, String>, List<Case>> byLoad =
                cases.stream()
                        .collect(Collectors.groupingBy(Case::parameters, LinkedHashMap::new, Collectors.toList()));
        return byLoad.values().stream().flatMap(all -> Comparison.inTurn(all, round).stream()).toList();
    }

    private Map<String, Double> run(Case each, Pace pace) throws IOException, InterruptedException {
        List<String> all = Stream.concat(options.stream(), each.options.stream()).toList();
        try (var process = ChildJvm.startWith(all, main, each.arguments.within(pace).toArray())) {
            Map<String, Double> figures = process.readValues();
            process.finish();
            return figures;
        }
    }
}
