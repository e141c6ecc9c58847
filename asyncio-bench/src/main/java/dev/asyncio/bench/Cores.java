package dev.asyncio.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// The CPUs that server and client are pinned to, by their numbers.
///
/// @param areOne both are hyperthreads of the same core, so that each slows the other down
record Cores(int server, int client, boolean areOne) {

    private static final String ALLOWED = "Cpus_allowed_list:";

    /// The first two CPUs that a process may use and that are cores of their own; two hyperthreads of one core where there
    /// are no others. Empty if it may use only one, or the system does not tell.
    ///
    /// @param status of the process, as in proc(5)
    /// @param siblings tells the hyperthreads of a CPU's core, itself included, as `thread_siblings_list` does; nothing
    ///     where that is not known
    static Optional<Cores> choose(String status, IntFunction<String> siblings) {
        List<Integer> cpus = status.lines()
                .filter(line -> line.startsWith(ALLOWED))
                .flatMap(line -> cpus(line.substring(ALLOWED.length())).stream())
                .toList();
        if (cpus.size() < 2) {
            return Optional.empty();
        }
        int server = cpus.getFirst();
        List<Integer> ofItsCore = cpus(siblings.apply(server));
        return Optional.of(cpus.stream()
                .filter(cpu -> cpu != server && !ofItsCore.contains(cpu))
                .findFirst()
                .map(client -> new Cores(server, client, false))
                .orElse(new Cores(server, cpus.get(1), true)));
    }

    /// Those of a list of numbers and ranges, as in cpuset(7).
    private static List<Integer> cpus(String list) {
        return Arrays.stream(list.strip().split(","))
                .filter(part -> !part.isEmpty())
                .map(part -> part.split("-"))
                .flatMapToInt(ends -> IntStream.rangeClosed(
                        Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1])))
                .boxed()
                .toList();
    }

    /// As a fact of the environment.
    String inWords() {
        return areOne ? "yes, two hyperthreads of one core" : "yes";
    }
}
