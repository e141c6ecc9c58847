package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Judges whether what a process held stayed flat: by the straight line through the samples of the last two thirds,
/// taken as the median of the slopes between any two (Theil and Sen), which outliers do not turn. A long time is judged by
/// what it would come to in an hour.
final class SoakJudge {

    /// What any look at a process may leave for the next collection.
    private static final double NOISE_BYTES = 64 << 10;

    /// How many times its standard error a line that is flat may rise by chance; one in a thousand rises further.
    private static final double CHANCE_TIMES = 3;

    /// The standard deviation of what is distributed normally, as a multiple of the median distance from the middle, which
    /// outliers do not move.
    private static final double DEVIATION_TIMES = 1.4826;

    /// Fewer do not make a line of what is left of them.
    static final int MIN_SAMPLE_COUNT = 9;

    /// Of all processors, what others have had where a process may have had too little.
    private static final double STARVING_PERCENT = 25;

    /// How long somebody waited for a carrier where what patience waits for may have been on its way still: it takes
    /// several such waits, in both processes.
    private static final double STARVING_MILLIS = SoakClients.PATIENCE.toMillis() / 10.0;

    private SoakJudge() {}

    /// One process at a moment of the soak.
    record Sample(double seconds, Map<String, Double> figures) {

        double value(SoakMeasure measure) {
            return figures.getOrDefault(measure.key, 0.0);
        }

        /// Whether memory goes still: what a collection finds, a cleaner lets go after it.
        boolean holdsLessThan(Sample earlier) {
            return value(SoakMeasure.HEAP) < earlier.value(SoakMeasure.HEAP) - NOISE_BYTES
                    || value(SoakMeasure.DIRECT) < earlier.value(SoakMeasure.DIRECT);
        }

        /// What was counted.
        Map<String, Double> counts() {
            Map<String, Double> counts = new TreeMap<>(figures);
            for (SoakMeasure measure : SoakMeasure.values()) {
                counts.remove(measure.key);
            }
            return counts;
        }

        /// Of a CSV file.
        String toLine() {
            return Arrays.stream(SoakMeasure.values())
                    .map(measure -> "%.0f".formatted(value(measure)))
                    .collect(Collectors.joining(",", "%.1f,".formatted(seconds), ""));
        }
    }

    /// What has grown more than it may, one sentence each.
    static List<String> findGrowth(String process, List<Sample> samples) {
        List<Sample> settled = settled(samples);
        List<String> findings = new ArrayList<>();
        if (samples.size() < MIN_SAMPLE_COUNT) {
            findings.add("%s: %d samples are too few to judge by".formatted(process, samples.size()));
            return findings;
        }
        for (SoakMeasure measure : SoakMeasure.values()) {
            double growth = growth(settled, measure);
            double level = Median.of(settled, sample -> sample.value(measure));
            double limit = Math.min(measure.growthLimit(level),
                    measure.settledLimit(seconds(settled)) + CHANCE_TIMES * growthError(settled, measure));
            if (measure.isJudged() && growth > limit) {
                findings.add(String.format(Locale.ROOT,
                        "%s: %s grew by %.1f from about %.1f (limit %.1f), %.1f an hour", process, measure.title,
                        growth / measure.unit, level / measure.unit, limit / measure.unit,
                        anHour(growth, settled) / measure.unit));
            }
        }
        return findings;
    }

    /// The standard error of the growth, from how samples scatter about their line. (It is that of a line by least squares
    /// through samples that are evenly apart; the median of slopes has next to the same.)
    private static double growthError(List<Sample> samples, SoakMeasure measure) {
        double slope = growth(samples, measure) / seconds(samples);
        ToDoubleFunction<Sample> level = sample -> sample.value(measure) - slope * sample.seconds;
        double middle = Median.of(samples, level);
        double distance = Median.of(samples, sample -> Math.abs(level.applyAsDouble(sample) - middle));
        return DEVIATION_TIMES * distance * Math.sqrt(12.0 / samples.size());
    }

    private static List<Sample> settled(List<Sample> samples) {
        return samples.subList(samples.size() / 3, samples.size());
    }

    /// By how much it would grow in an hour that went on like the last two thirds.
    static double growthAnHour(List<Sample> samples, SoakMeasure measure) {
        List<Sample> settled = settled(samples);
        return anHour(growth(settled, measure), settled);
    }

    private static double anHour(double growth, List<Sample> samples) {
        return growth / seconds(samples) * SoakMeasure.HOUR_SECONDS;
    }

    /// By how much the line rises from the first of the samples to the last.
    static double growth(List<Sample> samples, SoakMeasure measure) {
        List<Double> slopes = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            for (int j = i + 1; j < samples.size(); j++) {
                double seconds = samples.get(j).seconds - samples.get(i).seconds;
                slopes.add((samples.get(j).value(measure) - samples.get(i).value(measure)) / seconds);
            }
        }
        return Median.of(slopes, Double::doubleValue) * seconds(samples);
    }

    private static double seconds(List<Sample> samples) {
        return samples.getLast().seconds - samples.getFirst().seconds;
    }

    /// Whether each time that something was late, it may have been for want of a processor: others had them, and a thread that
    /// has nothing to do with the library waited for long. Where only one of the two is so, the library has to answer for it.
    ///
    /// @param server all samples that were taken, from before the first client came
    /// @param clients at the same moments
    static boolean wasStarvedWhereLate(List<Sample> server, List<Sample> clients) {
        boolean wasStarved = true;
        for (int i = 1; i < server.size(); i++) {
            if (lateCount(server, clients, i) > lateCount(server, clients, i - 1)) {
                wasStarved &= isStarvedWithin(server, clients, i);
            }
        }
        return wasStarved;
    }

    private static double lateCount(List<Sample> server, List<Sample> clients, int i) {
        return Stream.of(server, clients)
                .flatMap(samples -> SoakCounts.lateIn(samples.get(i).figures).values().stream())
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    /// What was late by a sample had begun, at the earliest, a client's patience before the sample before that.
    private static boolean isStarvedWithin(List<Sample> server, List<Sample> clients, int last) {
        double earliestSeconds = server.get(last - 1).seconds - SoakClients.PATIENCE.toSeconds();
        return IntStream.rangeClosed(1, last)
                .filter(i -> server.get(i).seconds > earliestSeconds)
                .anyMatch(i -> isStarved(server.get(i), clients.get(i)));
    }

    private static boolean isStarved(Sample server, Sample clients) {
        double stallMillis =
                Math.max(server.value(SoakMeasure.VIRTUAL_STALL), clients.value(SoakMeasure.VIRTUAL_STALL));
        return server.value(SoakMeasure.OTHERS) >= STARVING_PERCENT && stallMillis >= STARVING_MILLIS;
    }

    /// What is held still that was not before the clients came, one sentence each.
    static List<String> findLeftOver(String process, Sample before, Sample after) {
        List<String> findings = new ArrayList<>();
        for (SoakMeasure measure : SoakMeasure.values()) {
            if (measure.isJudged() && after.value(measure) > before.value(measure) + measure.leftOverLimit) {
                findings.add("%s: %s: %s before, %s after".formatted(process, measure.title,
                        measure.format(before.value(measure)), measure.format(after.value(measure))));
            }
        }
        return findings;
    }
}
