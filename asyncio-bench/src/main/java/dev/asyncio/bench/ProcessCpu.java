package dev.asyncio.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// The CPU time of this process, of all its threads, and what its compiler takes; and what the kernel takes for another.
final class ProcessCpu {

    /// Of the clock that proc(5) counts in.
    static final double TICKS_A_SECOND = 100;

    /// Of proc_pid_stat(5), counted from what follows the name.
    private static final int SYSTEM_TICKS = 12;

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
        String afterName = line.substring(line.lastIndexOf(") ") + 2); // a name may have spaces and parentheses
        return Long.parseLong(afterName.split(" ")[SYSTEM_TICKS]) / TICKS_A_SECOND;
    }

    /// For how long the compiler has worked so far; 0 where there is none.
    static long compileMillis() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        return compiler == null ? 0 : compiler.getTotalCompilationTime();
    }
}
