package dev.asyncio.bench;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/// What is written by hand, from profiles: why a target was not reached, by the target's words, and why ours loses in a
/// table, by `table-` and its number. It stands in `notes.properties` beside the results, with dashes in place of blanks.
final class Notes {

    /// In place of a note.
    static final String NOT_EXPLAINED = "missed, and not explained yet.";

    private final Properties notes;
    private final List<SuiteRun> runs;

    Notes(Properties notes, List<SuiteRun> runs) {
        this.notes = notes;
        this.runs = runs;
    }

    static Notes read(Path folder, List<SuiteRun> runs) throws IOException {
        var notes = new Properties();
        Path path = folder.resolve("notes.properties");
        if (Files.exists(path)) {
            try (Reader reader = Files.newBufferedReader(path)) {
                notes.load(reader);
            }
        }
        return new Notes(notes, runs);
    }

    /// Empty if no run has missed it, and nobody has explained what is undecided.
    String of(Target target) {
        return isAny(target, Target::mayBeMissed)
                ? notes.getProperty(key(target), isAny(target, Target::isMissed) ? NOT_EXPLAINED : "")
                : "";
    }

    /// Empty if ours has lost there in no run, or nobody has explained it.
    String of(Section section) {
        return isLost(section) ? notes.getProperty(key(section), "") : "";
    }

    /// Those that explain nothing: of what all runs have reached, won, or not measured, or of what there is not.
    Set<String> unused() {
        Set<String> unused = new TreeSet<>(notes.stringPropertyNames());
        Targets.ALL.stream().filter(target -> isAny(target, Target::mayBeMissed)).map(Notes::key)
                .forEach(unused::remove);
        Section.ALL.stream().filter(this::isLost).map(Notes::key).forEach(unused::remove);
        return unused;
    }

    private boolean isAny(Target target, BiPredicate<Target, List<Column>> isSo) {
        return runs.stream().anyMatch(run -> isSo.test(target, run.columns(target.file())));
    }

    private boolean isLost(Section section) {
        return runs.stream().anyMatch(run -> section.hasLoss(run.columns(section.file())));
    }

    private static String key(Target target) {
        return target.what().replace(' ', '-');
    }

    private static String key(Section section) {
        return "table-" + section.number();
    }
}
