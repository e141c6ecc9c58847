package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;

import dev.asyncio.bench.Comparison.Pace;
import dev.asyncio.bench.ProcessComparison.Case;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Measures all that BENCHMARKS.md shows: `FullSuite FOLDER PEERS.PROPERTIES [--quick] [COMPARISON …]`. The folder then has
/// a result file for each comparison.
public final class FullSuite {

    static final String TCP_SETTINGS = "tcp-settings";
    static final String WEBSOCKET_SETTINGS = "websocket-settings";
    static final String TCP_ECHO = "tcp-echo";
    static final String TCP_STREAM = "tcp-stream";
    static final String WRITE_MODES = "write-modes";
    static final String WEBSOCKET_BINARY = "websocket-binary";
    static final String WEBSOCKET_TEXT = "websocket-text";
    static final String WEBSOCKET_STREAM = "websocket-stream";
    static final String WEBSOCKET_CLIENTS = "websocket-clients";
    static final String ABLATION = "ablation";
    static final String WEBSOCKET_ABLATION = "websocket-ablation";
    static final String OPEN_LOOP = "open-loop";
    static final String IDLE = "idle";
    static final String WEBSOCKET_IDLE = "websocket-idle";
    static final String CONNECTS = "connects";
    static final String HANDSHAKES = "handshakes";
    static final String CODEC = "codec";

    private static final int KIB = 1024;
    static final int FULL_ROUNDS = 3;

    /// So much is read at once from connections of one brief message.
    private static final List<String> BRIEF = List.of("-D" + EchoContender.READ_BYTES_PROPERTY + "=" + 4 * KIB);

    /// Of an idle process and its connections.
    private static final double START_SECONDS = 20;

    /// What an open loop asks for, as parts of what ours does in a closed one.
    private static final List<Integer> SHARES = List.of(10, 50, 80);

    private final Suite suite;
    private final Peers peers;
    private final Sweep tcpSettings;
    private final Sweep webSocketSettings;

    FullSuite(Suite suite, Peers peers) {
        this.suite = suite;
        this.peers = peers;
        this.tcpSettings = new Sweep(TCP_SETTINGS, suite);
        this.webSocketSettings = new Sweep(WEBSOCKET_SETTINGS, suite);
    }

    static void main(String[] args) throws IOException, InterruptedException {
        Arguments.require(2, "FullSuite FOLDER PEERS.PROPERTIES [--quick] [COMPARISON...]", args);
        List<String> options = Arrays.asList(args).subList(2, args.length);
        boolean quick = options.contains("--quick");
        List<String> names = options.stream().filter(option -> !option.startsWith("--")).toList();
        var suite = new Suite(Path.of(args[0]), quick ? Pace.QUICK : Pace.FULL, quick ? 1 : FULL_ROUNDS);
        new FullSuite(suite, new Peers(Path.of(args[1]))).run(names);
    }

    /// @param names of the comparisons to run; all if there are none
    private void run(List<String> names) throws IOException, InterruptedException {
        List<Comparison> all = comparisons();
        List<String> known = all.stream().map(Comparison::name).toList();
        if (!known.containsAll(names)) {
            throw new IllegalArgumentException("comparisons: expected some of " + known + ", got " + names);
        }
        List<Comparison> chosen = all.stream()
                .filter(comparison -> names.isEmpty() || names.contains(comparison.name()))
                .toList();
        chosen.forEach(comparison -> sayWhatIsMissing(comparison.name(), chosen));
        suite.run(chosen, peers);
    }

    private void sayWhatIsMissing(String name, List<Comparison> chosen) {
        for (String source : sourcesOf(name)) {
            if (!suite.has(source) && chosen.stream().noneMatch(comparison -> comparison.name().equals(source))) {
                System.out.println(name + " takes settings or rates from " + source + ", which has not run");
            }
        }
    }

    /// The comparisons whose results say with which settings another is measured, or at which rates. Without them,
    /// contenders stand with their defaults, and no rate is known.
    static List<String> sourcesOf(String comparison) {
        return switch (comparison) {
            case TCP_ECHO, TCP_STREAM, WRITE_MODES, CONNECTS -> List.of(TCP_SETTINGS);
            case OPEN_LOOP -> List.of(TCP_SETTINGS, TCP_ECHO);
            case WEBSOCKET_BINARY, WEBSOCKET_TEXT, WEBSOCKET_STREAM, WEBSOCKET_CLIENTS, HANDSHAKES ->
                List.of(WEBSOCKET_SETTINGS);
            default -> List.of();
        };
    }

