package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// The servers of a comparison by hand, as its command line names them. `NAME=HOST:PORT` is a server that runs already;
/// `NAME=COMMAND LINE` is a program that serves on 127.0.0.1 and prints a line that ends with its port; anything else is a
/// contender of this module.
final class NamedServers {

    private static final String COMPARISON = "by-hand";

    private NamedServers() {}

    /// Those that are named and that this system has; says which it does not have. With ours among them, ours is the
    /// first, and there twice: without its A/A pair, nothing would be decided.
    ///
    /// @param kinds all contenders of this module, which take part if nothing is named
    static <K extends Enum<K>> List<Subject> of(List<String> names, K[] kinds, Predicate<K> isAvailable,
            Function<K, Subject> server) {
        Map<Boolean, List<String>> byPlace = names.stream()
                .collect(Collectors.partitioningBy(name -> name.contains("=")));
        List<K> named = names.isEmpty()
                ? List.of(kinds)
                : byPlace.get(false).stream().map(name -> Names.find("contender", kinds, name)).toList();
        var notes = new Peers();
        List<Subject> servers = new ArrayList<>();
        notes.available(COMPARISON, isAvailable, named).stream().map(server).forEach(servers::add);
        Peers.printSkipped(notes.skippedIn(COMPARISON));
        for (String name : byPlace.get(true)) {
            Subject external = external(name);
            System.out.println("Not looked at: whether " + external.title() + " has TCP_NODELAY on");
            servers.add(external);
        }
        servers.sort(Comparator.comparing(subject -> !isOurs(subject)));
        return servers.stream().anyMatch(NamedServers::isOurs) ? Subject.withAgain(servers) : servers;
    }

    private static Subject external(String name) {
        String[] parts = name.split("=", 2);
        return Subject.external(Peers.title(parts[0]), parts[1]);
    }

    private static boolean isOurs(Subject subject) {
        return subject.title().equals(Contenders.ASYNCIO);
    }
}
