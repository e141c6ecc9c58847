package dev.asyncio.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// How a load client is told what to do: by lines of [Values] on its input, each with the parameters of a load and the
/// seconds of [Timing]. For each it prints its [Marks] and then its figures. Any error ends it with a status other than
/// zero.
final class LoadDialogue {

    private static final String MEASURING = "measuring";
    private static final String MEASURED = "measured";

    private LoadDialogue() {}

    /// Puts a load on a server and says what it came to.
    @FunctionalInterface
    interface Measurement {

        Map<String, Double> run(InetSocketAddress server, Map<String, String> load, Timing timing, Marks marks)
                throws IOException;
    }

    /// What a measurement calls when it begins, after the warm-up, and when it is over, before anything is ended.
    interface Marks {

        void measuring();

        void measured();
    }

    private enum PrintedMarks implements Marks {
        INSTANCE;

        @Override
        public void measuring() {
            System.out.println(MEASURING);
        }

        @Override
        public void measured() {
            System.out.println(MEASURED);
        }
    }

    /// How long a load is on before it is measured, and then.
    record Timing(Duration warmUp, Duration measured) {

        static Timing ofSeconds(double warmUp, double measured) {
            return new Timing(seconds(warmUp), seconds(measured));
        }

        private static Duration seconds(double seconds) {
            return Duration.ofNanos((long) (seconds * 1e9));
        }

        private static Timing of(Map<String, String> load) {
            return ofSeconds(Values.decimal(load, "warmUp"), Values.decimal(load, "seconds"));
        }

        double seconds() {
            return warmUp.plus(measured).toNanos() / 1e9;
        }

        private String line(Map<String, String> load) {
            return "%s warmUp=%s seconds=%s"
                    .formatted(Values.format(load), warmUp.toNanos() / 1e9, measured.toNanos() / 1e9);
        }
    }

    /// The client's side.
    ///
    /// @param args `HOST PORT …`
    static void serve(String[] args, Measurement measurement) throws IOException {
        Arguments.require(2, "HOST PORT", args);
        var server = new InetSocketAddress(args[0], Arguments.number("port", 1, args[1]));
        var input = new BufferedReader(new InputStreamReader(System.in));
        String line;
        while ((line = input.readLine()) != null) {
            Map<String, String> load = Values.parse(line);
            System.out.println(
                    Values.format(measurement.run(server, load, Timing.of(load), PrintedMarks.INSTANCE)));
        }
    }

    /// The other side: has a client put a load on its server. Adds the server's CPU time within the measured seconds,
    /// how much of it was the kernel's, what compilers of both sides worked, what others had of their cores, and those
    /// seconds as seen from here.
    static Map<String, Double> measure(
            ChildJvm client, RunningServer server, Map<String, String> load, Timing timing)
            throws IOException {
        List<Path> compilers = compilerThreads(client, server);
        client.writeLine(timing.line(load));
        client.await(MEASURING, ChildJvm.MAX_SILENCE.plus(timing.warmUp));
        long startNanos = System.nanoTime();
        double cpuBefore = server.cpuSeconds();
        double kernelBefore = server.kernelSeconds();
        Map<Path, Double> compilersBefore = ProcessCpu.compilerSeconds(compilers);
        double othersBefore = othersSeconds(client, server);
        client.await(MEASURED, ChildJvm.MAX_SILENCE.plus(timing.measured));
        double secondsSeen = (System.nanoTime() - startNanos) / 1e9;
        double serverCpuSeconds = server.cpuSeconds() - cpuBefore;
        double serverKernelSeconds = server.kernelSeconds() - kernelBefore;
        double compilerSeconds = ProcessCpu.compilerSecondsSince(compilersBefore);
        double othersSeconds = othersSeconds(client, server) - othersBefore;
        Map<String, Double> figures = client.readValues();
        figures.put(Figure.SERVER_CPU_SECONDS, serverCpuSeconds);
        figures.put(Figure.SERVER_KERNEL_SECONDS, serverKernelSeconds);
        figures.put(Figure.COMPILER_SECONDS, compilerSeconds);
        figures.put(Figure.OTHERS_SECONDS, Math.max(0, othersSeconds)); // ticks, of several clocks
        figures.put(Figure.SECONDS_SEEN, secondsSeen);
        return figures;
    }

    /// What neither of the two has had so far of the cores that they are pinned to; not a number where it is not known.
    private static double othersSeconds(ChildJvm client, RunningServer server) throws IOException {
        return ProcessorUse.secondsOfBothCores() - server.cpuSeconds() - client.cpu().toNanos() / 1e9;
    }

    /// Those of either side.
    static List<Path> compilerThreads(ChildJvm client, RunningServer server) {
        return Stream.concat(client.compilerThreads().stream(), server.compilerThreads().stream()).toList();
    }
}