    /// What decides most comes first, for those who have less time.
    List<Comparison> comparisons() {
        return List.of(RoundTripComparison.of(peers, 64, KIB, 64 * KIB), tcpSettings(), tcpEcho(), openLoop(),
                webSocketSettings(), webSocketEcho(WEBSOCKET_BINARY, "binary"), idle(), webSocketIdle(), ablation(),
                webSocketAblation(), tcpStream(), webSocketStream(), webSocketEcho(WEBSOCKET_TEXT, "text"),
                webSocketClients(), setUp(CONNECTS, tcpServers(CONNECTS, BRIEF)),
                setUp(HANDSHAKES, webSocketServers(HANDSHAKES, BRIEF)), codec(), writeModes());
    }

    private Comparison tcpSettings() {
        List<Subject> trials = Arrays.stream(EchoContender.Kind.values())
                .filter(EchoContender.Kind::isAvailable)
                .flatMap(kind -> tcpSettings.trials(kind.toString(), EchoServerMain.class, kind.name()).stream())
                .toList();
        return new PinnedComparison(TCP_SETTINGS, LoadClient.class, List.of(), trials,
                Sweep.LOADS);
    }

    private Comparison webSocketSettings() {
        List<Subject> trials = Arrays.stream(WebSocketContender.Kind.values())
                .filter(WebSocketContender.Kind::isAvailable)
                .flatMap(kind -> webSocketSettings.trials(kind.toString(), WebSocketServerMain.class, kind.name())
                        .stream())
                .toList();
        return new PinnedComparison(WEBSOCKET_SETTINGS, WebSocketLoadClient.class, List.of("binary"), trials,
                Sweep.LOADS);
    }

    private List<Subject> tcpServers(String comparison, List<String> options) {
        List<Subject> servers = new ArrayList<>();
        for (EchoContender.Kind kind : peers.available(
                comparison, EchoContender.Kind::isAvailable, List.of(EchoContender.Kind.values()))) {
            servers.add(tcpSettings.atItsBest(kind.toString(), options, EchoServerMain.class, kind.name()));
        }
        servers.addAll(peers.subjects(comparison, "c-epoll", "c-epoll-spin", "asio-sync", "asio-async", "trantor"));
        return Subject.withAgain(servers);
    }

    private List<Subject> webSocketServers(String comparison, List<String> options) {
        List<Subject> servers = new ArrayList<>();
        for (WebSocketContender.Kind kind : peers.available(
                comparison, WebSocketContender.Kind::isAvailable, List.of(WebSocketContender.Kind.values()))) {
            servers.add(webSocketSettings.atItsBest(kind.toString(), options, WebSocketServerMain.class, kind.name()));
        }
        servers.addAll(peers.subjects(comparison, "bun", "ws", "drogon"));
        return Subject.withAgain(servers);
    }

    private Comparison tcpEcho() {
        return new PinnedComparison(TCP_ECHO, LoadClient.class, List.of(), tcpServers(TCP_ECHO, List.of()), List.of(
                load(1, 64, 1), load(1, KIB, 1), load(1, 64 * KIB, 1), load(1, 64, 16),
                load(64, 64, 1), load(64, 64, 16), load(8, 64 * KIB, 1),
                load(1_000, 64, 1), load(1_000, 64, 16), load(10_000, 64, 1), load(10_000, 64, 16)));
    }

    private Comparison webSocketEcho(String name, String messages) {
        return new PinnedComparison(name, WebSocketLoadClient.class, List.of(messages),
                webSocketServers(name, List.of()), List.of(
                        load(1, 64, 1), load(1, KIB, 1), load(1, 64 * KIB, 1), load(1, 64, 16),
                        load(64, 64, 1), load(64, 64, 16), load(64, KIB, 16), load(8, 64 * KIB, 1)));
    }

    private Comparison webSocketClients() {
        List<Subject> clients = new ArrayList<>();
        for (WebSocketClientKind kind : WebSocketClientKind.values()) {
            if (!HiddenSockets.areVisible()) {
                peers.skip(WEBSOCKET_CLIENTS, kind.toString(), "this system does not tell its TCP_NODELAY");
            } else if (!kind.isAvailable()) {
                peers.skip(WEBSOCKET_CLIENTS, kind.toString(), "this system does not have it");
            } else {
                clients.add(Subject.webSocketClient(kind, () -> webSocketSettings.bestOptions(kind.toString())));
            }
        }
        return new PinnedComparison(WEBSOCKET_CLIENTS, WebSocketClientMain.class, List.of(),
                clients.isEmpty() ? clients : Subject.withAgain(clients),
                List.of(load(1, 64, 1), load(1, 64 * KIB, 1)));
    }

