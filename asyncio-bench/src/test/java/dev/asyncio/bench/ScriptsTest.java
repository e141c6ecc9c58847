package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What scripts have run, by programs that only say what they are told, in a folder with a blank in its name.
class ScriptsTest {

    private static final String SAY_ARGUMENTS = "printf '%s|' \"$@\"; echo";

    @TempDir
    private Path folder;

    private Path bench;
    private Path programs;

    /// What `java --version` says.
    private String jdk = "25.0.3";

    @BeforeEach
    void createFolders() throws IOException {
        bench = Files.createDirectories(folder.resolve("a clone/bench"));
        programs = Files.createDirectory(folder.resolve("programs"));
    }

    private Process run(String script, String... arguments) throws IOException {
        Path copy = bench.resolve(script);
        Files.createDirectories(copy.getParent());
        Files.copy(Path.of(script), copy);
        Path lock = bench.resolve("lock.sh");
        if (!Files.exists(lock)) {
            Files.copy(Path.of("lock.sh"), lock, StandardCopyOption.COPY_ATTRIBUTES);
        }
        List<String> command = new ArrayList<>(List.of("sh", copy.toString()));
        command.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.remove("JAVA_HOME");
        environment.merge("PATH", programs + ":", (path, first) -> first + path);
        return builder.start();
    }

    private static List<String> linesOf(Process script) throws InterruptedException {
        List<String> lines = script.inputReader().lines().toList();
        assertEquals(0, script.waitFor(), lines::toString);
        return lines;
    }

    /// Arguments of a main class are parted at blanks.
    @ParameterizedTest
    @CsvSource({
        "soak.sh,     '',                    Soak,     'target/soak 600 '",
        "soak.sh,     20 7,                  Soak,     'target/soak 20 7'",
        "overload.sh, '',                    Overload, 'target/overload 10000 ws '",
        "overload.sh, 50 wss 7 -XX:+UseZGC,  Overload, 'target/overload 50 wss 7 -XX:+UseZGC'",
        "fairness.sh, '',                    Fairness, 'target/fairness '",
        "fairness.sh, 7,                     Fairness, 'target/fairness 7'"
    })
    void resultsGoToAFolderWithoutABlank(String script, String options, String main, String arguments)
            throws Exception {
        SuiteScriptTest.write(programs.resolve("mvn"), "basename \"$PWD\"; shift 6; " + SAY_ARGUMENTS);
        Process process = run(script, options.isEmpty() ? new String[0] : options.split(" "));
        assertEquals(List.of("a clone", "-Downer=%d|-Drun=dev.asyncio.bench.%s|-Dargs=%s|".formatted(
                process.pid(), main, arguments)), linesOf(process));
    }

    @Test
    void whoseEndIsTheEndOfAMainIsHandedOn() throws Exception {
        String pom = Files.readString(Path.of("pom.xml"));
        assertTrue(pom.contains("-D" + ChildJvm.OWNER_PROPERTY + "=${owner} "), pom);
    }

    @Test
    void onlyOneMeasuresAtATime() throws Exception {
        SuiteScriptTest.write(programs.resolve("mvn"), "echo measuring; read line; echo \"$line\"");
        Process first = run("soak.sh");
        assertEquals("measuring", first.inputReader().readLine());
        Files.delete(bench.resolve("soak.sh"));
        Process second = run("soak.sh");
        assertEquals("process %d measures in this clone; if it does not, delete %s/target/measuring"
                .formatted(first.pid(), bench), second.inputReader().readLine());
        assertEquals(1, second.waitFor());
        try (var input = first.outputWriter()) {
            input.write("measured\n");
        }
        assertEquals(List.of("measured"), linesOf(first));
        Files.delete(bench.resolve("soak.sh"));
        Process third = run("soak.sh");
        third.getOutputStream().close();
        assertEquals("measuring", third.inputReader().readLine());
        third.waitFor();
    }

