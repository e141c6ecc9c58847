package dev.asyncio.ws;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Which pages' browsers may connect (RFC 6455, section 10.2).
///
/// @param allowed origins, serialized
/// @param allowsSame pages of the host and port that the request itself names
record OriginPolicy(Set<String> allowed, boolean allowsSame, boolean allowsAny) {

    /// A request without an origin is no browser's, and not this policy's business.
    ///
    /// @param isSecure whether the request has come over TLS
    boolean allows(HandshakeRequest request, boolean isSecure) {
        Optional<String> origin = request.origin().map(OriginPolicy::serialize);
        return origin.isEmpty()
                || allowsAny
                || allowed.contains(origin.get())
                || allowsSame && isSame(origin.get(), request.header("Host").orElse(""), isSecure);
    }

    /// RFC 6454, section 5: scheme, host and port are the same. What has come without TLS may have come by TLS to a proxy
    /// before us.
    private static boolean isSame(String origin, String host, boolean isSecure) {
        return origin.equals(serialize("https://" + host)) || !isSecure && origin.equals(serialize("http://" + host));
    }

    /// RFC 6454, section 6.2: in small letters, and without a port that is the scheme's own.
    static String serialize(String origin) {
        return origin.toLowerCase(Locale.ROOT).replaceFirst("^(?:(http://.*):80|(https://.*):443)$", "$1$2");
    }
}