    private Comparison tcpStream() {
        List<Subject> sources = atTheirBest(TCP_STREAM, tcpSettings, StreamSource.Kind.ASYNCIO,
                StreamSource.Kind.ASYNCIO_BUFFERED, StreamSource.Kind.JDK_VIRTUAL,
                StreamSource.Kind.JDK_VIRTUAL_BUFFERED, StreamSource.Kind.JDK_PLATFORM, StreamSource.Kind.NETTY_NIO,
                StreamSource.Kind.NETTY_NIO_FULL, StreamSource.Kind.NETTY_EPOLL, StreamSource.Kind.NETTY_EPOLL_FULL,
                StreamSource.Kind.NETTY_IO_URING);
        sources.addAll(peers.subjects(TCP_STREAM, "c-source", "asio-source"));
        return new PinnedComparison(TCP_STREAM, StreamClient.class, List.of(), Subject.withAgain(sources),
                streams(StreamRequest.Mode.WHOLE));
    }

    private Comparison writeModes() {
        List<Subject> sources = atTheirBest(WRITE_MODES, tcpSettings, StreamSource.Kind.ASYNCIO,
                StreamSource.Kind.JDK_VIRTUAL, StreamSource.Kind.JDK_PLATFORM);
        return new PinnedComparison(WRITE_MODES, StreamClient.class, List.of(), Subject.withAgain(sources), streams(
                StreamRequest.Mode.JOINED, StreamRequest.Mode.VECTORED, StreamRequest.Mode.SEPARATE));
    }

    private Comparison webSocketStream() {
        List<Subject> sources = atTheirBest(WEBSOCKET_STREAM, webSocketSettings,
                StreamSource.Kind.ASYNCIO_WEBSOCKET, StreamSource.Kind.ASYNCIO_WEBSOCKET_SOON,
                StreamSource.Kind.NETTY_NIO_WEBSOCKET, StreamSource.Kind.NETTY_EPOLL_WEBSOCKET,
                StreamSource.Kind.NETTY_EPOLL_WEBSOCKET_FULL);
        sources.addAll(peers.subjects(WEBSOCKET_STREAM, "bun-source", "ws-source"));
        return new PinnedComparison(WEBSOCKET_STREAM, StreamClient.class, List.of("websocket"),
                Subject.withAgain(sources), streams(StreamRequest.Mode.WHOLE));
    }

    private List<Subject> atTheirBest(String comparison, Sweep settings, StreamSource.Kind... kinds) {
        List<Subject> sources = new ArrayList<>();
        for (StreamSource.Kind kind : peers.available(comparison, StreamSource.Kind::isAvailable, List.of(kinds))) {
            Subject atItsBest = settings.atItsBest(kind.contender(), StreamSource.class, kind.name());
            sources.add(atItsBest.named(kind.toString()));
        }
        return sources;
    }

    private static List<Map<String, String>> streams(StreamRequest.Mode... modes) {
        List<Map<String, String>> loads = new ArrayList<>();
        for (int bytes : new int[] {64, KIB, 4 * KIB, 64 * KIB}) {
            for (StreamRequest.Mode mode : modes) {
                loads.add(Map.of("bytes", Integer.toString(bytes), "mode", mode.toString()));
            }
        }
        return loads;
    }

    private static Comparison ablation() {
        List<Subject> switches =
                Arrays.stream(AblationServerMain.Switch.values()).map(AblationServerMain.Switch::subject).toList();
        return new PinnedComparison(ABLATION, LoadClient.class, List.of(), Subject.withAgain(switches),
                List.of(load(1, 64, 1), load(64, 64, 1), load(64, 64, 16), load(8, 64 * KIB, 1)));
    }

    private static Comparison webSocketAblation() {
        List<Subject> switches = Arrays.stream(WebSocketAblationMain.Switch.values())
                .map(WebSocketAblationMain.Switch::subject)
                .toList();
        return new PinnedComparison(WEBSOCKET_ABLATION, WebSocketLoadClient.class, List.of("binary"),
                Subject.withAgain(switches), List.of(load(1, 64, 1), load(64, 64, 1), load(64, 64, 16)));
    }

    /// Its rates are known once [#TCP_ECHO] has run.
    private Comparison openLoop() {
        List<Subject> servers = new ArrayList<>();
        for (EchoContender.Kind kind : peers.available(OPEN_LOOP, EchoContender.Kind::isAvailable, List.of(
                EchoContender.Kind.ASYNCIO, EchoContender.Kind.JDK_VIRTUAL, EchoContender.Kind.NETTY_NIO,
                EchoContender.Kind.NETTY_EPOLL, EchoContender.Kind.NETTY_EPOLL_BUSY))) {
            servers.add(tcpSettings.atItsBest(kind.toString(), EchoServerMain.class, kind.name()));
        }
        servers.addAll(peers.subjects(OPEN_LOOP, "c-epoll", "c-epoll-spin"));
        List<Subject> all = Subject.withAgain(servers);
        Comparison atAnyRate = openLoop(all, openLoads(1, List.of()));
        return new DeferredComparison(OPEN_LOOP, atAnyRate::roundSeconds, () -> openLoop(all, openLoads()));
    }

