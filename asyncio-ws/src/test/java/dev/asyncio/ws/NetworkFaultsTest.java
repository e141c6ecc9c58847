package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.core.testing.Waiting;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Runs `src/test/network/network-faults.sh`, where there are network namespaces for it.
class NetworkFaultsTest {

    private static final int NOT_POSSIBLE = 77;
    private static final long TIMEOUT_MINUTES = 4;

    @Test
    @EnabledOnOs(OS.LINUX)
    void streamsStayCorrectAndTheDeadAreFoundOnABadNetwork(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("log");
        var builder = new ProcessBuilder("bash", "src/test/network/network-faults.sh")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("CLASSES", absolute(System.getProperty("java.class.path")));
        Process script = builder.start();
        try {
            boolean hasEnded = script.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES);
            List<String> said = Files.readAllLines(log);
            said.forEach(System.out::println);
            Assumptions.assumeFalse(hasEnded && script.exitValue() == NOT_POSSIBLE, () -> said.getLast());
            assertEquals(0, hasEnded ? script.exitValue() : -1, () -> String.join("\n", said));
        } finally {
            script.destroyForcibly();
            Waiting.await("the script to end", () -> !script.isAlive()); // and with it all that is in its namespaces
        }
    }

    private static String absolute(String classPath) {
        return String.join(File.pathSeparator, Stream.of(classPath.split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .toList());
    }
}
