package dev.asyncio.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// Another main of this module in a process of its own, on the same JDK and class path, which speaks in lines. A program
/// of another kind can stand in for it.
final class ChildJvm implements AutoCloseable {

    /// Far beyond what any child takes for a line on a busy machine, unless it is told to take longer.
    static final Duration MAX_SILENCE = Duration.ofMinutes(3);

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// From word to force.
    private static final Duration GRACE = Duration.ofSeconds(3);

    private static final List<String> OPTIONS = List.of("-Xmx1g", MemoryAccess.UNSAFE, MemoryAccess.NATIVE);

    /// Held while a process starts, and for good once this JVM ends: nobody would end what started then.
    private static final ReentrantLock STARTING = new ReentrantLock();

    /// The process without which this one has nothing to do, as scripts name themselves: ended by a signal, they do not
    /// hand it on. Empty or not there where there is none.
    static final String OWNER_PROPERTY = "asyncio.bench.owner";

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ChildJvm::endAll, "end of child processes"));
        String owner = System.getProperty(OWNER_PROPERTY, "");
        if (!owner.isEmpty()) {
            endWith(Long.parseLong(owner));
        }
    }

    private final String name;
    private final Process process;
    private final BufferedReader output;
    private final BufferedWriter input;
    private boolean isPaused;

    /// The child has ended before it was to, or had to be ended.
    static final class Failure extends IOException {

        private static final long serialVersionUID = 1;

        private Failure(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private ChildJvm(String name, Process process) {
        this.name = name;
        this.process = process;
        this.output = process.inputReader();
        this.input = process.outputWriter();
    }

    static ChildJvm start(Class<?> main, Object... arguments) throws IOException {
        return startWith(List.of(), main, arguments);
    }

    /// With more options of the JVM.
    static ChildJvm startWith(List<String> options, Class<?> main, Object... arguments) throws IOException {
        return start(List.of(), options, main, arguments);
    }

    /// Pins the process to one core, where the machine has two and a `taskset`.
    static ChildJvm startOnCore(int core, Class<?> main, Object... arguments) throws IOException {
        return startOnCore(core, List.of(), main, arguments);
    }

    /// The same, with more options of the JVM.
    static ChildJvm startOnCore(int core, List<String> options, Class<?> main, Object... arguments)
            throws IOException {
        return start(Pinning.toCore(core), options, main, arguments);
    }

    /// Pins the process to some cores, where that can be.
    static ChildJvm startOnCores(List<Integer> cores, Class<?> main, Object... arguments) throws IOException {
        return start(Pinning.toCores(cores), List.of(), main, arguments);
    }

    /// Runs a program that is none of ours, pinned like them.
    static ChildJvm startOnCore(int core, List<String> program) throws IOException {
        List<String> command = new ArrayList<>(Pinning.toCore(core));
        command.addAll(program);
        return start(program.toString(), command);
    }

    private static ChildJvm start(List<String> prefix, List<String> options, Class<?> main, Object... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        return start(main.getSimpleName() + Arrays.toString(arguments), command);
    }

    private static ChildJvm start(String name, List<String> command) throws IOException {
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        STARTING.lock();
        try {
            return new ChildJvm(name, builder.start());
        } finally {
            STARTING.unlock();
        }
    }

    /// With the children, as at any signal.
    private static void endWith(long owner) {
        CompletableFuture<?> ended = ProcessHandle.of(owner)
                .<CompletableFuture<?>>map(ProcessHandle::onExit)
                .orElseGet(() -> CompletableFuture.completedFuture(null));
        ended.thenRunAsync(() -> { // the end waits for this class, which is not ready yet
            System.out.println("ended, since process " + owner + " has ended");
            Runtime.getRuntime().exit(1);
        });
    }

    /// What outlives a JVM that is ended by a signal would keep its core busy, or its memory where it is stopped.
    private static void endAll() {
        STARTING.lock();
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }

    /// Waits for the next line that the child prints, for [#MAX_SILENCE] at most.
    ///
    /// @throws Failure as [#readLine(Duration)]
    String readLine() throws IOException {
        return readLine(MAX_SILENCE);
    }

    /// Waits for the next line that the child prints. One that says nothing for too long is ended.
    ///
    /// @throws Failure if the child ends first, or says nothing for so long
    String readLine(Duration maxSilence) throws IOException {
        var isInTime = new CompletableFuture<Boolean>()
                .completeOnTimeout(false, maxSilence.toNanos(), TimeUnit.NANOSECONDS);
        isInTime.thenAccept(yes -> {
            if (!yes) {
                process.toHandle().destroyForcibly(); // ends the read; by Process, its stream would be closed
            }
        });
        String line = output.readLine();
        if (!isInTime.complete(true)) {
            throw new Failure(name + " said nothing for " + maxSilence.toSeconds() + " s", null);
        }
        if (line == null) {
            throw endedEarly(null);
        }
        return line;
    }

    private Failure endedEarly(IOException cause) {
        String status = process.isAlive() ? "" : " with status " + process.exitValue();
        return new Failure(name + " ended early" + status + "; its reason may be on standard error", cause);
    }

    /// Waits for the next line, one of [Values] that are numbers, as [#readLine()].
    Map<String, Double> readValues() throws IOException {
        return readValues(MAX_SILENCE);
    }

    /// The same, as [#readLine(Duration)].
    Map<String, Double> readValues(Duration maxSilence) throws IOException {
        return read(maxSilence, Values::parseFigures);
    }

    /// Waits for the next line, a [Run], as [#readLine()].
    Run readRun() throws IOException {
        return read(MAX_SILENCE, Run::ofJson);
    }

    private <T> T read(Duration maxSilence, Function<String, T> parser) throws IOException {
        String line = readLine(maxSilence);
        try {
            return parser.apply(line);
        } catch (IllegalArgumentException e) {
            throw new Failure(name + ": " + e.getMessage(), e);
        }
    }

    /// Reads a line that is to be this, as [#readLine(Duration)].
    void await(String expected, Duration maxSilence) throws IOException {
        String line = readLine(maxSilence);
        if (!line.equals(expected)) {
            throw new Failure("%s: expected \"%s\", got \"%s\"".formatted(name, expected, line), null);
        }
    }

    /// Waits for the child's first line, which is to be this, and returns the child; ends it if that does not come.
    ChildJvm whenItSays(String expected) throws IOException {
        boolean isThere = false;
        try {
            await(expected, MAX_SILENCE);
            isThere = true;
            return this;
        } finally {
            if (!isThere) {
                close();
            }
        }
    }

    /// @throws Failure if the child has ended
    void writeLine(String line) throws IOException {
        try {
            input.write(line);
            input.newLine();
            input.flush();
        } catch (IOException e) {
            throw endedEarly(e);
        }
    }

    /// The CPU time that the process has used so far.
    ///
    /// @throws Failure if the child has ended
    Duration cpu() throws Failure {
        if (!process.isAlive()) {
            throw endedEarly(null);
        }
        return process.info()
                .totalCpuDuration()
                .orElseThrow(() -> new Failure("this system does not tell the CPU time of " + name, null));
    }

    /// What of [#cpu()] the kernel worked for the process, in seconds; not a number where the system does not tell.
    double kernelSeconds() throws IOException {
        return ProcessCpu.kernelSeconds(process.pid());
    }

    /// Those of the process, for [ProcessCpu#compilerSeconds].
    List<Path> compilerThreads() {
        return ProcessCpu.compilerThreads(process.pid());
    }

    /// Has the system stop the process where it is until [#resume()]: what polls would take its core from others.
    ///
    /// @throws IOException if the system does not do it
    void pause() throws IOException, InterruptedException {
        signal("STOP");
        isPaused = true;
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT");
        isPaused = false;
    }

    private void signal(String signal) throws IOException, InterruptedException {
        // A shell has a kill of its own; not every system has a program of that name.
        var kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).inheritIO().start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + signal + " of " + name + " failed");
        }
    }

    /// Ends the child's input, and waits until the child has ended of its own accord.
    ///
    /// @throws IOException if it fails, or does not end
    void finish() throws IOException, InterruptedException {
        input.close();
        if (!process.waitFor(PATIENCE) || process.exitValue() != 0) {
            throw new IOException(name + (process.isAlive() ? " does not end" : " failed: " + process.exitValue()));
        }
    }

    /// Ends the child, if it has not ended, and waits for that. One that does not end when it is told to is ended by force.
    @Override
    public void close() {
        try {
            if (!isPaused) { // else it would take no notice
                process.destroy();
                process.waitFor(GRACE);
            }
            process.destroyForcibly();
            if (!process.waitFor(PATIENCE)) {
                System.out.println(name + " does not end");
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
