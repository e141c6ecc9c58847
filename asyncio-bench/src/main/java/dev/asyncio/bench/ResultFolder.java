package dev.asyncio.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The result files of one suite. What does not pass the [Gates] is not among them.
final class ResultFolder {

    private final Map<String, ResultFile> files = new LinkedHashMap<>();
    private final Floor floor;

    /// Why files were refused, by the comparison's name.
    private final Map<String, String> refusals = new LinkedHashMap<>();

    private ResultFolder(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.filter(path -> path.toString().endsWith(ResultFile.SUFFIX)).sorted().toList()) {
                add(path);
            }
        }
        if (files.isEmpty() && refusals.isEmpty()) {
            throw new IOException("no result files in " + folder);
        }
        floor = Floor.of(Stream.of(FullSuite.TCP_ECHO, FullSuite.CONNECTS)
                .flatMap(name -> columns(name).stream())
                .toList());
        for (ResultFile file : List.copyOf(files.values())) {
            checkFloor(file);
        }
    }

    private void add(Path path) throws IOException {
        String name = path.getFileName().toString().replace(ResultFile.SUFFIX, "");
        if (Section.ALL.stream().noneMatch(section -> section.file().equals(name))) {
            throw new IOException(path + ": there is no such comparison");
        }
        try {
            ResultFile file = ResultFile.read(path);
            Gates.check(file);
            requireWhatDecides(file);
            files.put(name, file);
        } catch (IOException e) {
            refusals.put(name, e.getMessage());
        }
    }

    /// Runs of another comparison do not have it.
    private static void requireWhatDecides(ResultFile file) throws IOException {
        for (Section section : Section.ALL) {
            Metric metric = section.main();
            for (Run run : section.file().equals(file.name()) ? file.runs() : List.<Run>of()) {
                Gates.require(Double.isFinite(metric.value().applyAsDouble(run)), run, "has no %s", metric.title());
            }
        }
    }

    private void checkFloor(ResultFile file) {
        try {
            for (Column column : Column.columnsOf(file)) {
                floor.check(column);
            }
        } catch (IOException e) {
            files.remove(file.name());
            refusals.put(file.name(), e.getMessage());
        }
    }

    /// Leaves out what is refused.
    ///
    /// @throws IOException if there are no files, or one that is none of the suite
    static ResultFolder readPassed(Path folder) throws IOException {
        return new ResultFolder(folder);
    }

    /// @throws IOException if a file is refused as well
    static ResultFolder read(Path folder) throws IOException {
        ResultFolder results = readPassed(folder);
        results.requireAll();
        return results;
    }

    /// @throws IOException if a file was refused
    void requireAll() throws IOException {
        if (!refusals.isEmpty()) {
            throw new IOException("refused: " + String.join("; ", refused()));
        }
    }

    /// Which files were refused, and why.
    List<String> refused() {
        return refusals.entrySet().stream().map(file -> file.getKey() + ": " + file.getValue()).toList();
    }

    /// Why a comparison's file was refused; empty if it was not.
    String refusal(String name) {
        return refusals.getOrDefault(name, "");
    }

    Collection<ResultFile> files() {
        return files.values();
    }

    /// Null if there is no such file, or it was refused.
    ResultFile file(String name) {
        return files.get(name);
    }

    /// None if there is no such file, or it was refused.
    List<Column> columns(String name) {
        return files.containsKey(name) ? Column.columnsOf(files.get(name)) : List.of();
    }

    /// That of TCP echoes and connects.
    Floor floor() {
        return floor;
    }
}
