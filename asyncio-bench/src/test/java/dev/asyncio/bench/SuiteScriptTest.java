package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where `suite.sh` has results and page written, with a `mvn` that only says what it is told.
class SuiteScriptTest {

    @TempDir
    private Path home;

    @BeforeEach
    void installWithoutMavenAndPeers() throws IOException {
        Path bench = Files.createDirectories(home.resolve("bench"));
        for (String script : List.of("suite.sh", "lock.sh")) {
            Files.copy(Path.of(script), bench.resolve(script), StandardCopyOption.COPY_ATTRIBUTES);
        }
        write(Files.createDirectories(bench.resolve("peers")).resolve("build.sh"), "exit 0");
        write(Files.createDirectories(home.resolve("bin")).resolve("mvn"),
                "echo \"$7\"; for last; do :; done; echo \"$last\"");
    }

    static void write(Path script, String command) throws IOException {
        Files.writeString(script, "#!/bin/sh\n" + command + "\n");
        assertTrue(script.toFile().setExecutable(true));
    }

    private Process run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", home.resolve("bench/suite.sh").toString()));
        command.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().merge("PATH", home.resolve("bin") + ":", (path, first) -> first + path);
        return builder.start();
    }

    private void measureFirst(String results) throws IOException {
        Files.createFile(Files.createDirectories(home.resolve(results)).resolve("codec.jsonl"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                            | bench/target/full         | bench/target/full  | bench/target/full/BENCHMARKS.md
            codec                         | bench/target/full         | bench/target/full  | bench/target/full/BENCHMARKS.md
            --second                      | bench/target/full/second  | bench/target/full  | bench/target/full/BENCHMARKS.md
            --publish --elsewhere         | bench/results/elsewhere   | bench/results      | bench/../BENCHMARKS.md
            --quick codec                 | bench/target/quick        | bench/target/quick | bench/target/quick/BENCHMARKS.md
            --quick --second              | bench/target/quick/second | bench/target/quick | bench/target/quick/BENCHMARKS.md
            --publish                     | bench/results             | bench/results      | bench/../BENCHMARKS.md
            --second --publish codec idle | bench/results/second      | bench/results      | bench/../BENCHMARKS.md
            """)
    void onlyWhoPublishesTouchesWhatIsCommitted(String options, String measured, String results, String page)
            throws Exception {
        measureFirst(results);
        Process suite = run(options.isEmpty() ? new String[0] : options.split(" "));
        List<String> arguments = suite.inputReader().lines().skip(1).toList(); // behind "building"
        assertEquals(0, suite.waitFor());
        String owner = "-Downer=" + suite.pid();
        assertEquals(List.of(
                owner,
                "-Dargs=\"%s\" \"%s\" %s".formatted(
                        home.resolve(measured), home.resolve("bench/target/peers/peers.properties"), options),
                owner,
                "-Dargs=\"%s\" \"%s\"".formatted(home.resolve(results), home.resolve(page))), arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--second", "--elsewhere"})
    void aFurtherRunNeedsAFirst(String option) throws Exception {
        measureFirst("bench/results");
        Process suite = run(option);
        List<String> lines = suite.inputReader().lines().toList();
        assertEquals(2, suite.waitFor());
        assertEquals(List.of("expected a first run in %s, to compare another with, got none"
                .formatted(home.resolve("bench/target/full"))), lines);
    }

    @ParameterizedTest
    @CsvSource({"--quick, --publish", "--publish, --quick", "--second, --elsewhere"})
    void ofTwoPlacesOnlyOneIsTaken(String one, String other) throws Exception {
        measureFirst("bench/results");
        Process suite = run(one, "codec", other);
        List<String> lines = suite.inputReader().lines().toList();
        assertEquals(2, suite.waitFor());
        assertEquals(List.of("expected " + one + " or " + other + ", got both"), lines);
    }

    @Test
    void whereNothingWasMeasuredNoPageIsWritten() throws Exception {
        Process suite = run("codec");
        assertEquals(1, suite.inputReader().lines().filter(line -> line.startsWith("-Dargs")).count());
        assertEquals(0, suite.waitFor());
    }

    @Test
    void aComparisonThatThereIsNotIsRefused() throws Exception {
        Process suite = run("codex");
        List<String> lines = suite.inputReader().lines().toList();
        assertEquals(2, suite.waitFor());
        String all = new FullSuite(new Suite(home, Comparison.Pace.QUICK, 1), Peers.NONE).comparisons().stream()
                .map(Comparison::name)
                .collect(Collectors.joining(" "));
        assertEquals(List.of("expected some of " + all + ", got codex"), lines);
    }

    @Test
    void anOptionThatThereIsNotIsRefused() throws Exception {
        Process suite = run("--publsh");
        List<String> lines = suite.inputReader().lines().toList();
        assertNotEquals(0, suite.waitFor());
        assertEquals(
                List.of("expected --quick, --publish, --second, --elsewhere or the name of a comparison, got --publsh"),
                lines);
    }
}
