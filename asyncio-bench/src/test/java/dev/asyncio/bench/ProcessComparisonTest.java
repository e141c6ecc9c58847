package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.bench.ProcessComparison.Case;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessComparisonTest {

    private static final String ANSWER = IdleCost.Cost.HEAP_BYTES;

    @TempDir
    private Path folder;

    /// Prints what its JVM was given, as if it were the memory of idle connections.
    static final class Answering {

        private Answering() {}

        static void main() {
            System.out.println(Values.format(new IdleCost.Cost(0, Long.getLong(ANSWER), 0, 0).figures()));
        }
    }

    private static Case answering(String contender, String... options) {
        return new Case(contender, Map.of("protocol", "TCP"), List.of(options), _ -> List.of());
    }

    @Test
    void whatOnlySomeHaveOfALoadIsMeasuredAnewForAll() throws Exception {
        List<Case> cases = Stream.of("small", "large")
                .flatMap(load -> Stream.of("one", "other")
                        .map(contender -> new Case(contender, Map.of("protocol", load), _ -> List.of())))
                .toList();
        var comparison =
                new ProcessComparison("some", Answering.class, List.of("-DheapBytes=2000"), _ -> 1, false, cases);
        ResultFile file = Results.begin(folder, "some");
        for (Map<String, String> facts : comparison.facts(1).subList(0, 3)) {
            file.append(new Run(facts, Map.of(ANSWER, 1_000.0)));
        }
        comparison.runRound(1, Comparison.Pace.QUICK, file);
        assertEquals(List.of(1_000.0, 1_000.0, 2_000.0, 2_000.0),
                file.runs().stream().map(run -> run.figure(ANSWER)).toList());
    }

    @Test
    void whoComesFirstUnderALoadIsAnotherInEachRound() throws Exception {
        List<Case> cases = Stream.of("small", "medium", "large")
                .flatMap(load -> Stream.of("one", "two")
                        .map(contender -> new Case(contender, Map.of("protocol", load), _ -> List.of())))
                .toList();
        var comparison =
                new ProcessComparison("some", Answering.class, List.of("-DheapBytes=1000"), _ -> 1, false, cases);
        ResultFile file = Results.begin(folder, "some");
        for (int round = 1; round <= 2; round++) {
            comparison.runRound(round, Comparison.Pace.QUICK, file);
        }
        List<String> ofLarge = file.runs().stream()
                .filter(run -> run.matches(Map.of("protocol", "large")))
                .map(Run::contender)
                .toList();
        assertEquals(List.of("one", "two", "two", "one"), ofLarge);
    }

    @Test
    void aRunThatIsRefusedIsNotInTheFile() throws Exception {
        var comparison = new ProcessComparison("some", Answering.class, List.of("-DheapBytes=0"), _ -> 1, false,
                List.of(answering("one")));
        ResultFile file = Results.begin(folder, "some");
        assertThrows(IOException.class, () -> comparison.runRound(1, Comparison.Pace.QUICK, file));
        assertEquals(List.of(), file.runs());
    }

    @Test
    void aCaseHasOptionsOfItsOwnWhichTheFileTells() throws Exception {
        var comparison = new ProcessComparison("some", Answering.class, List.of("-DheapBytes=1000"), _ -> 1, false,
                List.of(answering("usual"), answering("special", "-DheapBytes=2000")));
        ResultFile file = Results.begin(folder, "some");
        comparison.runRound(1, Comparison.Pace.QUICK, file);
        assertEquals(List.of(1_000.0, 2_000.0), file.runs().stream().map(run -> run.figure(ANSWER)).toList());
        assertEquals(List.of(Run.settings("special", List.of("-DheapBytes=2000"))), file.settings());
    }
}
