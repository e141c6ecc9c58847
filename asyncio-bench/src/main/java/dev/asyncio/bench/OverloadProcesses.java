package dev.asyncio.bench;

import dev.asyncio.bench.Overload.Scale;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A server and its clients, on a core each: has crowds come and go, and tells what came of them.
final class OverloadProcesses implements AutoCloseable {

    private static final String REPLIES = "replies";
    private static final String REFUSALS = "refusals";

    private final ChildJvm server;
    private final ChildJvm clients;
    private final Scale scale;
    private final ReliabilityReport report;
    private final List<String> unexpected = new ArrayList<>();

    private OverloadProcesses(ChildJvm server, ChildJvm clients, Scale scale, ReliabilityReport report) {
        this.server = server;
        this.clients = clients;
        this.scale = scale;
        this.report = report;
    }

    /// @param serverMain [OverloadServer], or one that does wrong
    /// @param options of the server's JVM, besides its own
    /// @param seed of what clients draw
    static OverloadProcesses start(Class<?> serverMain, List<String> options, OverloadScheme scheme, long seed,
            Scale scale, ReliabilityReport report) throws IOException {
        ChildJvm server = ChildJvm.startOnCore(
                PinnedComparison.SERVER_CORE, serverOptions(scheme, options), serverMain, scheme.name(),
                scale.patienceSeconds());
        try {
            Map<String, String> address = Values.parse(server.readLine(scale.maxSilence()));
            List<Object> arguments = new ArrayList<>(
                    List.of(address.get(OverloadServer.PORT), seed, scale.patienceSeconds()));
            if (scheme == OverloadScheme.WSS) {
                arguments.add(address.get(OverloadServer.AUTHORITY));
            }
            ChildJvm clients = ChildJvm.startOnCore(
                    PinnedComparison.CLIENT_CORE, List.of(), OverloadClients.class, arguments.toArray());
            return new OverloadProcesses(server, clients, scale, report);
        } catch (Throwable e) {
            server.close();
            throw e;
        }
    }

    private static List<String> serverOptions(OverloadScheme scheme, List<String> options) {
        String heap = scheme.serverHeapMegabytes + "m";
        return Stream.of(List.of("-Xms" + heap, "-Xmx" + heap, "-XX:+AlwaysPreTouch"), SoakProbe.JVM_OPTIONS, options)
                .flatMap(List::stream)
                .toList();
    }

    /// Lets a crowd come, measures it, and has it leave.
    OverloadPhase run(String name, OverloadCrowd crowd) throws IOException {
        OverloadPhase phase = measure(name, crowd);
        leave();
        return phase;
    }

    /// Lets a crowd come and measures it; it stays.
    OverloadPhase measure(String name, OverloadCrowd crowd) throws IOException {
        server.writeLine("limit " + crowd.limit());
        server.readLine(scale.maxSilence());
        clients.writeLine(crowd.toLine());
        clients.readLine(
                maxSilenceAfter(crowd.arrivalSeconds() + scale.patienceSeconds() + crowd.settleSeconds()));
        takeStops(); // what was before the measured time
        ProcessorUse before = ProcessorUse.now(server, clients);
        Map<String, Double> replies = clients.readValues(maxSilenceAfter(crowd.seconds()));
        Map<String, Double> refusals = clients.readValues(scale.maxSilence());
        replies.putAll(ProcessorUse.now(server, clients).since(before));
        replies.putAll(takeStops());
        return new OverloadPhase(report.add(name, REPLIES, replies), report.add(name, REFUSALS, refusals), crowd);
    }

    /// Has the crowd leave that is there.
    void leave() throws IOException {
        clients.writeLine("leave");
        Duration maxSilence = maxSilenceAfter(OverloadClients.LEAVE_PATIENCES * scale.patienceSeconds());
        unexpected.addAll(SoakCounts.findUnexpected("clients", clients.readValues(maxSilence)));
    }

    /// Of clients that are told to take so many seconds.
    private Duration maxSilenceAfter(double seconds) {
        return scale.maxSilence().plus(Duration.ofNanos((long) (seconds * 1e9)));
    }

    private Map<String, Double> takeStops() throws IOException {
        server.writeLine("stops");
        return server.readValues(scale.maxSilence());
    }

    /// What the server holds.
    Map<String, Double> sample() throws IOException {
        server.writeLine("sample");
        return server.readValues(scale.maxSilence());
    }

    /// What has happened so far that should not be, on either side.
    List<String> findUnexpected() throws IOException {
        return Stream.concat(unexpected.stream(), SoakCounts.findUnexpected("server", sample()).stream()).toList();
    }

    @Override
    public void close() {
        clients.close();
        server.close();
    }
}
