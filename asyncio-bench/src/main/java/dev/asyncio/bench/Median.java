package dev.asyncio.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// The middle value of several runs, which one disturbed run does not move; not a number if there are none.
final class Median {

    private Median() {}

    static <T> double of(List<T> runs, ToDoubleFunction<T> value) {
        double[] sorted = runs.stream().mapToDouble(value).sorted().toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
