package dev.asyncio.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
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

    /// What of a process's CPU time its compilers took so far, in seconds, but for those of their threads that have ended;
    /// 0 where it has none, or the system does not tell.
    static double compilerSeconds(long pid) {
        File threads = Path.of("/proc", Long.toString(pid), "task").toFile();
        double seconds = 0;
        for (String thread : Objects.requireNonNullElse(threads.list(), new String[0])) {
            try {
                seconds += compilerSeconds(Files.readString(threads.toPath().resolve(thread).resolve("stat")));
            } catch (IOException _) {
                // It has just ended.
            }
        }
        return seconds;
    }

    /// The same of one thread's line.
    static double compilerSeconds(String line) {
        String name = line.substring(line.indexOf('(') + 1, line.lastIndexOf(')'));
        if (!COMPILER.matcher(name).matches()) {
            return 0;
        }
        String[] fields = fieldsBehindName(line);
        return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS])) / TICKS_A_SECOND;
    }

    /// For how long the compiler has worked so far; 0 where there is none.
    static long compileMillis() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        return compiler == null ? 0 : compiler.getTotalCompilationTime();
    }
}
