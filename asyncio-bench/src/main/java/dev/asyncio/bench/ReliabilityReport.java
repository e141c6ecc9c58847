package dev.asyncio.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// What one kind of overload or unfairness after the other came to: a line of JSON each, beside a plot of them.
final class ReliabilityReport {

    private final Path folder;
    private final ResultFile file;

    private ReliabilityReport(Path folder, ResultFile file) {
        this.folder = folder;
        this.file = file;
    }

    /// Begins anew, whatever there was.
    static ReliabilityReport begin(Path folder, String name) throws IOException {
        Path path = folder.resolve(name + ResultFile.SUFFIX);
        Files.deleteIfExists(path);
        return new ReliabilityReport(folder, ResultFile.open(path, Environment.ofServers(Map.of())));
    }

    /// Prints it, too.
    Run add(String phase, Map<String, Double> figures) throws IOException {
        var run = new Run(Map.of(Run.CONTENDER, phase), new LinkedHashMap<>(figures));
        file.append(run);
        System.out.printf("%-44s p50 %,9.0f us  p99 %,9.0f us  max %,11.0f us  %,9.0f messages/s%n", phase,
                run.figure(Figure.P50_MICROS), run.figure(Figure.P99_MICROS), run.figure(Figure.MAX_MICROS),
                Figure.messagesPerSecond(run));
        return run;
    }

    void plot() throws IOException {
        Files.writeString(folder.resolve(file.name() + ".svg"), Plot.of(Column.columnsOf(file), Metric.P99));
    }
}
