package dev.asyncio.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/// The CPU time of this process, of all its threads.
final class ProcessCpu {

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private ProcessCpu() {}

    static long nanos() {
        return SYSTEM.getProcessCpuTime();
    }
}
