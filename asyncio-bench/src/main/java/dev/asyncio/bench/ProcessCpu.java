package dev.asyncio.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// The CPU time of this process, of all its threads, and what its compiler takes; and what the kernel takes for another.
final class ProcessCpu {

    /// Of the clock that proc(5) counts in.
    static final double TICKS_A_SECOND = 100;

    /// Of proc_pid_stat(5), counted from what follows the name.
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    /// What the JDK calls the threads of its compilers; the system knows fifteen letters of a name.
    private static final Pattern COMPILER = Pattern.compile("C[12] CompilerThre");

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private ProcessCpu() {}

    static long nanos() {
        return SYSTEM.getProcessCpuTime();
    }

    /// What of a process's CPU time the kernel worked for it so far, in seconds; not a number where the system does not tell.
    static double kernelSeconds(long pid) throws IOException {
        Path statistics = Path.of("/proc", Long.toString(pid), "stat");
        if (!Files.isReadable(statistics)) {
            return Double.NaN;
        }
        return kernelSeconds(Files.readString(statistics));
    }

    /// The same of the file's one line.
    static double kernelSeconds(String line) {
        return Long.parseLong(fieldsBehindName(line)[SYSTEM_TICKS]) / TICKS_A_SECOND;
    }

    private static String[] fieldsBehindName(String line) {
        return line.substring(line.lastIndexOf(") ") + 2).split(" "); // a name may have spaces and parentheses
    }

    /// Where the system tells of the threads of a process's compilers; nowhere where it has none, or the system does not.
    /// To find them is to look at each of its threads: a server that has ten thousand is asked before they come.
    static List<Path> compilerThreads(long pid) {
        File threads = Path.of("/proc", Long.toString(pid), "task").toFile();
        return Arrays.stream(Objects.requireNonNullElse(threads.list(), new String[0]))
                .map(thread -> threads.toPath().resolve(thread).resolve("stat"))
                .filter(thread -> line(thread).map(ProcessCpu::isCompiler).orElse(false))
                .toList();
    }

    /// What each of these has worked so far, in seconds, but for those that have ended.
    static Map<Path, Double> compilerSeconds(List<Path> threads) {
        Map<Path, Double> seconds = new HashMap<>();
        threads.forEach(thread -> line(thread).ifPresent(line -> seconds.put(thread, seconds(line))));
        return seconds;
    }

    /// What they have worked since, in all, but for those that have ended meanwhile; not a number if none are known. A JVM
    /// starts another compiler only where those that it has are busy, and ends one that has had nothing to do for long.
    static double compilerSecondsSince(Map<Path, Double> before) {
        Map<Path, Double> now = compilerSeconds(List.copyOf(before.keySet()));
        return before.isEmpty() ? Double.NaN
                : now.keySet().stream().mapToDouble(thread -> now.get(thread) - before.get(thread)).sum();
    }

    /// What the system tells of a thread; empty if it has ended.
    private static Optional<String> line(Path thread) {
        try {
            return Optional.of(Files.readString(thread));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static boolean isCompiler(String line) {
        return COMPILER.matcher(line.substring(line.indexOf('(') + 1, line.lastIndexOf(')'))).matches();
    }

    private static double seconds(String line) {
        String[] fields = fieldsBehindName(line);
        return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS])) / TICKS_A_SECOND;
    }

    /// For how long the compiler has worked so far; 0 where there is none.
    static long compileMillis() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        return compiler == null ? 0 : compiler.getTotalCompilationTime();
    }
}
