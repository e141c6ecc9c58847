package dev.asyncio.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Result files for tests.
final class Results {

    private Results() {}

    /// An empty file.
    static ResultFile begin(Path folder, String name) throws IOException {
        return begin(folder, name, Map.of("machine", "a machine \"of\" ours"));
    }

    /// @param started when, as files have it
    static ResultFile begin(Path folder, String name, String started) throws IOException {
        return begin(folder, name, Map.of("started", started));
    }

    /// @param facts of the machine
    static ResultFile begin(Path folder, String name, Map<String, String> facts) throws IOException {
        return ResultFile.open(folder.resolve(name + ResultFile.SUFFIX), environment(facts));
    }

    /// A machine that copies 10 GB a second, with two cores if nothing else is said.
    static Run environment(Map<String, String> facts) {
        Map<String, String> all = new LinkedHashMap<>(Map.of(Environment.CORES, "2"));
        all.putAll(facts);
        return new Run(all, Map.of(Environment.MEMORY_COPY, 1e10));
    }

    /// A run of one second with which nothing is wrong.
    static Run honest(String contender, Map<String, String> load, int round, double rate) {
        double inFlight = Double.parseDouble(load.get("connections")) * Double.parseDouble(load.get("window"));
        double micros = inFlight * 1e6 / rate;
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(Figure.MESSAGES, rate);
        figures.put(Figure.SECONDS, 1.0);
        figures.put(Figure.SECONDS_SEEN, 1.01);
        figures.put(Figure.BYTES, rate * Double.parseDouble(load.get("bytes")));
        figures.put(Figure.MEAN_MICROS, micros);
        figures.put(Figure.P50_MICROS, micros);
        figures.put(Figure.P90_MICROS, 1.5 * micros);
        figures.put(Figure.P99_MICROS, 2 * micros);
        figures.put(Figure.P999_MICROS, 3 * micros);
        figures.put(Figure.MAX_MICROS, 4 * micros);
        figures.put(Figure.SERVER_CPU_SECONDS, 0.5);
        figures.put(Figure.CLIENT_CPU_SECONDS, 0.4);
        figures.put(Figure.CLIENT_IDLE_PERCENT, 50.0);
        figures.put(Figure.FEW_SECONDS, 0.02);
        figures.put(Figure.MANY_SECONDS, 0.08);
        return new Run(Run.facts(contender, load, round), figures);
    }

    /// The same with both sides busy all the time.
    ///
    /// @param ready on how many connections the client found replies at once
    static Run busy(double ready, Run run) {
        Run busyServer = with(Figure.SERVER_CPU_SECONDS, run.figure(Figure.SECONDS_SEEN), run);
        Run busyClient = with(Figure.CLIENT_CPU_SECONDS, run.figure(Figure.SECONDS), busyServer);
        return with(Figure.CLIENT_READY, ready, with(Figure.CLIENT_IDLE_PERCENT, 1, busyClient));
    }

    /// Round trips with both ends in one process.
    static Run roundTrip(String contender, int bytes, double micros) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(Figure.MEAN_MICROS, micros);
        figures.put(Figure.P50_MICROS, micros);
        figures.put(Figure.P90_MICROS, micros);
        figures.put(Figure.P99_MICROS, micros);
        figures.put(Figure.P999_MICROS, micros);
        figures.put(Figure.MAX_MICROS, micros);
        figures.put(Figure.MESSAGES, 50_000.0);
        figures.put(Figure.SECONDS, 50_000 * micros / 1e6);
        figures.put(Figure.PROCESS_CPU_SECONDS, 0.4);
        return new Run(Run.facts(contender, Map.of("bytes", Integer.toString(bytes)), 1), figures);
    }

    /// Blocks of 64 bytes for one second, each in one write.
    static Run stream(String contender, int round) {
        return new Run(Run.facts(contender, Map.of("bytes", "64", "mode", "whole"), round),
                Map.of(Figure.MESSAGES, 1e5, Figure.SECONDS, 1.0, Figure.SECONDS_SEEN, 1.0, Figure.BYTES, 6.4e6,
                        Figure.SERVER_CPU_SECONDS, 0.05, Figure.CLIENT_CPU_SECONDS, 0.0));
    }

    /// The same without a figure.
    static Run without(String figure, Run run) {
        Map<String, Double> figures = new LinkedHashMap<>(run.figures());
        figures.remove(figure);
        return new Run(run.facts(), figures);
    }

    /// The same with another mean latency, and all percentiles as far from it as before.
    static Run withMean(double micros, Run run) {
        double times = micros / run.figure(Figure.MEAN_MICROS);
        Run changed = run;
        for (String latency : List.of(Figure.MEAN_MICROS, Figure.P50_MICROS, Figure.P90_MICROS, Figure.P99_MICROS,
                Figure.P999_MICROS, Figure.MAX_MICROS)) {
            changed = changed.with(latency, times * run.figure(latency));
        }
        return changed;
    }

    /// The same with one figure changed.
    static Run with(String figure, double value, Run run) {
        return run.with(figure, value);
    }
}
