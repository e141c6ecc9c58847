package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.bench.ProcessComparison.Case;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessComparisonTest {

    private static final String ANSWER = "answer";

    @TempDir
    private Path folder;

    /// Prints what its JVM was given.
    static final class Answering {

        private Answering() {}

        static void main() {
            System.out.println(Values.format(Map.of(ANSWER, Double.valueOf(System.getProperty(ANSWER)))));
        }
    }

    private static Case answering(String contender, String... options) {
        return new Case(contender, Map.of(), List.of(options), _ -> List.of());
    }

    @Test
    void aCaseHasOptionsOfItsOwnWhichTheFileTells() throws Exception {
        var comparison = new ProcessComparison("some", Answering.class, List.of("-Danswer=1"), _ -> 1, false,
                List.of(answering("usual"), answering("special", "-Danswer=2")));
        ResultFile file = Results.begin(folder, "some");
        comparison.runRound(1, Comparison.Pace.QUICK, file);
        assertEquals(List.of(1.0, 2.0), file.runs().stream().map(run -> run.figure(ANSWER)).toList());
        assertEquals(List.of(Run.settings("special", List.of("-Danswer=2"))), file.settings());
    }
}
