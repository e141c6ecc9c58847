package dev.asyncio.ws.handshake;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// The names of subprotocols that a client offers (RFC 6455, section 4.1, item 10). No message shows one: pages in
/// browsers can add no header field of their own, so some send a token as a subprotocol.
final class Subprotocols {

    private Subprotocols() {}

    /// What is wrong with them; empty if they are tokens, each there once.
    static Optional<String> faultOf(List<String> names) {
        var distinct = new HashSet<String>();
        for (String name : names) {
            String which = "number " + (distinct.size() + 1);
            if (!Grammar.isToken(name)) {
                return Optional.of(which + " is no token");
            }
            if (!distinct.add(name)) {
                return Optional.of(which + " is there twice");
            }
        }
        return Optional.empty();
    }
}
