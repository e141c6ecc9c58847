package dev.asyncio.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// What one kind of overload or unfairness after the other came to: a line of JSON each, beside a plot of them.
final class ReliabilityReport {

    /// The fact that says what was timed.
    static final String OF = "of";

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

    /// Prints it, too, if there was any.
    Run add(String phase, String of, Map<String, Double> figures) throws IOException {
        var run = new Run(new TreeMap<>(Map.of(Run.CONTENDER, phase, OF, of)), figures);
        if (run.figure(Figure.MESSAGES) + run.figure(DueTimes.OVERDUE) > 0) {
            file.append(run);
            System.out.printf("%-52s p50 %,9.0f us  p99 %,9.0f us  max %,11.0f us  %,9.0f a second%n",
                    phase + ", " + of, run.figure(Figure.P50_MICROS), run.figure(Figure.P99_MICROS),
                    run.figure(Figure.MAX_MICROS), Figure.messagesPerSecond(run));
        }
        return run;
    }

    void plot() throws IOException {
        Files.writeString(folder.resolve(file.name() + ".svg"), Plot.of(Column.columnsOf(file), Metric.P99));
    }
}
