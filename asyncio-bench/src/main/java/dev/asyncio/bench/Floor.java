package dev.asyncio.bench;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Programs in C that do nothing but echo. Nobody is faster than the best round of theirs, by more than noise, in messages
/// a second and, for one message at a time, in its p50: neither beside them, nor in another comparison under the same load,
/// for which a WebSocket server, say, has more to do. Of
/// streams there is no floor: who joins blocks sends several times what a C program does that has a system call for each.
final class Floor {

    /// The floor is a contender like any other, and no two runs are the same.
    static final double NOISE = 0.15;

    /// Where blocks are large, what decides is how large the buffers are; theirs need not be those of the others.
    private static final int LARGE_BYTES = 64 * 1024;

    /// One round may be disturbed, the best of several is not.
    private static final int ENOUGH_ROUNDS = 3;

    /// That much nothing honest explains: neither buffers, nor a disturbance, nor that the C programs wait for the first
    /// message of a connection where others try to read it at once.
    static final double ROUGH_NOISE = 1;

    private static final Set<RunKind> KINDS = Set.of(RunKind.CLOSED_LOOP, RunKind.SET_UP);

    private static final List<String> PROGRAMS = List.of(Contenders.C_EPOLL, Contenders.C_SPIN);

    /// By what a load asks for.
    private final Map<Map<String, String>, Best> all = new HashMap<>();

    private Floor() {}

    /// What the C programs came to under one load.
    ///
    /// @param coreNanos how far the cores were from each other when they were nearest; not a number if nobody knows
    private record Best(double rate, double p50, int roundCount, double coreNanos) {

        static Best of(Column column) {
            return new Best(
                    PROGRAMS.stream()
                            .flatMapToDouble(program -> column.values(program, Metric.RATE))
                            .max()
                            .orElseThrow(),
                    PROGRAMS.stream()
                            .flatMapToDouble(program -> column.values(program, Metric.P50))
                            .min()
                            .orElseThrow(),
                    PROGRAMS.stream().mapToInt(program -> column.runs(program).size()).max().orElseThrow(),
                    column.leastCoreNanos(PROGRAMS));
        }

        /// Whether it was known to be measured with the cores as near to each other as in a column. Nearer ones do no harm:
        /// they only make it faster.
        boolean wasAsNearAs(Column column) {
            double columnNanos = column.leastCoreNanos(column.contenders());
            return coreNanos > 0 && columnNanos > 0 && !CoreDistance.areFar(coreNanos, columnNanos);
        }
    }

    /// What the C programs came to in some columns.
    static Floor of(List<Column> columns) {
        var floor = new Floor();
        columns.stream().filter(Floor::hasOwn).forEach(column -> floor.all.put(load(column), Best.of(column)));
        return floor;
    }

    private static Map<String, String> load(Column column) {
        Map<String, String> load = new HashMap<>(column.parameters());
        load.keySet().retainAll(List.of("connections", "bytes", "window"));
        return load;
    }

    private static RunKind kind(Column column) {
        return RunKind.of(column.allRuns().findFirst().orElseThrow());
    }

    private static boolean hasOwn(Column column) {
        return PROGRAMS.stream().anyMatch(column.contenders()::contains);
    }

    /// @throws IOException if somebody is faster
    void check(Column column) throws IOException {
        Best floor = KINDS.contains(kind(column)) ? all.get(load(column)) : null;
        if (floor == null) {
            return;
        }
        double noise = whyRough(column, floor).isEmpty() ? NOISE : ROUGH_NOISE;
        for (String contender : column.contenders()) {
            double rate = column.median(contender, Metric.RATE);
            if (!(rate <= floor.rate * (1 + noise))) {
                throw new IOException(String.format(Locale.ROOT,
                        "%s, %s: %.0f messages a second, the floor has %.0f and the noise is %.0f %%",
                        contender, column.parameters(), rate, floor.rate, 100 * noise));
            }
            double p50 = column.median(contender, Metric.P50);
            if (isOneByOne(column) && !(p50 * (1 + noise) >= floor.p50)) {
                throw new IOException(String.format(Locale.ROOT,
                        "%s, %s: a p50 of %.2f us, the floor has %.2f us and the noise is %.0f %%",
                        contender, column.parameters(), p50, floor.p50, 100 * noise));
            }
        }
    }

    /// Where it is only one message that is under way, a latency is what a server takes, and not where the others wait.
    private static boolean isOneByOne(Column column) {
        return kind(column) == RunKind.CLOSED_LOOP && column.matches(Map.of("connections", "1", "window", "1"));
    }

    /// Why the C programs are only roughly a floor for a column, in words; empty where they are one.
    private static String whyRough(Column column, Best floor) {
        if (kind(column) == RunKind.SET_UP) {
            return "which waits for the first message of each connection; others try to read it at once";
        }
        if (!hasOwn(column) && Integer.parseInt(column.parameters().get("bytes")) >= LARGE_BYTES) {
            return "whose buffers are others, which decides with messages of this size";
        }
        if (!hasOwn(column) && !floor.wasAsNearAs(column)) {
            return "for which the cores may have been further from each other";
        }
        return floor.roundCount < ENOUGH_ROUNDS
                ? "of which there " + (floor.roundCount == 1 ? "is one round" : "are two rounds")
                : "";
    }

    /// What a reader should know of the gate; empty where there is nothing to be said.
    String note(Column column) {
        if (!KINDS.contains(kind(column))) {
            return "";
        }
        Best floor = all.get(load(column));
        if (floor == null) {
            return "Floor gate not run: no C program was measured under this load.";
        }
        double most = column.contenders().stream()
                .mapToDouble(contender -> column.median(contender, Metric.RATE) / floor.rate)
                .max()
                .orElse(0);
        return most <= 1 + NOISE
                ? ""
                : String.format(Locale.ROOT, "The best row has %.2f times the rate of the C program%s, %s.",
                        most, hasOwn(column) ? "" : tableOfFloor(column), whyRough(column, floor));
    }

    private static String tableOfFloor(Column column) {
        return " of table " + (kind(column) == RunKind.SET_UP ? "10" : "2");
    }
}
