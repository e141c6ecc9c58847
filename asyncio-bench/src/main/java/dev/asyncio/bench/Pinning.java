package dev.asyncio.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A core for each process, where the system can do it.
final class Pinning {

    /// How the words begin that say of processes that they are pinned.
    static final String YES = "yes";

    /// The core of who is not pinned.
    private static final int ANY = -1;

    /// Empty where the system cannot do it.
    private static final Optional<Cores> CORES = find();

    private Pinning() {}

    static boolean isPossible() {
        return CORES.isPresent();
    }

    static int serverCore() {
        return CORES.map(Cores::server).orElse(ANY);
    }

    static int clientCore() {
        return CORES.map(Cores::client).orElse(ANY);
    }

    /// What to put before a command so that it stays on one core; nothing where that cannot be.
    static List<String> toCore(int core) {
        return toCores(List.of(core));
    }

    /// The same for several.
    static List<String> toCores(List<Integer> cores) {
        String list = cores.stream().map(Object::toString).collect(Collectors.joining(","));
        return isPossible() ? List.of("taskset", "-c", list) : List.of();
    }

    /// As a fact of the environment.
    static String inWords() {
        return CORES.map(Cores::inWords).orElse("no");
    }

    private static Optional<Cores> find() {
        Optional<Cores> cores = hasTwoProcessors()
                ? Cores.choose(read("/proc/self/status"), Pinning::siblings).filter(Pinning::areGranted)
                : Optional.empty();
        if (cores.isEmpty()) {
            System.out.println("not pinned: this needs two cores and a taskset that may pin to them");
        }
        return cores;
    }

    /// A container may have the time of one, though it may use several.
    private static boolean hasTwoProcessors() {
        return Runtime.getRuntime().availableProcessors() > 1;
    }

    /// Not every system has a taskset, and not every one lets it do its work.
    private static boolean areGranted(Cores cores) {
        String list = cores.server() + "," + cores.client();
        try {
            return new ProcessBuilder("taskset", "-c", list, "true")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor() == 0;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static String siblings(int cpu) {
        return read("/sys/devices/system/cpu/cpu" + cpu + "/topology/thread_siblings_list");
    }

    /// Empty where the system does not tell.
    private static String read(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException _) {
            return "";
        }
    }
}
