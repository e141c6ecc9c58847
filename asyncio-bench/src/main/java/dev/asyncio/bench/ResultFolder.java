package dev.asyncio.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The result files of one suite, all of which have passed the [Gates].
final class ResultFolder {

    private final Map<String, ResultFile> files = new LinkedHashMap<>();
    private final Floor floor;

    private ResultFolder(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : paths.filter(path -> path.toString().endsWith(ResultFile.SUFFIX)).sorted().toList()) {
                ResultFile file = ResultFile.read(path);
                if (Section.ALL.stream().noneMatch(section -> section.file().equals(file.name()))) {
                    throw new IOException(path + ": there is no such comparison");
                }
                Gates.check(file);
                files.put(file.name(), file);
            }
        }
        if (files.isEmpty()) {
            throw new IOException("no result files in " + folder);
        }
        floor = Floor.of(Stream.of(FullSuite.TCP_ECHO, FullSuite.CONNECTS)
                .flatMap(name -> columns(name).stream())
                .toList());
    }

    /// @throws IOException if a file cannot be read, is none of the suite, or does not pass the [Gates]
    static ResultFolder read(Path folder) throws IOException {
        var results = new ResultFolder(folder);
        for (ResultFile file : results.files.values()) {
            for (Column column : Column.columnsOf(file)) {
                results.floor.check(column);
            }
        }
        return results;
    }

    Collection<ResultFile> files() {
        return files.values();
    }

    /// Null if there is no such file.
    ResultFile file(String name) {
        return files.get(name);
    }

    /// None if there is no such file.
    List<Column> columns(String name) {
        return files.containsKey(name) ? Column.columnsOf(files.get(name)) : List.of();
    }

    /// That of TCP echoes and connects.
    Floor floor() {
        return floor;
    }
}
