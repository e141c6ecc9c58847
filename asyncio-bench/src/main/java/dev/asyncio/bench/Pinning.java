package dev.asyncio.bench;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// A core for each process, where the system can do it.
final class Pinning {

    private static final boolean POSSIBLE = find();

    private Pinning() {}

    /// What to put before a command so that it stays on one core; nothing where that cannot be.
    static List<String> toCore(int core) {
        return toCores(List.of(core));
    }

    /// The same for several.
    static List<String> toCores(List<Integer> cores) {
        String list = cores.stream().map(Object::toString).collect(Collectors.joining(","));
        return POSSIBLE ? List.of("taskset", "-c", list) : List.of();
    }

    static boolean isPossible() {
        return POSSIBLE;
    }

    private static boolean find() {
        boolean possible = Runtime.getRuntime().availableProcessors() > 1
                && Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> new File(folder, "taskset").canExecute());
        if (!possible) {
            System.out.println("not pinned: this needs two cores and a taskset");
        }
        return possible;
    }
}
