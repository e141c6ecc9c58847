package dev.asyncio.bench;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What one measurement came to; a line of a [ResultFile]. It is one flat JSON object: its strings say what was run,
/// its numbers are what was measured.
///
/// @param facts the contender, the parameters, the round
/// @param figures raw, none derived from another run
record Run(Map<String, String> facts, Map<String, Double> figures) {

    static final String CONTENDER = "contender";
    static final String ROUND = "round";

    /// In place of figures: why a contender could not be measured here.
    static final String SKIPPED = "skipped";

    /// In place of figures: the options of its JVM that a contender was measured with, besides those that all get.
    static final String SETTINGS = "settings";

    private static final MathContext DIGITS = new MathContext(7);
    private static final Pattern MEMBER =
            Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\":(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([-+.\\deE]+))");

    Run {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    /// The facts of one round, without figures yet.
    static Map<String, String> facts(String contender, Map<String, String> parameters, int round) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(CONTENDER, contender);
        facts.putAll(parameters);
        facts.put(ROUND, Integer.toString(round));
        return facts;
    }

    /// What [#facts] say besides the contender.
    static Map<String, String> withoutContender(Map<String, String> facts) {
        Map<String, String> others = new LinkedHashMap<>(facts);
        others.remove(CONTENDER);
        return others;
    }

    static Run skipped(String contender, String reason) {
        return new Run(Map.of(CONTENDER, contender, SKIPPED, reason), Map.of());
    }

    static Run settings(String contender, List<String> options) {
        return new Run(Map.of(CONTENDER, contender, SETTINGS, String.join(" ", options)), Map.of());
    }

    String contender() {
        return facts.get(CONTENDER);
    }

    boolean isSkipped() {
        return facts.containsKey(SKIPPED);
    }

    boolean isSettings() {
        return facts.containsKey(SETTINGS);
    }

    /// A parameter that is a number.
    double parameter(String name) {
        String value = facts.get(name);
        return value == null ? Double.NaN : Double.parseDouble(value);
    }

    /// Not a number if it was not measured.
    double figure(String name) {
        return figures.getOrDefault(name, Double.NaN);
    }

    /// The same with one figure set.
    Run with(String name, double value) {
        Map<String, Double> changed = new LinkedHashMap<>(figures);
        changed.put(name, value);
        return new Run(facts, changed);
    }

    /// Whether it was run with all of these parameters, whatever the others were.
    boolean matches(Map<String, String> parameters) {
        return facts.entrySet().containsAll(parameters.entrySet());
    }

    String toJson() {
        Stream<String> strings = facts.entrySet().stream()
                .map(fact -> quoted(fact.getKey()) + ":" + quoted(fact.getValue()));
        Stream<String> numbers = figures.entrySet().stream()
                .filter(figure -> Double.isFinite(figure.getValue()))
                .map(figure -> quoted(figure.getKey()) + ":" + new BigDecimal(figure.getValue()).round(DIGITS));
        return Stream.concat(strings, numbers).collect(Collectors.joining(",", "{", "}"));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// Reads what [#toJson()] writes.
    ///
    /// @throws IllegalArgumentException if there is anything else in the line
    static Run ofJson(String line) {
        Map<String, String> facts = new LinkedHashMap<>();
        Map<String, Double> figures = new LinkedHashMap<>();
        Matcher member = MEMBER.matcher(line);
        int position = Math.min(1, line.length());
        while (member.find() && member.start() == position) {
            String name = unquoted(member.group(1));
            if (member.group(2) != null) {
                facts.put(name, unquoted(member.group(2)));
            } else {
                figures.put(name, Double.valueOf(member.group(3)));
            }
            position = member.end();
            if (line.startsWith(",", position)) {
                position++;
            }
        }
        if (!line.startsWith("{") || !line.substring(position).equals("}")) {
            throw new IllegalArgumentException("no run, at character " + position + ": " + line);
        }
        return new Run(facts, figures);
    }

    private static String unquoted(String text) {
        return text.replaceAll("\\\\(.)", "$1");
    }
}
