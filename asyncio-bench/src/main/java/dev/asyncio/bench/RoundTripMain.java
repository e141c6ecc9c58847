package dev.asyncio.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/// Round trips of one contender with both ends in this process: `RoundTripMain CONTENDER MESSAGE_BYTES ROUND_TRIPS`, and
/// for Netty perhaps [#ONE_LOOP]. Comes unmeasured first, until compilers have all but done their work, then prints
/// latencies, wall time and CPU time.
public final class RoundTripMain {

    /// Both ends are on one loop, as ours are where there are few cores: no core has to be woken by the other.
    static final String ONE_LOOP = "one-loop";

    static final int MAX_REHEARSALS = 8;

    private RoundTripMain() {}

    static void main(String[] args) throws IOException, InterruptedException {
        Arguments.require(3, "RoundTripMain CONTENDER MESSAGE_BYTES ROUND_TRIPS [" + ONE_LOOP + "]", args);
        var kind = EchoContender.Kind.of(args[0]);
        int messageBytes = Arguments.number("message bytes", Long.BYTES, args[1]);
        var nanos = new long[Arguments.number("round trips", 1, args[2])];
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (Arrays.asList(args).contains(ONE_LOOP)) {
            try (var server = NettyEcho.startOnOneLoop(address, kind.transport());
                    var client = NettyRoundTripClient.connectBeside(server.server(), kind.transport(), messageBytes)) {
                measure(client, messageBytes, nanos);
            }
        } else {
            try (var server = kind.start(address);
                    var client = RoundTripClient.connect(kind, server.address(), messageBytes)) {
                measure(client, messageBytes, nanos);
            }
        }
    }

    private static void measure(RoundTripClient client, int messageBytes, long[] nanos)
            throws IOException, InterruptedException {
        Map<String, Double> figures;
        int rehearsalCount = 0;
        do {
            figures = run(client, messageBytes, nanos);
            rehearsalCount++;
        } while (Figure.isCompiling(figures) && rehearsalCount < MAX_REHEARSALS);
        System.out.println(Values.format(run(client, messageBytes, nanos)));
    }

    private static Map<String, Double> run(RoundTripClient client, int messageBytes, long[] nanos)
            throws IOException, InterruptedException {
        List<Path> compilers = ProcessCpu.compilerThreads(ProcessHandle.current().pid());
        Map<Path, Double> compilersBefore = ProcessCpu.compilerSeconds(compilers);
        long cpuBefore = ProcessCpu.nanos();
        long startNanos = System.nanoTime();
        client.run(nanos);
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        double cpuSeconds = (ProcessCpu.nanos() - cpuBefore) / 1e9;
        double compilerSeconds = ProcessCpu.compilerSecondsSince(compilersBefore);
        var histogram = new Histogram(3);
        Arrays.stream(nanos).forEach(histogram::recordValue);
        Map<String, Double> figures = Figure.ofLatencies(histogram);
        figures.put(Figure.MESSAGES, (double) nanos.length);
        figures.put(Figure.SECONDS, seconds);
        figures.put(Figure.BYTES, (double) nanos.length * messageBytes);
        figures.put(Figure.PROCESS_CPU_SECONDS, cpuSeconds);
        figures.put(Figure.COMPILER_SECONDS, compilerSeconds);
        return figures;
    }
}
