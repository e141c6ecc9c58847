package dev.asyncio.bench;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Programs in C that do nothing but echo. Nobody is faster than the best round of theirs, by more than noise: neither
/// beside them, nor in another comparison under the same load, for which a WebSocket server, say, has more to do.
final class Floor {

    /// The floor is a contender like any other, and no two runs are the same.
    private static final double NOISE = 0.15;

    /// Where blocks are large, what decides is how large the buffers are; theirs need not be those of the others.
    private static final int LARGE_BYTES = 64 * 1024;

    /// One round may be disturbed, the best of several is not.
    private static final int ENOUGH_ROUNDS = 3;

    /// That much neither buffers nor a disturbance explain.
    private static final double ROUGH_NOISE = 1;

    private static final List<String> PROGRAMS = List.of(Contenders.C_EPOLL, Contenders.C_SPIN);

    /// By what a load asks for.
    private final Map<Map<String, String>, Best> all = new HashMap<>();

    private Floor() {}

    /// What the C programs came to under one load.
    private record Best(double rate, int roundCount) {

        static Best of(Column column) {
            return new Best(
                    PROGRAMS.stream()
                            .flatMapToDouble(program -> column.values(program, Metric.RATE))
                            .max()
                            .orElseThrow(),
                    PROGRAMS.stream().mapToInt(program -> column.runs(program).size()).max().orElseThrow());
        }

        boolean isRough() {
            return roundCount < ENOUGH_ROUNDS;
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

    private static boolean isClosedLoop(Column column) {
        return column.parameters().containsKey("window") && !column.parameters().containsKey("rate");
    }

    private static boolean hasOwn(Column column) {
        return PROGRAMS.stream().anyMatch(column.contenders()::contains);
    }

    /// @throws IOException if somebody is faster
    void check(Column column) throws IOException {
        Best floor = isClosedLoop(column) ? all.get(load(column)) : null;
        if (floor == null) {
            return;
        }
        double noise = isLargeElsewhere(column) || floor.isRough() ? ROUGH_NOISE : NOISE;
        for (String contender : column.contenders()) {
            double rate = column.median(contender, Metric.RATE);
            if (!(rate <= floor.rate * (1 + noise))) {
                throw new IOException(String.format(Locale.ROOT,
                        "%s, %s: %.0f messages a second, the floor has %.0f and the noise is %.0f %%",
                        contender, column.parameters(), rate, floor.rate, 100 * noise));
            }
        }
    }

    private static boolean isLargeElsewhere(Column column) {
        return !hasOwn(column) && Integer.parseInt(column.parameters().get("bytes")) >= LARGE_BYTES;
    }

    /// What a reader should know of the gate; empty where there is nothing to be said.
    String note(Column column) {
        if (!isClosedLoop(column)) {
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
        if (most <= 1 + NOISE) {
            return "";
        }
        String why = isLargeElsewhere(column)
                ? "whose buffers are others: with blocks of this size, it is no floor for this table"
                : "of which there are only %d rounds: too few for a floor".formatted(floor.roundCount);
        return String.format(Locale.ROOT, "The best row has %.2f times the rate of the C program of table 2, %s.",
                most, why);
    }
}
