package dev.asyncio.bench;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// A limit that a measured value is to stay on one side of.
///
/// @param text how a reader has it
record Bound(String text, Direction direction, double limit, Function<List<Column>, Measured> measured) {

    private static final int MOST_DIGITS = 4;

    enum Direction {
        AT_LEAST,
        AT_MOST
    }

    enum Verdict {

        REACHED("reached"),
        MISSED("**missed**"),

        /// Some rounds are on the one side of the limit, some on the other.
        WITHIN_NOISE("within noise"),

        NOT_MEASURED("not measured");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /// A value with the least and the most that the rounds allow.
    record Measured(double median, double least, double most) {

        static final Measured NOTHING = new Measured(Double.NaN, Double.NaN, Double.NaN);

        static Measured of(List<Double> rounds) {
            return rounds.isEmpty()
                    ? NOTHING
                    : new Measured(
                            Median.of(rounds, Double::doubleValue),
                            rounds.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
                            rounds.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
        }

        Measured over(Measured other) {
            return new Measured(median / other.median, least / other.most, most / other.least);
        }
    }

    Verdict verdict(List<Column> columns) {
        Measured value = measured.apply(columns);
        if (!Double.isFinite(value.median)) {
            return Verdict.NOT_MEASURED;
        }
        boolean worstReaches = direction == Direction.AT_LEAST ? value.least >= limit : value.most <= limit;
        boolean bestReaches = direction == Direction.AT_LEAST ? value.most >= limit : value.least <= limit;
        if (worstReaches) {
            return Verdict.REACHED;
        }
        return bestReaches ? Verdict.WITHIN_NOISE : Verdict.MISSED;
    }

    /// A row of the table.
    String toMarkdown(String what, List<Column> columns) {
        Measured value = measured.apply(columns);
        String between = Double.isFinite(value.median)
                ? precise(value.least) + " and " + precise(value.most)
                : Metric.format(Double.NaN);
        return "| %s | %s | %s | %s | %s |\n"
                .formatted(what, text, precise(value.median), between, verdict(columns));
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
