package dev.asyncio.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An example in a process of its own, run as its head comment says.
final class ExampleProcess implements AutoCloseable {

    private static final Pattern LISTENING = Pattern.compile("listening on port (\\d+)");

    private final Process process;
    private final BufferedReader output;
    private final BufferedWriter input;

    private ExampleProcess(Process process) {
        this.process = process;
        this.output = process.inputReader();
        this.input = process.outputWriter();
    }

    static ExampleProcess start(Class<?> example, String... arguments) throws IOException {
        return new ExampleProcess(command(example.getSimpleName(), arguments)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /// Starts one that cannot do what it is told; its output is what it says on standard error.
    static ExampleProcess startInVain(String example, String... arguments) throws IOException {
        return new ExampleProcess(
                command(example, arguments).redirectErrorStream(true).start());
    }

    private static ProcessBuilder command(String example, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Run.class.getName(), example));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /// Waits for the line that says where a server listens.
    int port() throws IOException {
        String line = nextLine();
        Matcher matcher = LISTENING.matcher(line);
        assertTrue(matcher.matches(), line);
        return Integer.parseInt(matcher.group(1));
    }

    /// Connects to a server that listens on any port.
    Socket connect(int port) throws IOException {
        var socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    String nextLine() throws IOException {
        String line = output.readLine();
        assertTrue(line != null, "the example ended");
        return line;
    }

    /// Waits for the end of the output.
    List<String> allLines() {
        return output.lines().toList();
    }

    void type(String line) throws IOException {
        input.write(line);
        input.newLine();
        input.flush();
    }

    void endInput() throws IOException {
        input.close();
    }

    /// Asks the process to end, as `kill` does.
    void terminate() {
        process.toHandle().destroy(); // unlike destroy() of the process itself, leaves its output open
    }

    int exitStatus() throws InterruptedException {
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), "the example goes on");
        return process.exitValue();
    }

    /// Returns once it has ended: the next may want its port.
    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        output.close();
    }
}