    @Test
    void aQuickComparisonHasThreeRounds() throws Exception {
        SuiteScriptTest.write(programs.resolve("mvn"), "shift 8; " + SAY_ARGUMENTS);
        assertEquals(List.of("building", "-Dargs=3|"), linesOf(run("quick.sh")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "0", "-1", "1.5", "1 2", "100"})
    void roundsAreANumber(String rounds) throws Exception {
        SuiteScriptTest.write(programs.resolve("mvn"), "echo built");
        Process script = run("quick.sh", rounds);
        List<String> lines = script.inputReader().lines().toList();
        assertEquals(2, script.waitFor());
        assertEquals(List.of("expected a number of rounds from 1 to 99, got " + rounds), lines);
    }

    /// Of two that find the lock of a process that has ended.
    @Test
    void onlyOneAtATimeTakesTheLock() throws Exception {
        Path turn = Files.createDirectories(bench.resolve("target/measuring.turn"));
        SuiteScriptTest.write(programs.resolve("mvn"), "echo measuring");
        Process second = run("soak.sh");
        assertEquals(List.of("another script begins to measure in this clone; if none does, delete " + turn),
                second.inputReader().lines().toList());
        assertEquals(1, second.waitFor());
        assertTrue(Files.exists(turn), "it is the other's");
    }

    private Process comparePeers(String... options) throws IOException {
        Path target = Files.createDirectories(bench.resolve("target/peers"));
        Files.createFile(bench.resolve("target/benchmarks.jar"));
        Files.writeString(target.resolve("peers.properties"), """
                c-epoll = /peers/epoll-echo
                version.c-epoll = gcc 12
                c-epoll-spin = /peers/epoll-echo 0 spin
                skipped.trantor = CMake finds no Trantor
                bun-source = /peers/bun source.js
                bun = /peers/bun echo.js
                """);
        SuiteScriptTest.write(Files.createDirectories(bench.resolve("peers")).resolve("build.sh"), "exit 0");
        SuiteScriptTest.write(programs.resolve("java"), """
                if [ "$1" = --version ]; then
                    echo "openjdk %s 2025-09-16"
                    exit
                fi
                shift 2
                """.formatted(jdk) + SAY_ARGUMENTS);
        List<String> arguments = new ArrayList<>(List.of("3", "64", "1024", "16", "0.5"));
        arguments.addAll(Arrays.asList(options));
        return run("peers/peers.sh", arguments.toArray(String[]::new));
    }

    @Test
    void allPeersThatWereFoundAreComparedEachByItsClient() throws Exception {
        String tcp = "dev.asyncio.bench.ServerComparison|3|64|1024|16|0.5|ASYNCIO|NETTY_EPOLL|"
                + "c-epoll=/peers/epoll-echo|c-epoll-spin=/peers/epoll-echo 0 spin|";
        String webSocket = "dev.asyncio.bench.WebSocketComparison|3|64|1024|16|0.5|binary|ASYNCIO|NETTY_EPOLL|"
                + "JAVA_WEBSOCKET|bun=/peers/bun echo.js|";
        assertEquals(List.of(tcp, webSocket), linesOf(comparePeers()));
    }

    @Test
    void onlyWhatIsAskedForIsCompared() throws Exception {
        String texts = "dev.asyncio.bench.WebSocketComparison|3|64|1024|16|0.5|text|ASYNCIO|bun=/peers/bun echo.js|";
        assertEquals(List.of(texts), linesOf(comparePeers("text", "ASYNCIO")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"17.0.19", "24"})
    void anOlderJdkIsRefusedBeforeAnythingIsBuilt(String older) throws Exception {
        jdk = older;
        Process script = comparePeers();
        List<String> lines = script.inputReader().lines().toList();
        assertEquals(1, script.waitFor());
        assertEquals(List.of("expected a JDK 25 or later as JAVA_HOME or in the PATH, got openjdk " + older
                + " 2025-09-16"), lines);
    }

    @Test
    void messagesOfNoKnownKindAreRefused() throws Exception {
        Process script = comparePeers("ASYNCIO");
        List<String> lines = script.inputReader().lines().toList();
        assertEquals(2, script.waitFor());
        assertEquals("  peers.sh ROUNDS CONNECTIONS MESSAGE_BYTES WINDOW SECONDS [tcp|text|binary [CONTENDER...]]",
                lines.get(2));
    }
}
