package dev.asyncio.bench;

import java.util.List;
import java.util.function.Function;

/// What one run of the suite came to.
///
/// @param name what heads its column beside another run's
/// @param files the columns of a result file; none if there is no such file
record SuiteRun(String name, Function<String, List<Column>> files) {

    List<Column> columns(String file) {
        return files.apply(file);
    }
}
