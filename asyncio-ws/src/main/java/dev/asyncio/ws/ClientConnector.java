package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.buffers.InputBuffer;
import dev.asyncio.net.tls.TlsStream;
import dev.asyncio.ws.handshake.ClientHandshake;
import dev.asyncio.ws.handshake.HandshakeException;
import dev.asyncio.ws.handshake.HandshakeRefusedException;
import dev.asyncio.ws.handshake.HeadParser;
import dev.asyncio.ws.handshake.Headers;
import dev.asyncio.ws.handshake.HttpHead;
import dev.asyncio.ws.handshake.ProxyConnect;
import dev.asyncio.ws.handshake.Target;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The client's side of a handshake (RFC 6455, section 4.1), and the way to the server.
final class ClientConnector {

    private static final int MAX_INTERIM_RESPONSES = 10;
    private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);
    private static final List<String> CREDENTIALS = List.of("Authorization", "Cookie");

    private final WebSocketOptions options;
    private final Deadline deadline;

    private ClientConnector(WebSocketOptions options, Deadline deadline) {
        this.options = options;
        this.deadline = deadline;
    }

    static WebSocket connect(URI uri, WebSocketOptions options, Deadline deadline) throws IOException {
        Deadline bound = deadline.earlierOf(Deadline.after(options.handshakeTimeout()));
        return new ClientConnector(options, bound).follow(uri, options.headers(), options.maxRedirects());
    }

    private WebSocket follow(URI uri, Headers headers, int redirectsLeft) throws IOException {
        try {
            return connect(uri, headers);
        } catch (WebSocketException.HandshakeRefused refused) {
            if (redirectsLeft == 0 || !REDIRECTS.contains(refused.status())) {
                throw refused;
            }
            List<String> locations = refused.headers().getOrDefault("Location", List.of());
            if (locations.size() != 1) {
                throw refused;
            }
            URI next = redirected(uri, locations.getFirst(), refused);
            boolean isSameServer = Objects.equals(next.getRawAuthority(), uri.getRawAuthority());
            // What was meant for one server is no business of another that it names.
            return follow(next, isSameServer ? headers : headers.without(CREDENTIALS), redirectsLeft - 1);
        }
    }

    private static URI redirected(URI uri, String location, WebSocketException.HandshakeRefused refused)
            throws IOException {
        try {
            // A fragment may be there (RFC 9110, section 10.2.2), and is no business of a server's.
            String resolved = resolve(uri, location).toString().replaceFirst("#.*", "");
            URI target = URI.create(resolved.replaceFirst("^(?i:http)", "ws"));
            if (Target.of(target).isSecure() || !Target.of(uri).isSecure()) { // never from wss to ws
                return target;
            }
        } catch (IllegalArgumentException _) {
            // Said below.
        }
        throw refused; // whose headers say where it would lead
    }

    /// RFC 3986, section 5.2.2: a query by itself is one for the same path, of which [URI#resolve(String)], which is
    /// older, leaves off the last part.
    private static URI resolve(URI uri, String location) {
        return location.startsWith("?")
                ? URI.create(uri.toString().replaceFirst("\\?.*", "") + location)
                : uri.resolve(location);
    }

    private WebSocket connect(URI uri, Headers headers) throws IOException {
        var handshake = new ClientHandshake(
                uri, options.subprotocols(), options.compression().map(Compression::toParameters), headers);
        Target target = handshake.target();
        ByteStream stream = TcpStream.connect(
                options.proxy().orElseGet(() -> InetSocketAddress.createUnresolved(target.host(), target.port())),
                options.tcp(),
                deadline);
        WebSocket socket = null;
        try {
            if (options.proxy().isPresent()) {
                openTunnel(stream, target);
            }
            if (target.isSecure()) {
                stream = TlsStream.client(stream, target.host(), options.tls(), deadline);
            }
            socket = shakeHands(stream, handshake);
            return socket;
        } catch (HandshakeException e) {
            boolean isRefusal = e instanceof HandshakeRefusedException;
            throw new WebSocketException.HandshakeRefused(
                    isRefusal ? e.status() : 0,
                    isRefusal ? HandshakeRequest.asMap(e.headers()) : Map.of(),
                    "connect to " + target + ": " + e.getMessage(),
                    e);
        } catch (SocketTimeoutException e) {
            stream.abort(); // a close of TLS would go on waiting for a server that has not answered
            throw e;
        } finally {
            if (socket == null) {
                stream.close();
            }
        }
    }

    private void openTunnel(ByteStream stream, Target target) throws IOException {
        var input = new InputBuffer(stream);
        HttpHead.Request request = ProxyConnect.request(target.host(), target.port(), options.proxyCredentials());
        try {
            ProxyConnect.check(exchange(stream, input, request));
            if (input.bytes().hasRemaining()) {
                throw new HandshakeException(0, "the proxy sent bytes behind its answer before we said a word");
            }
        } catch (HandshakeRefusedException e) {
            Map<String, List<String>> fields = HandshakeRequest.asMap(e.headers());
            fields.remove("Location"); // where the server is, a proxy has no say in
            throw new WebSocketException.HandshakeRefused(
                    e.status(),
                    fields,
                    "connect to " + target.host() + ":" + target.port() + " through " + options.proxy().orElseThrow()
                            + ": " + e.getMessage(),
                    e);
        } finally {
            input.discard();
        }
    }

    private WebSocket shakeHands(ByteStream stream, ClientHandshake handshake) throws IOException {
        var input = new InputBuffer(stream);
        WebSocket socket = null;
        try {
            ClientHandshake.Agreement agreement = handshake.check(exchange(stream, input, handshake.request()));
            var request = new HandshakeRequest(handshake.request().withoutUpgrade(), null);
            var negotiated = new Negotiated(false, request, agreement.subprotocol(), agreement.deflate());
            socket = new WebSocket(stream, input, negotiated, options);
            return socket;
        } finally {
            if (socket == null) {
                input.discard();
            }
        }
    }

    /// Passes over interim responses, which a server may send at any time (RFC 9110, section 15.2).
    private HttpHead.Response exchange(ByteStream stream, InputBuffer input, HttpHead.Request request)
            throws IOException {
        stream.write(request.encode(), deadline);
        for (int i = 0; i <= MAX_INTERIM_RESPONSES; i++) {
            HttpHead.Response response = HeadReader
                    .read(input, HeadParser.forResponse(options.maxHeadBytes(), HeadParser.DEFAULT_MAX_FIELD_COUNT),
                            deadline);
            if (response.status() >= 200 || response.status() == 101) {
                return response;
            }
        }
        throw new HandshakeException(0, "expected at most " + MAX_INTERIM_RESPONSES + " interim responses, got more");
    }
}
