package dev.asyncio.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The runs of one comparison, a line of JSON each, the first of which tells where they ran. A run is in the file as
/// soon as it is over, so that a comparison cut short goes on where it was.
final class ResultFile {

    static final String SUFFIX = ".jsonl";

    private final Path path;
    private final Run environment;
    private final List<Run> runs;

    private ResultFile(Path path, Run environment, List<Run> runs) {
        this.path = path;
        this.environment = environment;
        this.runs = runs;
    }

    /// Reads a file that is complete.
    static ResultFile read(Path path) throws IOException {
        List<String> lines = Files.readAllLines(path);
        if (lines.isEmpty()) {
            throw new IOException(path + " is empty");
        }
        List<Run> runs = lines.stream().skip(1).map(Run::ofJson).toList();
        return new ResultFile(path, Run.ofJson(lines.getFirst()), new ArrayList<>(runs));
    }

    /// Begins a file, or goes on with one that was begun in the same environment.
    ///
    /// @throws IOException if it was begun in another
    static ResultFile open(Path path, Run environment) throws IOException {
        if (Files.exists(path)) {
            ResultFile file = read(path);
            if (!file.environment.facts().equals(environment.facts())) {
                throw new IOException(
                        "%s was begun elsewhere, and its runs cannot be compared: %s, not %s; delete it first"
                                .formatted(path, file.environment.facts(), environment.facts()));
            }
            return file;
        }
        Files.createDirectories(path.toAbsolutePath().getParent());
        Files.writeString(path, environment.toJson() + "\n");
        return new ResultFile(path, environment, new ArrayList<>());
    }

    void append(Run run) throws IOException {
        Files.writeString(path, run.toJson() + "\n", StandardOpenOption.APPEND);
        runs.add(run);
    }

    /// The comparison's name.
    String name() {
        String name = path.getFileName().toString();
        return name.substring(0, name.length() - SUFFIX.length());
    }

    Run environment() {
        return environment;
    }

    /// Those that were measured.
    List<Run> runs() {
        return runs.stream().filter(run -> !run.isSkipped()).toList();
    }

    List<Run> skipped() {
        return runs.stream().filter(Run::isSkipped).toList();
    }

    boolean has(Map<String, String> facts) {
        return runs.stream().anyMatch(run -> run.facts().equals(facts));
    }
}
