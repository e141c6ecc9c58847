package dev.asyncio.ws.handshake;

import static dev.asyncio.ws.handshake.FieldNames.ACCEPT;
import static dev.asyncio.ws.handshake.FieldNames.CONNECTION;
import static dev.asyncio.ws.handshake.FieldNames.CONTENT_LENGTH;
import static dev.asyncio.ws.handshake.FieldNames.EXTENSIONS;
import static dev.asyncio.ws.handshake.FieldNames.HOST;
import static dev.asyncio.ws.handshake.FieldNames.KEY;
import static dev.asyncio.ws.handshake.FieldNames.PROTOCOL;
import static dev.asyncio.ws.handshake.FieldNames.TRANSFER_ENCODING;
import static dev.asyncio.ws.handshake.FieldNames.UPGRADE;
import static dev.asyncio.ws.handshake.FieldNames.VERSION;

import dev.asyncio.ws.handshake.HttpHead.Version;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The server's side of a handshake (RFC 6455, section 4.2): a request that was found in order, and the answer to it.
public final class ServerHandshake {

    private static final String WEBSOCKET = "websocket";
    private static final String SUPPORTED_VERSION = "13";

    private final String key;
    private final List<String> subprotocols;
    private final ExtensionOffers extensions;

    private ServerHandshake(String key, List<String> subprotocols, ExtensionOffers extensions) {
        this.key = key;
        this.subprotocols = subprotocols;
        this.extensions = extensions;
    }

    /// Whether a request asks for a WebSocket at all, well or badly. Where not, it is some other's business, if there
    /// is one; [#check] refuses it, by 426 if it is a GET.
    ///
    /// @param request the head of any request
    /// @return whether it asks for the upgrade. HTTP/1.0 knows no upgrades (RFC 9110, section 7.8)
    public static boolean isUpgrade(HttpHead.Request request) {
        return request.version() == Version.HTTP_1_1
                && request.headers().hasToken(UPGRADE, WEBSOCKET)
                && request.headers().hasToken(CONNECTION, UPGRADE);
    }

    /// Checks a request by the rules of 4.2.1, in their order.
    ///
    /// @param request the head of a request
    /// @return the handshake, to be answered
    /// @throws HandshakeException at the first rule that is broken; what to answer is in it
    public static ServerHandshake check(HttpHead.Request request) throws HandshakeException {
        Headers headers = request.headers();
        if (!request.method().equals("GET")) {
            throw new HandshakeException(405, Headers.of("Allow", "GET"),
                    "expected method GET, got " + Grammar.quote(request.method()));
        }
        if (request.version() != Version.HTTP_1_1) {
            throw upgradeRequired("expected HTTP/1.1, got " + request.version() + ", perhaps of a proxy on the way");
        }
        checkTarget(request.target());
        checkHost(request);
        if (!isUpgrade(request)) {
            throw upgradeRequired("expected a WebSocket handshake: Upgrade: websocket and Connection: Upgrade");
        }
        checkVersion(headers);
        String key = exactlyOnce(headers, KEY);
        if (!AcceptKey.isWellFormed(key)) {
            throw malformed(KEY, key);
        }
        // A browser's word on who sent it. Two of them are a riddle, and what it guards is worth no guess.
        if (headers.all("Origin").size() > 1) {
            throw HandshakeException.badRequest("header Origin: expected once at most");
        }
        requireNoBody(headers);
        return new ServerHandshake(key, subprotocols(headers), ExtensionOffers.parse(headers));
    }

    /// Checks what every request has to obey, be it a handshake or not: RFC 9112, section 3.2.
    ///
    /// @param request the head of any request
    /// @throws HandshakeException by 400 if the Host field is not there once and in order; HTTP/1.0 needs none
    public static void checkHost(HttpHead.Request request) throws HandshakeException {
        if (request.version() == Version.HTTP_1_0 && request.headers().all(HOST).isEmpty()) {
            return;
        }
        String host = exactlyOnce(request.headers(), HOST);
        if (Authority.parse(host).isEmpty()) {
            throw malformed(HOST, host);
        }
    }

    private static HandshakeException upgradeRequired(String message) {
        return new HandshakeException(426, Headers.of(UPGRADE, WEBSOCKET, VERSION, SUPPORTED_VERSION), message);
    }

