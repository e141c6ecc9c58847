package dev.asyncio.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// Lines of the form `name=value name=value …`, in which the processes of a comparison speak to each other. No value
/// has a space.
final class Values {

    private Values() {}

    /// @throws IllegalArgumentException if there is anything else in the line
    static Map<String, String> parse(String line) {
        return Arrays.stream(line.strip().split(" +"))
                .filter(pair -> !pair.isEmpty()) // there may be none
                .map(pair -> split(pair, line))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1], (_, last) -> last, LinkedHashMap::new));
    }

    private static String[] split(String pair, String line) {
        String[] halves = pair.split("=", 2);
        if (halves.length < 2) {
            throw new IllegalArgumentException("expected name=value, got \"%s\" in: %s".formatted(pair, line));
        }
        return halves;
    }

    /// @throws IllegalArgumentException if there is no such value, or it is no number, or a lesser one
    static int number(Map<String, String> values, String name, int least) {
        return Arguments.number(name, least, required(values, name));
    }

    /// @throws IllegalArgumentException if there is no such value, or it is no number that is not negative
    static double decimal(Map<String, String> values, String name) {
        return Arguments.decimal(name, required(values, name));
    }

    /// @throws IllegalArgumentException if there is no such value
    static String required(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("expected %s=…, got \"%s\"".formatted(name, format(values)));
        }
        return value;
    }

    static Map<String, Double> parseFigures(String line) {
        Map<String, Double> figures = new LinkedHashMap<>();
        parse(line).forEach((name, value) -> figures.put(name, Double.valueOf(value)));
        return figures;
    }

    static String format(Map<String, ?> values) {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
    }
}
