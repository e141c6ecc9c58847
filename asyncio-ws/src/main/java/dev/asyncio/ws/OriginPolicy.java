package dev.asyncio.ws;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Which pages' browsers may connect (RFC 6455, section 10.2).
///
/// @param allowed origins as browsers send them
/// @param allowsSame pages of the host and port that the request itself names
record OriginPolicy(Set<String> allowed, boolean allowsSame, boolean allowsAny) {

    /// A request without an origin is no browser's, and not this policy's business.
    boolean allows(HandshakeRequest request) {
        Optional<String> origin = request.origin();
        return origin.isEmpty()
                || allowsAny
                || allowed.contains(origin.get())
                || allowsSame && isSame(origin.get(), request.header("Host").orElse(""));
    }

    private static boolean isSame(String origin, String host) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority != null && authority.toLowerCase(Locale.ROOT).equals(host.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException _) {
            return false; // "null", for one, the origin of pages that are nobody's
        }
    }
}
