package dev.asyncio.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
    ///
    /// @throws IOException with the line that is none of a run, or is cut short
    static ResultFile read(Path path) throws IOException {
        String text = Files.readString(path);
        List<String> lines = text.lines().toList();
        if (lines.isEmpty()) {
            throw new IOException(path + " is empty");
        }
        if (!text.endsWith("\n")) {
            throw new IOException("%s, line %d: cut short: %s".formatted(path, lines.size(), lines.getLast()));
        }
        List<Run> runs = new ArrayList<>();
        for (int number = 2; number <= lines.size(); number++) {
            Run run = parse(path, number, lines.get(number - 1));
            if (run.contender() == null) {
                throw new IOException("%s, line %d: no contender: %s".formatted(path, number, run.facts()));
            }
            runs.add(run);
        }
        return new ResultFile(path, parse(path, 1, lines.getFirst()), runs);
    }

    private static Run parse(Path path, int number, String line) throws IOException {
        try {
            return Run.ofJson(line);
        } catch (IllegalArgumentException e) {
            throw new IOException("%s, line %d: %s".formatted(path, number, e.getMessage()), e);
        }
    }

    /// Begins a file, or goes on with one that was begun in the same environment.
    ///
    /// @throws IOException if it was begun in another
    static ResultFile open(Path path, Run environment) throws IOException {
        if (Files.exists(path)) {
            dropIncompleteLine(path);
        }
        if (Files.exists(path) && Files.size(path) > 0) {
            ResultFile file = read(path);
            List<String> differences = Environments.differences(file, environment);
            if (!differences.isEmpty()) {
                throw new IOException(
                        "%s was begun in another environment, with which runs cannot be compared: %s; delete it first"
                                .formatted(path, String.join("; ", differences)));
            }
            return file;
        }
        Files.createDirectories(path.toAbsolutePath().getParent());
        Files.writeString(path, environment.toJson() + "\n");
        return new ResultFile(path, environment, new ArrayList<>());
    }

    /// Who died while writing a line left a part of it; the run is measured again.
    private static void dropIncompleteLine(Path path) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        if (end < bytes.length) {
            System.out.printf("%s: dropped a last line that is cut short, of %d bytes%n", path, bytes.length - end);
            Files.write(path, Arrays.copyOf(bytes, end));
        }
    }

    void append(Run run) throws IOException {
        Files.writeString(path, run.toJson() + "\n", StandardOpenOption.APPEND);
        runs.add(run);
    }

    /// Takes runs out that are to be measured anew, and says how many they were.
    int remove(Collection<Map<String, String>> facts) throws IOException {
        int countBefore = runs.size();
        if (runs.removeIf(run -> facts.contains(run.facts()))) {
            Path rest = path.resolveSibling(path.getFileName() + ".part");
            Files.write(rest, Stream.concat(Stream.of(environment), runs.stream()).map(Run::toJson).toList());
            Files.move(rest, path, StandardCopyOption.ATOMIC_MOVE);
        }
        return countBefore - runs.size();
    }

    /// The comparison's name.
    String name() {
        String name = path.getFileName().toString();
        return name.substring(0, name.length() - SUFFIX.length());
    }

    Run environment() {
        return environment;
    }

    /// Whether it was begun at the same time, as far as that is known, with the same results.
    boolean isCopyOf(ResultFile other) {
        String started = environment().facts().get(Environments.STARTED);
        return started != null && started.equals(other.environment().facts().get(Environments.STARTED))
                && runs().equals(other.runs());
    }

    /// Those that were measured.
    List<Run> runs() {
        return runs.stream().filter(run -> !run.isSkipped() && !run.isSettings()).toList();
    }

    List<Run> skipped() {
        return runs.stream().filter(Run::isSkipped).toList();
    }

    /// Of those who were measured with any.
    List<Run> settings() {
        return runs.stream().filter(Run::isSettings).toList();
    }

    /// Notes the options of its JVM that a contender is measured with.
    ///
    /// @throws IOException if it was measured with others before
    void noteSettings(String contender, List<String> options) throws IOException {
        Run settings = Run.settings(contender, options);
        List<Run> noted = settings().stream().filter(run -> run.contender().equals(contender)).toList();
        if (!noted.isEmpty() && !noted.equals(List.of(settings))) {
            throw new IOException("%s: %s was measured with the options %s, not %s; delete it first".formatted(
                    path, contender, noted.getFirst().facts().get(Run.SETTINGS), options));
        }
        if (noted.isEmpty() && !options.isEmpty()) {
            append(settings);
        }
    }

    boolean has(Map<String, String> facts) {
        return runs.stream().anyMatch(run -> run.facts().equals(facts));
    }
}
