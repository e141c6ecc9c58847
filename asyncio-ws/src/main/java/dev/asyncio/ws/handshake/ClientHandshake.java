package dev.asyncio.ws.handshake;

import static dev.asyncio.ws.handshake.FieldNames.ACCEPT;
import static dev.asyncio.ws.handshake.FieldNames.CONNECTION;
import static dev.asyncio.ws.handshake.FieldNames.EXTENSIONS;
import static dev.asyncio.ws.handshake.FieldNames.HOST;
import static dev.asyncio.ws.handshake.FieldNames.KEY;
import static dev.asyncio.ws.handshake.FieldNames.PROTOCOL;
import static dev.asyncio.ws.handshake.FieldNames.UPGRADE;
import static dev.asyncio.ws.handshake.FieldNames.VERSION;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/// The client's side of a handshake (RFC 6455, section 4.1): a request, and the check of the answer to it.
public final class ClientHandshake {

    private final Target target;
    private final String key;
    private final List<String> subprotocols;
    private final Optional<DeflateParameters> deflate;
    private final HttpHead.Request request;

    /// What both sides have agreed on.
    ///
    /// @param subprotocol one of those offered, if the server chose one
    /// @param deflate how messages are compressed, if they are
    public record Agreement(Optional<String> subprotocol, Optional<DeflateParameters> deflate) {}

    /// Makes a request with a new key.
    ///
    /// @param uri whom to ask for what
    /// @param subprotocols tokens in the order of preference, each once; may be empty
    /// @param deflate what compression to offer, if any
    /// @param extra the caller's header fields: cookies, authorization, origin
    /// @throws IllegalArgumentException if the URI is none of a WebSocket, a subprotocol is no token or there twice, or
    ///         a field belongs to the handshake itself
    public ClientHandshake(URI uri, List<String> subprotocols, Optional<DeflateParameters> deflate, Headers extra) {
        this(uri, subprotocols, deflate, extra, AcceptKey.newKey());
    }

    ClientHandshake(URI uri, List<String> subprotocols, Optional<DeflateParameters> deflate, Headers extra,
            String key) {
        this.target = Target.of(uri);
        this.key = key;
        this.subprotocols = List.copyOf(subprotocols);
        this.deflate = deflate;
        requireDistinctTokens(subprotocols);
        extra.refuseThoseOfTheHandshake();
        this.request = HttpHead.request("GET", target.resourceName(), headers().with(extra));
    }

    /// Checks what is to be offered.
    ///
    /// @param subprotocols names
    /// @throws IllegalArgumentException if one is no token, or there twice
    public static void requireDistinctTokens(List<String> subprotocols) {
        Subprotocols.faultOf(subprotocols).ifPresent(fault -> {
            throw new IllegalArgumentException("subprotocols: " + fault);
        });
    }

    private Headers headers() {
        Headers headers = Headers
                .of(HOST, target.hostField(), UPGRADE, "websocket", CONNECTION, UPGRADE, KEY, key, VERSION, "13");
        if (!subprotocols.isEmpty()) {
            headers = headers.with(PROTOCOL, String.join(", ", subprotocols));
        }
        if (deflate.isPresent()) {
            headers = headers.with(EXTENSIONS, deflate.get().offer());
        }
        return headers;
    }

    /// Whom to connect to.
    ///
    /// @return where the URI points to
    public Target target() {
        return target;
    }

    /// What to send.
    ///
    /// @return the request's head
    public HttpHead.Request request() {
        return request;
    }

    /// Checks the answer by the rules of 4.1, in their order.
    ///
    /// @param response the head of the response
    /// @return what was agreed
    /// @throws HandshakeRefusedException if the server says no, and is in its rights
    /// @throws HandshakeException if the answer breaks a rule
    public Agreement check(HttpHead.Response response) throws HandshakeException {
        Headers headers = response.headers();
        if (response.status() != 101) {
            throw new HandshakeRefusedException("WebSocket handshake", response);
        }
        if (response.version() != HttpHead.Version.HTTP_1_1) {
            throw HandshakeException.badResponse("response: expected HTTP/1.1, got " + response.version());
        }
        requireOnly(headers, UPGRADE, "websocket");
        if (!headers.hasToken(CONNECTION, UPGRADE)) {
            throw unexpected(headers, CONNECTION, "Upgrade");
        }
        String proof = AcceptKey.acceptFor(key);
        if (!headers.all(ACCEPT).equals(List.of(proof))) {
            throw unexpected(headers, ACCEPT, proof);
        }
        Optional<DeflateParameters> agreed = ExtensionResponse.check(headers, deflate);
        return new Agreement(subprotocol(headers), agreed);
    }

    /// Item 2 of what the client checks: nothing else may be upgraded to.
    private static void requireOnly(Headers headers, String name, String token) throws HandshakeException {
        List<String> tokens = headers.listOf(name);
        if (tokens.size() != 1 || !tokens.getFirst().equalsIgnoreCase(token)) {
            throw unexpected(headers, name, token);
        }
    }

    private Optional<String> subprotocol(Headers headers) throws HandshakeException {
        List<String> chosen = headers.all(PROTOCOL);
        if (chosen.isEmpty()) {
            return Optional.empty();
        }
        if (chosen.size() > 1 || !subprotocols.contains(chosen.getFirst())) {
            throw HandshakeException.badResponse("response header " + PROTOCOL + ": expected "
                    + (subprotocols.isEmpty() ? "none" : "one that was offered") + ", got something else");
        }
        return Optional.of(chosen.getFirst());
    }

    private static HandshakeException unexpected(Headers headers, String name, String expected) {
        List<String> values = headers.all(name);
        return HandshakeException.badResponse("response header " + name + ": expected " + expected + ", got "
                + (values.isEmpty() ? "none" : Grammar.quote(String.join(", ", values))));
    }
}
