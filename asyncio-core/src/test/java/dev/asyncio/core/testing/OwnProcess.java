package dev.asyncio.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.condition.OS;

/// A main class of the tests in a process of its own, on the same JDK and class path: for what a test cannot do to its
/// own process, as to take all its descriptors.
public final class OwnProcess {

    /// For one that has much to do on a busy machine, or has to say what it has waited for in vain. Less than a test's own.
    private static final Duration PATIENCE = Waiting.PATIENCE.multipliedBy(10);

    private final Class<?> main;
    private final List<String> prefix = new ArrayList<>();
    private final List<String> jvmOptions = new ArrayList<>();

    private OwnProcess(Class<?> main) {
        this.main = main;
    }

    public static OwnProcess of(Class<?> main) {
        return new OwnProcess(main);
    }

    public OwnProcess jvmOptions(String... options) {
        jvmOptions.addAll(List.of(options));
        return this;
    }

    /// Where there is a `sh` with an `ulimit`; a test that asks for it on Windows is skipped.
    public OwnProcess descriptorLimit(int count) {
        assumeFalse(OS.WINDOWS.isCurrentOs(), "no ulimit");
        prefix.addAll(List.of("sh", "-c", "ulimit -n " + count + " && exec \"$0\" \"$@\""));
        return this;
    }

    /// Runs it, and fails unless it ends by itself and well.
    ///
    /// @return the lines that it printed, those on standard error among them
    public List<String> run(Object... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Path log = Files.createTempFile(main.getSimpleName(), ".log");
        try {
            run(command, log);
            return Files.readAllLines(log);
        } finally {
            Files.delete(log);
        }
    }

    private void run(List<String> command, Path log) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertTrue(process.waitFor(PATIENCE), main + " does not end: " + Files.readString(log));
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), Files.readString(log));
    }
}
