package dev.asyncio.ws;

import dev.asyncio.ws.handshake.HandshakeException;
import dev.asyncio.ws.handshake.HeadParser;
import dev.asyncio.ws.handshake.Headers;
import dev.asyncio.ws.handshake.HttpHead;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The request that a client makes to become a WebSocket, or, for a server's fallback, any other (RFC 6455, section
/// 4.1). Immutable.
public final class HandshakeRequest {

    /// The head as it is on the wire. Parsed again when somebody asks, which few do: an idle connection counts every
    /// byte, and the parts are several times as large as the whole.
    private final byte[] head;

    /// Null where the stream has none.
    private final SocketAddress remoteAddress;

    HandshakeRequest(HttpHead.Request head, SocketAddress remoteAddress) {
        this.head = head.encode().array();
        this.remoteAddress = remoteAddress;
    }

    /// The request's method.
    ///
    /// @return `GET` for every WebSocket
    public String method() {
        String line = startLine();
        return line.substring(0, line.indexOf(' '));
    }

    /// What the client asks for, as it wrote it.
    ///
    /// @return path and query, for instance `/chat?room=7`
    public String target() {
        String line = startLine();
        return line.substring(line.indexOf(' ') + 1, line.lastIndexOf(' '));
    }

    /// The part of the target that a server chooses its handler by.
    ///
    /// @return the path, percent signs and all
    public String path() {
        String target = originForm();
        int end = target.indexOf('?');
        return end == -1 ? target : target.substring(0, end);
    }

    /// The part of the target behind the question mark.
    ///
    /// @return the query, percent signs and all; empty if there is none
    public Optional<String> query() {
        String target = originForm();
        int mark = target.indexOf('?');
        return mark == -1 ? Optional.empty() : Optional.of(target.substring(mark + 1));
    }

    /// The target without scheme and authority, which a client may put before it (RFC 9112, section 3.2.2).
    private String originForm() {
        String target = target();
        int scheme = target.indexOf("://");
        if (target.startsWith("/") || scheme == -1) {
            return target;
        }
        String resource = target.substring(scheme + 3).replaceFirst("^[^/?]*", "");
        return resource.startsWith("/") ? resource : "/" + resource;
    }

    /// The first value of a header field.
    ///
    /// @param name its name, whose case does not count
    /// @return the value; empty if there is none
    public Optional<String> header(String name) {
        return head().headers().first(name);
    }

    /// All header fields.
    ///
    /// @return values by name, whose case does not count, in the order of the request
    public Map<String, List<String>> headers() {
        return asMap(head().headers());
    }

    /// Where a browser has the page from that makes the request.
    ///
    /// @return for instance `https://example.org`; empty if no browser asks
    public Optional<String> origin() {
        return header("Origin");
    }

    /// The subprotocols that the client speaks, in its order of preference.
    ///
    /// @return their names
    public List<String> subprotocols() {
        return head().headers().listOf("Sec-WebSocket-Protocol");
    }

    /// Who asks.
    ///
    /// @return the peer's address; empty where the stream has none
    public Optional<SocketAddress> remoteAddress() {
        return Optional.ofNullable(remoteAddress);
    }

    /// Asked for twice in each handshake, to choose the handler, which is worth no parsing.
    private String startLine() {
        int end = 0;
        while (head[end] != '\r') {
            end++;
        }
        return new String(head, 0, end, StandardCharsets.ISO_8859_1);
    }

    private HttpHead.Request head() {
        try {
            return HeadParser.forRequest(Integer.MAX_VALUE, Integer.MAX_VALUE).feed(ByteBuffer.wrap(head));
        } catch (HandshakeException e) {
            throw new IllegalStateException("a head that was in order is so no more", e);
        }
    }

    /// Method, path and address, for logs. Not the query, which often is a ticket or a token.
    @Override
    public String toString() {
        return method() + " " + path() + (remoteAddress == null ? "" : " from " + remoteAddress);
    }

    static Map<String, List<String>> asMap(Headers headers) {
        return headers.fields().stream()
                .collect(Collectors.groupingBy(
                        Headers.Field::name,
                        () -> new TreeMap<>(String.CASE_INSENSITIVE_ORDER),
                        Collectors.mapping(Headers.Field::value, Collectors.toList())));
    }
}
