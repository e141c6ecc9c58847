package dev.asyncio.bench;

import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.ws.HandshakeRequest;
import dev.asyncio.ws.HttpResponse;
import dev.asyncio.ws.MessageView;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketOptions;
import dev.asyncio.ws.WebSocketServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// A server that works on each message before it sends it back, and refuses newcomers with 503 once it serves as many as
/// it is told by `limit N`: `OverloadServer SCHEME PATIENCE_SECONDS`, the latter for handshakes. Prints its port, and whom to
/// trust in TLS; `sample` has it print what it holds, `stops` what has stopped it since it was asked last. One that does wrong
/// can be made of it.
public class OverloadServer {

    static final String CONNECTIONS = "connections";
    static final String PORT = "port";
    static final String AUTHORITY = "authority";

    /// What is digested for each message: some 80 us of a processor, more than twice of what the clients need for one, or
    /// theirs would be the busy one.
    private static final byte[] WORK = new byte[128 * 1024];

    private final SoakCounts counts = new SoakCounts();
    private final SoakProbe probe = new SoakProbe();
    private volatile int connectionLimit = Integer.MAX_VALUE;
    private long compiledMillis;

    /// Set before the first request comes.
    private WebSocketServer server;

    OverloadServer() {}

    static void main(String[] args) throws IOException {
        new OverloadServer().serve(args);
    }

    final void serve(String[] args) throws IOException {
        OverloadScheme scheme = Names.find("scheme", OverloadScheme.values(), args[0]);
        Duration patience = Duration.ofSeconds(Long.parseLong(args[1]));
        counts.countLibraryLog();
        var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        var authority = CertificateAuthority.create("asyncio overload");
        var builder = WebSocketServer.builder()
                .options(WebSocketOptions.builder().handshakeTimeout(patience).build())
                .handler(this::echo)
                .policy(this::refusal);
        if (scheme == OverloadScheme.WSS) {
            builder.tls(TlsOptions.builder()
                    .identity(authority.issue("127.0.0.1"))
                    .handshakeTimeout(patience)
                    .build());
        }
        try (var started = builder.start(TcpListener.bind(anyPort, TcpOptions.defaults()))) {
            server = started;
            System.out.println(Values.format(Map.of(
                    PORT, started.localAddress().getPort(),
                    AUTHORITY, TlsContexts.toWord(authority.certificate()))));
            answerRequests();
        }
    }

    private void answerRequests() throws IOException {
        var input = new BufferedReader(new InputStreamReader(System.in));
        String line;
        while ((line = input.readLine()) != null) {
            String[] words = line.split(" ");
            System.out.println(Values.format(switch (words[0]) {
                case "limit" -> Map.of("limit", connectionLimit = Integer.parseInt(words[1]));
                case "stops" -> takeStops();
                case "sample" -> sample();
                default -> throw new IllegalArgumentException("expected limit, stops or sample, got " + line);
            }));
        }
    }

    /// The longest by its collector, the longest time that a virtual thread waited for its carrier, and how much its compiler
    /// had to do, all since this was asked last.
    private Map<String, Double> takeStops() {
        long millis = ProcessCpu.compileMillis();
        Map<String, Double> stops = Map.of(
                SoakMeasure.PAUSE.key, (double) probe.takeLongestPauseMillis(),
                SoakMeasure.VIRTUAL_STALL.key, probe.takeVirtualStallMillis(),
                Figure.SERVER_COMPILE_MILLIS, (double) (millis - compiledMillis));
        compiledMillis = millis;
        return stops;
    }

    private Map<String, Double> sample() throws IOException {
        Map<String, Double> sample = probe.sample();
        sample.put(CONNECTIONS, (double) server.connectionCount());
        sample.putAll(counts.toFigures());
        return sample;
    }

    /// This is what a user writes against overload.
    private Optional<HttpResponse> refusal(HandshakeRequest request) {
        return isFull(server.connectionCount(), connectionLimit)
                ? Optional.of(HttpResponse.text(503, "too busy for " + request.path() + "\n"))
                : Optional.empty();
    }

    boolean isFull(int connectionCount, int limit) {
        return connectionCount >= limit;
    }

    private void echo(WebSocket socket) throws IOException, GeneralSecurityException {
        var digest = MessageDigest.getInstance("SHA-256");
        MessageView message = socket.receiveView();
        while (message.kind() != MessageView.Kind.CLOSE) {
            digest.update(WORK);
            reply(socket, message, server.connectionCount());
            message = socket.receiveView();
        }
    }

    void reply(WebSocket socket, MessageView message, int connectionCount) throws IOException {
        socket.send(message);
    }
}
