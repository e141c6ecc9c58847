package dev.asyncio.bench;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// A limit that a measured value is to stay on one side of.
///
/// @param text how a reader has it
/// @param measured the value, by the columns of a result file
/// @param noise of these columns
record Bound(String text, Direction direction, double limit, Function<List<Column>, Measured> measured,
        Function<List<Column>, List<Noise>> noise) {

    private static final int MOST_DIGITS = 4;

    enum Direction {
        AT_LEAST,
        AT_MOST
    }

    enum Standing {

        /// All rounds are on one side of the limit, and further from it than chance.
        REACHED("reached"),
        MISSED("**missed**"),

        /// They are, but not further than the halves of the A/A pair are from each other.
        REACHED_WITHIN_NOISE("reached, within noise"),
        MISSED_WITHIN_NOISE("**missed**, within noise"),

        /// Some rounds are on the one side, some on the other.
        UNDECIDED("undecided"),

        /// All rounds are on one side, but it was the client that was the [Limit]: the server's may be on the other.
        CLIENT_LIMITED("limited by the client"),

        /// Fewer than three of the value's are quiet, or of the A/A pair's.
        TOO_FEW_ROUNDS("too few quiet rounds"),

        NOT_MEASURED("not measured");

        private final String text;

        Standing(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    Standing standing(List<Column> columns) {
        Measured value = measured.apply(columns);
        List<Double> rounds = value.rounds();
        if (rounds.isEmpty()) {
            return Standing.NOT_MEASURED;
        }
        if (value.quietCount() < Noise.ENOUGH_ROUNDS) {
            return Standing.TOO_FEW_ROUNDS;
        }
        boolean isReached = rounds.stream().allMatch(this::isReached);
        if (!isReached && rounds.stream().anyMatch(this::isReached)) {
            return Standing.UNDECIDED;
        }
        if (isReached ? mayBeWorse(value) : mayBeBetter(value)) {
            return Standing.CLIENT_LIMITED;
        }
        double most = noise.apply(columns).stream().mapToDouble(each -> each.limit(value)).max().orElse(0);
        if (Double.isNaN(most)) {
            return Standing.TOO_FEW_ROUNDS;
        }
        boolean isBeyondNoise = rounds.stream().allMatch(times -> Noise.timesApart(times / limit) >= 1 + most);
        if (isReached) {
            return isBeyondNoise ? Standing.REACHED : Standing.REACHED_WITHIN_NOISE;
        }
        return isBeyondNoise ? Standing.MISSED : Standing.MISSED_WITHIN_NOISE;
    }

    private boolean mayBeBetter(Measured value) {
        return direction == Direction.AT_LEAST ? value.mayBeMore() : value.mayBeLess();
    }

    private boolean mayBeWorse(Measured value) {
        return direction == Direction.AT_LEAST ? value.mayBeLess() : value.mayBeMore();
    }

    private boolean isReached(double value) {
        return direction == Direction.AT_LEAST ? value >= limit : value <= limit;
    }

    /// What another run of the suite came to.
    String inShort(List<Column> columns) {
        Measured value = measured.apply(columns);
        return value.sign() + precise(value.median()) + ", " + standing(columns);
    }

    /// A row of the table, without the end of the line.
    String toMarkdown(String what, List<Column> columns) {
        Measured value = measured.apply(columns);
        String between = value.rounds().isEmpty()
                ? Metric.format(Double.NaN)
                : precise(Collections.min(value.rounds())) + " and " + precise(Collections.max(value.rounds()));
        return "| %s | %s | %s | %s | %s |".formatted(
                what, text, value.sign() + precise(value.median()), between, standing(columns));
    }

    /// With so many digits that it does not look as if it were the limit.
    private String precise(double value) {
        if (!Double.isFinite(value) || value == limit) {
            return Metric.format(value);
        }
        String shown = Metric.format(value);
        for (int digits = 2; digits <= MOST_DIGITS && looksLikeLimit(shown); digits++) {
            shown = String.format(Locale.ROOT, "%." + digits + "f", value);
        }
        return shown;
    }

    private boolean looksLikeLimit(String shown) {
        return shown.equals(Metric.format(limit)) || new BigDecimal(shown.replace(",", "")).doubleValue() == limit;
    }

    /// A factor without zeros that say nothing.
    static String format(double factor) {
        return factor == Math.rint(factor)
                ? String.format(Locale.ROOT, "%.0f", factor)
                : String.format(Locale.ROOT, "%.2f", factor);
    }
}
