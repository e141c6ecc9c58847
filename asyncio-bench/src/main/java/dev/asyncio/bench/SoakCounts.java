package dev.asyncio.bench;

import java.net.SocketTimeoutException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/// What has happened in a process of a soak, by kind: what was to be expected of such peers, and what should not be.
final class SoakCounts {

    private static final String EXPECTED = "expected:";
    private static final String NOT_JUDGED = "not-judged:";
    private static final String UNEXPECTED = "unexpected:";

    /// Unexpected, too: what had not come when patience was at its end.
    static final String LATE = "late:";

    private static final Logger LIBRARY = Logger.getLogger("dev.asyncio");

    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();

    void expected(String kind) {
        counter(EXPECTED + kind).incrementAndGet();
    }

    /// Has happened, and got no answer that could have been wrong.
    void notJudged(String kind) {
        counter(NOT_JUDGED + kind).incrementAndGet();
    }

    /// Prints the first of a kind.
    void unexpected(String kind, Throwable reason) {
        String name = kind + ":" + reason.getClass().getSimpleName();
        AtomicLong counter = counter((isLate(reason) ? LATE : UNEXPECTED) + name);
        if (counter.incrementAndGet() == 1) {
            System.err.println("unexpected: " + name);
            reason.printStackTrace();
        }
    }

    private static boolean isLate(Throwable reason) {
        return reason instanceof SocketTimeoutException || reason.getCause() instanceof SocketTimeoutException;
    }

    private AtomicLong counter(String name) {
        return counts.computeIfAbsent(name.replace(' ', '-'), _ -> new AtomicLong());
    }

    /// Counts what the library logs in place of printing it: that peers break off is expected, anything worse is not.
    void countLibraryLog() {
        LIBRARY.setUseParentHandlers(false);
        LIBRARY.addHandler(new Handler() {
            @Override
            public void publish(LogRecord entry) {
                if (entry.getLevel().intValue() < Level.WARNING.intValue()) {
                    expected("peer broke off");
                } else {
                    unexpected("logged", new IllegalStateException(entry.getMessage(), entry.getThrown()));
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    /// For a line of [Values].
    Map<String, Double> toFigures() {
        Map<String, Double> figures = new TreeMap<>();
        counts.forEach((name, count) -> figures.put(name, (double) count.get()));
        return figures;
    }

    /// What such figures have of the unexpected, one sentence each.
    static List<String> findUnexpected(String process, Map<String, Double> figures) {
        return Stream.concat(findWrong(process, figures).stream(), findLate(process, figures).stream()).toList();
    }

    /// The same without what was only late.
    static List<String> findWrong(String process, Map<String, Double> figures) {
        return find(process, figures, UNEXPECTED);
    }

    /// The rest of it.
    static List<String> findLate(String process, Map<String, Double> figures) {
        return find(process, figures, LATE);
    }

    private static List<String> find(String process, Map<String, Double> figures, String prefix) {
        return in(figures, prefix).entrySet().stream()
                .map(entry -> "%s: %.0f unexpected %s".formatted(process, entry.getValue(), entry.getKey()))
                .toList();
    }

    static Map<String, Double> lateIn(Map<String, Double> figures) {
        return in(figures, LATE);
    }

    static Map<String, Double> expectedIn(Map<String, Double> figures) {
        return in(figures, EXPECTED);
    }

    static Map<String, Double> notJudgedIn(Map<String, Double> figures) {
        return in(figures, NOT_JUDGED);
    }

    private static Map<String, Double> in(Map<String, Double> figures, String prefix) {
        Map<String, Double> found = new LinkedHashMap<>();
        figures.forEach((name, count) -> {
            if (name.startsWith(prefix)) {
                found.put(name.substring(prefix.length()), count);
            }
        });
        return found;
    }
}