    private static HandshakeException malformed(String name, String value) {
        return HandshakeException.badRequest("header " + name + ": malformed: " + Grammar.quote(value));
    }

    private static String exactlyOnce(Headers headers, String name) throws HandshakeException {
        List<String> values = headers.all(name);
        if (values.size() != 1) {
            throw HandshakeException.badRequest("header " + name + ": expected once, got " + values.size());
        }
        return values.getFirst();
    }

    /// 4.2.1, item 1: a path, or a whole URI (RFC 9112, section 3.2.2, whatever the Host field says then).
    private static void checkTarget(String target) throws HandshakeException {
        try {
            if (target.startsWith("/") && !target.contains("#")) {
                return;
            }
            var uri = new URI(target);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (List.of("http", "https", "ws", "wss").contains(scheme) && uri.getRawAuthority() != null
                    && uri.getRawFragment() == null) {
                return;
            }
        } catch (URISyntaxException _) {
            // Said below.
        }
        throw HandshakeException.badRequest("request target: expected a path, got " + Grammar.quoteTarget(target));
    }

    /// The path, "/" if it is empty, and the query of a URI, as they are written there.
    static String resourceName(URI uri) {
        return (uri.getRawPath().isEmpty() ? "/" : uri.getRawPath())
                + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    }

    /// 4.4: a client that speaks another version learns which one we speak.
    private static void checkVersion(Headers headers) throws HandshakeException {
        List<String> versions = headers.all(VERSION);
        if (versions.size() > 1) {
            throw HandshakeException.badRequest("header " + VERSION + ": expected once, got " + versions.size());
        }
        if (!versions.equals(List.of(SUPPORTED_VERSION))) {
            throw upgradeRequired("header " + VERSION + ": expected 13, got "
                    + (versions.isEmpty() ? "none" : Grammar.quote(versions.getFirst())));
        }
    }

    /// A body would be taken for frames, or frames for a body by a proxy on the way.
    private static void requireNoBody(Headers headers) throws HandshakeException {
        boolean hasLength = headers.all(CONTENT_LENGTH).stream().anyMatch(length -> !length.matches("0+"));
        if (hasLength || !headers.all(TRANSFER_ENCODING).isEmpty()) {
            throw HandshakeException.badRequest("expected a request without a body");
        }
    }

    private static List<String> subprotocols(Headers headers) throws HandshakeException {
        List<String> offered = headers.listOf(PROTOCOL);
        Optional<String> fault = Subprotocols.faultOf(offered);
        if (fault.isPresent()) {
            throw HandshakeException.badRequest("header " + PROTOCOL + ": " + fault.get());
        }
        return offered;
    }

    /// The subprotocols that the client offers.
    ///
    /// @return tokens in the order of the client's preference, each once
    public List<String> subprotocols() {
        return subprotocols;
    }

    /// The extensions that the client offers.
    ///
    /// @return its offers
    public ExtensionOffers extensions() {
        return extensions;
    }

    /// Makes the response that says yes (4.2.2).
    ///
    /// @param subprotocol one of those offered, or none
    /// @param deflate what [ExtensionOffers#accept] chose, or none
    /// @param extra the caller's header fields, cookies for instance
    /// @return the head of the response, behind which frames follow
    /// @throws IllegalArgumentException if the subprotocol was not offered, or a field belongs to the handshake itself
    public HttpHead.Response accept(Optional<String> subprotocol, Optional<ExtensionOffers.Accepted> deflate,
            Headers extra) {
        extra.refuseThoseOfTheHandshake();
        Headers headers = Headers.of(UPGRADE, WEBSOCKET, CONNECTION, UPGRADE, ACCEPT, AcceptKey.acceptFor(key));
        if (subprotocol.isPresent()) {
            if (!subprotocols.contains(subprotocol.get())) {
                throw new IllegalArgumentException("subprotocol: expected one that was offered, got "
                        + Grammar.quote(subprotocol.get()));
            }
            headers = headers.with(PROTOCOL, subprotocol.get());
        }
        if (deflate.isPresent()) {
            headers = headers.with(EXTENSIONS, deflate.get().response());
        }
        return HttpHead.response(101, "Switching Protocols", headers.with(extra));
    }
}
