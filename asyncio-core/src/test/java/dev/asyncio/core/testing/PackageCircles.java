package dev.asyncio.core.testing;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Asks `jdeps` whether packages depend on each other in a circle.
public final class PackageCircles {

    private static final Pattern ARROW = Pattern.compile("^ +(dev\\.asyncio\\S*) +-> (dev\\.asyncio\\S*)");

    private PackageCircles() {}

    /// A circle among the packages of `target/classes` and those of `dependencies`, if there is one.
    public static Optional<String> find(Path... dependencies) {
        Map<String, Set<String>> arrows = new TreeMap<>();
        var arguments = new ArrayDeque<>(Set.of("-verbose:package"));
        arguments.add("--ignore-missing-deps");
        arguments.add("target/classes");
        for (Path dependency : dependencies) {
            arguments.add(dependency.toString());
        }
        ApiDump.run("jdeps", arguments.toArray(String[]::new)).lines().map(ARROW::matcher).forEach(matcher -> {
            if (matcher.find() && !matcher.group(1).equals(matcher.group(2))) {
                arrows.computeIfAbsent(matcher.group(1), _ -> new TreeSet<>()).add(matcher.group(2));
            }
        });
        return arrows.keySet().stream()
                .map(start -> circleFrom(start, arrows, new ArrayDeque<>()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> circleFrom(String name, Map<String, Set<String>> arrows, Deque<String> path) {
        if (path.contains(name)) {
            return Optional.of(String.join(" -> ", path) + " -> " + name);
        }
        path.addLast(name);
        Optional<String> circle = arrows.getOrDefault(name, Set.of()).stream()
                .map(next -> circleFrom(next, arrows, path))
                .flatMap(Optional::stream)
                .findFirst();
        path.removeLast();
        return circle;
    }
}
