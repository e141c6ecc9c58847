package dev.asyncio.ws.handshake;

import java.net.URI;
import java.util.Locale;

/// Where a `ws` or `wss` URI points to (RFC 6455, section 3).
///
/// @param isSecure whether TLS is asked for
/// @param host a name or an address, as it can be looked up: an IPv6 address has no brackets
/// @param port the port, the scheme's own if the URI has none
/// @param hostField the value of the Host field: with the port unless it is the scheme's own
/// @param resourceName the path and the query
public record Target(boolean isSecure, String host, int port, String hostField, String resourceName) {

    /// Takes a URI apart.
    ///
    /// @param uri an absolute URI without user information and fragment
    /// @return its parts
    /// @throws IllegalArgumentException if it is no such URI; the message repeats neither user information nor
    ///         the query, which may be secrets
    public static Target of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("ws") && !scheme.equals("wss")) {
            throw new IllegalArgumentException("URI: expected scheme ws or wss, got " + Grammar.quote(scheme));
        }
        if (uri.getRawAuthority() == null) {
            throw new IllegalArgumentException("URI: expected a host behind " + scheme + "://");
        }
        if (uri.getRawAuthority().contains("@")) {
            throw new IllegalArgumentException("URI: expected no user information; there is the Authorization header");
        }
        if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException("URI: expected no fragment");
        }
        // Not uri.getHost(): it knows no names with an underscore, which container networks have.
        Authority authority = Authority.parse(uri.getRawAuthority())
                .orElseThrow(() -> new IllegalArgumentException(
                        "URI: expected a host name or address, got " + uri.getRawAuthority()));
        boolean isSecure = scheme.equals("wss");
        int usualPort = isSecure ? 443 : 80;
        int port = authority.port() == Authority.NO_PORT ? usualPort : authority.port();
        if (port == 0) {
            throw new IllegalArgumentException("URI: expected a port of 1 to 65535, got 0");
        }
        var named = new Authority(authority.host(), port == usualPort ? Authority.NO_PORT : port);
        // toASCIIString escapes what a URI may hold and a request line may not.
        String resourceName = ServerHandshake.resourceName(URI.create(uri.toASCIIString()));
        return new Target(isSecure, authority.host(), port, named.toString(), resourceName);
    }

    /// The URI without its query, which may be a secret: for messages.
    @Override
    public String toString() {
        return (isSecure ? "wss://" : "ws://") + hostField + resourceName.replaceFirst("\\?.*", "");
    }
}
