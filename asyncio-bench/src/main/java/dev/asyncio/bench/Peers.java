package dev.asyncio.bench;

import static java.util.Map.entry;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Predicate;

/// The servers outside the JVM, as `peers/build.sh` has listed them, and a note of all contenders that are not here.
final class Peers {

    private static final Map<String, String> TITLES = Map.ofEntries(
            entry("c-epoll", Contenders.C_EPOLL),
            entry("c-epoll-spin", Contenders.C_SPIN),
            entry("c-source", Contenders.C_SOURCE),
            entry("asio-sync", "Asio, a thread each"),
            entry("asio-async", "Asio, async"),
            entry("asio-source", "Asio, async"),
            entry("trantor", "Trantor"),
            entry("drogon", "Drogon"),
            entry("bun", Contenders.BUN),
            entry("bun-source", Contenders.BUN),
            entry("ws", "Node ws"),
            entry("ws-source", "Node ws"));

    /// For comparisons without any.
    static final Peers NONE = new Peers();

    private final Properties list = new Properties();
    private final Map<String, List<Run>> skipped = new LinkedHashMap<>();

    /// Of no server outside the JVM.
    Peers() {}

    /// @param file `peers.properties`; if it is missing, so are all peers
    Peers(Path file) throws IOException {
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                list.load(reader);
            }
        }
    }

    /// As tables have a server of such a name, by which the [Floor] is known: the name itself, if it is none of ours.
    static String title(String name) {
        return TITLES.getOrDefault(name, name);
    }

    /// Those of some peers that are here. The others are noted as skipped in a comparison.
    List<Subject> subjects(String comparison, String... names) {
        List<Subject> found = new ArrayList<>();
        for (String name : names) {
            if (list.containsKey(name)) {
                found.add(Subject.external(TITLES.get(name), list.getProperty(name)));
            } else {
                skip(comparison, TITLES.get(name),
                        list.getProperty("skipped." + name, "peers/build.sh has not been run"));
            }
        }
        return found;
    }

    /// Those of some contenders of the JVM that this system has. The others are noted as skipped in a comparison.
    <K> List<K> available(String comparison, Predicate<K> isAvailable, List<K> kinds) {
        List<K> found = new ArrayList<>();
        for (K kind : kinds) {
            if (isAvailable.test(kind)) {
                found.add(kind);
            } else {
                skip(comparison, kind.toString(), "this system does not have it");
            }
        }
        return found;
    }

    /// Notes a contender that cannot be measured here.
    void skip(String comparison, String title, String reason) {
        skipped.computeIfAbsent(comparison, _ -> new ArrayList<>()).add(Run.skipped(title, reason));
    }

    /// Those noted, with their reasons.
    List<Run> skippedIn(String comparison) {
        return skipped.getOrDefault(comparison, List.of());
    }

    /// Prints why some contenders were not measured.
    static void printSkipped(List<Run> skipped) {
        for (Run run : skipped) {
            System.out.printf("Not measured: %s, %s%n", run.contender(), run.facts().get(Run.SKIPPED));
        }
    }

    /// Of those that are here, by title.
    Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        new TreeMap<>(TITLES).forEach((name, title) -> {
            if (list.containsKey(name)) {
                versions.put(title, list.getProperty("version." + name));
            }
        });
        return versions;
    }
}