    private static Comparison openLoop(List<Subject> servers, List<Map<String, String>> loads) {
        return new PinnedComparison(OPEN_LOOP, LoadClient.class, List.of(), servers, loads);
    }

    /// What was begun with a rate goes on with it, even if [#TCP_ECHO] was measured anew since: rows of one share were
    /// asked for the same, and those of another for a part of the same.
    List<Map<String, String>> openLoads() throws IOException {
        List<Run> begun = suite.has(OPEN_LOOP) ? suite.read(OPEN_LOOP).runs() : List.of();
        return openLoads(begun.isEmpty() ? capacity() : capacity(begun.getFirst()), begun);
    }

    private static List<Map<String, String>> openLoads(double capacity, List<Run> begun) {
        List<Map<String, String>> loads = new ArrayList<>();
        for (int share : SHARES) {
            Map<String, String> load = new LinkedHashMap<>(load(64, 64, 64));
            load.put("share", share + "%");
            Optional<Run> other = begun.stream().filter(run -> run.matches(load)).findFirst();
            load.put("rate", other.isPresent()
                    ? other.get().facts().get("rate")
                    : Long.toString(Math.round(capacity * share / 100)));
            loads.add(load);
        }
        return loads;
    }

    /// Of which an open loop has asked for a share.
    private static double capacity(Run run) {
        return run.parameter("rate") * 100 / Double.parseDouble(run.facts().get("share").replace("%", ""));
    }

    private double capacity() throws IOException {
        List<Column> echoes = suite.has(TCP_ECHO) ? Column.columnsOf(suite.readPassed(TCP_ECHO)) : List.of();
        return echoes.stream()
                .filter(column -> column.matches(load(64, 64, 1)))
                .mapToDouble(column -> column.median(Contenders.ASYNCIO, Metric.RATE))
                .findFirst()
                .orElseThrow(() -> new IOException(OPEN_LOOP + " needs the results of " + TCP_ECHO));
    }

    private static Comparison setUp(String name, List<Subject> servers) {
        List<String> options = name.equals(HANDSHAKES) ? List.of("websocket") : List.of();
        return new PinnedComparison(name, SetUpClient.class, options, servers, List.of(Map.of("connections", "16")));
    }

    private Comparison idle() {
        return idle(IDLE, HoldingClient.Protocol.TCP, peers.available(IDLE, EchoContender.Kind::isAvailable, List.of(
                EchoContender.Kind.ASYNCIO, EchoContender.Kind.JDK_VIRTUAL, EchoContender.Kind.JDK_PLATFORM,
                EchoContender.Kind.NETTY_NIO, EchoContender.Kind.NETTY_EPOLL)));
    }

    private Comparison webSocketIdle() {
        return idle(WEBSOCKET_IDLE, HoldingClient.Protocol.WEBSOCKET, peers.available(
                WEBSOCKET_IDLE, WebSocketContender.Kind::isAvailable, List.of(
                        WebSocketContender.Kind.ASYNCIO, WebSocketContender.Kind.NETTY_NIO,
                        WebSocketContender.Kind.NETTY_EPOLL, WebSocketContender.Kind.JAVA_WEBSOCKET)));
    }

    /// @param kinds ours first
    private static Comparison idle(String name, HoldingClient.Protocol protocol, List<? extends Enum<?>> kinds) {
        List<Case> cases = new ArrayList<>();
        for (int connectionCount : new int[] {1_000, 10_000}) {
            Map<String, String> parameters =
                    Map.of("protocol", protocol.name(), "connections", Integer.toString(connectionCount));
            List<Case> all = kinds.stream()
                    .map(kind -> new Case(kind.toString(), parameters, pace -> List.of(
                            protocol, connectionCount, pace.idle().toNanos() / 1e9, kind.name())))
                    .toList();
            cases.addAll(Comparison.withAgain(
                    all, new Case(Contenders.ASYNCIO_AGAIN, parameters, all.getFirst().arguments())));
        }
        return new ProcessComparison(name, IdleCostMain.class, IdleCostMain.OPTIONS,
                pace -> START_SECONDS + 2 * pace.idle().toSeconds(), false, cases);
    }

    private static Comparison codec() {
        List<Case> cases = new ArrayList<>();
        for (int bytes : new int[] {64, KIB, 64 * KIB}) {
            for (String benchmark : CodecMain.benchmarks(bytes)) {
                cases.add(new Case(benchmark, Map.of("bytes", Integer.toString(bytes)),
                        pace -> List.of(benchmark, bytes, pace.load().measured().toNanos() / 1e9)));
            }
        }
        return new ProcessComparison(CODEC, CodecMain.class, 3, false, cases);
    }
}
