package dev.asyncio.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// The middle value of several runs, which one disturbed run does not move.
final class Median {

    private Median() {}

    static <T> double of(List<T> runs, ToDoubleFunction<T> value) {
        double[] sorted = runs.stream().mapToDouble(value).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
