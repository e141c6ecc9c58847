package dev.asyncio.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;

/// What this JVM says of itself.
final class Diagnosis {

    private static final String VIRTUAL_THREAD = "java.lang.VirtualThread";

    private Diagnosis() {}

    /// The answer to a diagnostic command.
    ///
    /// @param command as the MBean has it, for instance `vmNativeMemory`
    static String of(String command, String... arguments) throws IOException {
        try {
            Object[] wrapped = {arguments};
            return (String) ManagementFactory.getPlatformMBeanServer().invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), command, wrapped,
                    new String[] {String[].class.getName()});
        } catch (JMException e) {
            throw new IOException(command + " failed", e);
        }
    }

    /// How many virtual threads are alive: a count of objects, garbage excepted. A thread dump would know, too, but not
    /// survive threads that park meanwhile (JDK-8364343).
    static long virtualThreadCount() throws IOException {
        return of("gcClassHistogram").lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length > 3 && words[3].equals(VIRTUAL_THREAD))
                .mapToLong(words -> Long.parseLong(words[1]))
                .sum();
    }
}
