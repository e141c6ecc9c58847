package dev.asyncio.bench;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.netty.util.Version;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/// Where a comparison runs: prints it as a [Run] without a contender. It is a main of its own because a server's JVM,
/// pinned to one core, chooses otherwise than one that has them all.
public final class Environment {

    /// The one figure of an environment: the bytes that one thread here copies in a second.
    static final String MEMORY_COPY = "memoryCopyBytesPerSecond";

    /// How many there are for processes that are pinned to none.
    static final String CORES = "cores";

    /// Those of a socket.
    static final String OPTIONS = "options read back";

    static final String NO_DELAY_ON = "TCP_NODELAY on";

    private static final String PEERS = ":(top)asyncio-bench/peers";

    /// What is measured, and what measures: tests, texts and results make no difference.
    private static final List<String> CODE =
            List.of(":(top,glob)**/src/main/**", PEERS, ":(top,glob)**/pom.xml");

    /// More than a core has room for in caches of its own, and less than those that cores share: what goes from one core to
    /// the other goes through these, and need not go to memory. A copy of 64 MiB is slower than some streams.
    private static final int COPY_BYTES = 4 << 20;

    private static final int COPY_COUNT = 500;

    private Environment() {}

    static void main() throws IOException {
        System.out.println(new Run(facts(), Map.of(MEMORY_COPY, memoryCopyBytesPerSecond())).toJson());
    }

    /// What a server in a process of its own finds.
    ///
    /// @param versions of what is not in this class path
    static Run ofServers(Map<String, String> versions) throws IOException {
        try (var process = ChildJvm.startOnCore(PinnedComparison.SERVER_CORE, Environment.class)) {
            Run found = process.readRun();
            Map<String, String> facts = new LinkedHashMap<>(found.facts());
            facts.put(CORES, Integer.toString(Runtime.getRuntime().availableProcessors()));
            facts.put("GC where a process has all cores", collectors());
            facts.put("pinned", Pinning.inWords());
            facts.putAll(versions);
            return new Run(facts, found.figures());
        }
    }

    private static Map<String, String> facts() throws IOException {
        var facts = new LinkedHashMap<String, String>();
        var runtime = ManagementFactory.getRuntimeMXBean();
        facts.put("machine", processor() + ", " + System.getProperty("os.arch"));
        facts.put(CORES, "");
        facts.put("server cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("JDK", runtime.getVmName() + " " + Runtime.version());
        facts.put("GC", collectors());
        facts.put("flags", String.join(" ", runtime.getInputArguments()));
        facts.put("compiler threads", ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption("CICompilerCount").getValue());
        facts.put(OPTIONS, optionsReadBack());
        facts.put("congestion control", congestionControl());
        facts.put("asyncio", mavenVersion("dev.asyncio/asyncio-core") + ", commit " + commit());
        facts.put("Netty", Version.identify().values().stream()
                .map(Version::artifactVersion).distinct().collect(Collectors.joining(", ")));
        facts.put("Java-WebSocket", mavenVersion("org.java-websocket/Java-WebSocket"));
        facts.put("JMH", mavenVersion("org.openjdk.jmh/jmh-core"));
        facts.put(Environments.STARTED, Instant.now().truncatedTo(ChronoUnit.MINUTES).toString());
        return facts;
    }

    /// The kernel's default. One that paces what it sends may hold a reply back.
    private static String congestionControl() throws IOException {
        Path setting = Path.of("/proc/sys/net/ipv4/tcp_congestion_control");
        return Files.isReadable(setting) ? Files.readString(setting).strip() : "unknown";
    }

    private static String collectors() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .collect(Collectors.joining(", "));
    }

    private static String processor() throws IOException {
        Path list = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(list)) {
            return "unknown processor";
        }
        return Files.readAllLines(list).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown processor");
    }

    /// Of a connection as the load client makes it. Without the send buffer, of which the kernel gives each connection
    /// another one.
    private static String optionsReadBack() throws IOException {
        try (var listener = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                var channel = SocketChannel.open(listener.getLocalAddress())) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            NoDelay.require(channel.getOption(StandardSocketOptions.TCP_NODELAY));
            return NO_DELAY_ON + ", SO_RCVBUF " + channel.getOption(StandardSocketOptions.SO_RCVBUF);
        }
    }

    /// The last that changed any of it, in the working copy that this runs in; unknown in that of something else.
    private static String commit() throws IOException {
        try {
            if (git(List.of(PEERS), "ls-files").isEmpty()) {
                return "unknown";
            }
            String hash = git(CODE, "log", "-1", "--abbrev=12", "--format=%h");
            return git(CODE, "status", "--porcelain", "--untracked-files=no").isEmpty() ? hash : hash + " with changes";
        } catch (IOException _) {
            return "unknown";
        }
    }

    private static String git(List<String> paths, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        command.add("--");
        command.addAll(paths);
        Process git = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = git.inputReader().readAllAsString().strip();
        try {
            if (git.waitFor() != 0) {
                throw new IOException(command + " failed: " + git.exitValue());
            }
        } catch (InterruptedException _) {
            throw Interruption.in("waiting for git");
        }
        return output;
    }

    /// As the jar says.
    private static String mavenVersion(String artifact) throws IOException {
        String resource = "/META-INF/maven/" + artifact + "/pom.properties";
        try (InputStream input = Environment.class.getResourceAsStream(resource)) {
            if (input == null) {
                return "not from a jar";
            }
            var properties = new Properties();
            properties.load(input);
            return properties.getProperty("version");
        }
    }

    /// The fastest of many copies: whoever else uses the shared caches makes some of them slow.
    private static double memoryCopyBytesPerSecond() {
        ByteBuffer source = ByteBuffer.allocateDirect(COPY_BYTES);
        ByteBuffer target = ByteBuffer.allocateDirect(COPY_BYTES);
        long leastNanos = Long.MAX_VALUE;
        for (int i = 0; i < COPY_COUNT; i++) {
            long startNanos = System.nanoTime();
            target.clear().put(source.clear());
            leastNanos = Math.min(leastNanos, System.nanoTime() - startNanos);
        }
        return COPY_BYTES * 1e9 / leastNanos;
    }
}
