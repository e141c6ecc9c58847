package dev.asyncio.bench;

import java.io.IOException;
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
    private final ReliabilityReport report;
    private final List<String> unexpected = new ArrayList<>();

    private OverloadProcesses(ChildJvm server, ChildJvm clients, ReliabilityReport report) {
        this.server = server;
        this.clients = clients;
        this.report = report;
    }

    /// @param serverMain [OverloadServer], or one that does wrong
    /// @param options of the server's JVM, besides its own
    /// @param seed of what clients draw
    /// @param patienceSeconds of clients, and of either side in handshakes
    static OverloadProcesses start(Class<?> serverMain, List<String> options, OverloadScheme scheme, long seed,
            long patienceSeconds, ReliabilityReport report) throws IOException {
        ChildJvm server = ChildJvm.startOnCore(
                PinnedComparison.SERVER_CORE, serverOptions(scheme, options), serverMain, scheme.name(),
                patienceSeconds);
        try {
            Map<String, String> address = Values.parse(server.readLine());
            List<Object> arguments = new ArrayList<>(
                    List.of(address.get(OverloadServer.PORT), seed, patienceSeconds));
            if (scheme == OverloadScheme.WSS) {
                arguments.add(address.get(OverloadServer.AUTHORITY));
            }
            ChildJvm clients = ChildJvm.startOnCore(
                    PinnedComparison.CLIENT_CORE, List.of(), OverloadClients.class, arguments.toArray());
            return new OverloadProcesses(server, clients, report);
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
        server.readLine();
        clients.writeLine(crowd.toLine());
        clients.readLine();
        takeStops(); // what was before the measured time
        ProcessorUse before = ProcessorUse.now(server, clients);
        Map<String, Double> replies = clients.readValues();
        Map<String, Double> refusals = clients.readValues();
        replies.putAll(ProcessorUse.now(server, clients).since(before));
        replies.putAll(takeStops());
        return new OverloadPhase(report.add(name, REPLIES, replies), report.add(name, REFUSALS, refusals), crowd);
    }

    /// Has the crowd leave that is there.
    void leave() throws IOException {
        clients.writeLine("leave");
        unexpected.addAll(SoakCounts.findUnexpected("clients", clients.readValues()));
    }

    private Map<String, Double> takeStops() throws IOException {
        server.writeLine("stops");
        return server.readValues();
    }

    /// What the server holds.
    Map<String, Double> sample() throws IOException {
        server.writeLine("sample");
        return server.readValues();
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
