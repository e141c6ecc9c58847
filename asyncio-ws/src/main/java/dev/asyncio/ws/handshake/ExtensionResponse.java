package dev.asyncio.ws.handshake;

import java.util.List;
import java.util.Optional;

/// The client's check of the extensions that a server has chosen: nothing but what was offered, and within it.
final class ExtensionResponse {

    private ExtensionResponse() {}

    /// What was agreed; empty if the server wants no compression.
    ///
    /// @throws HandshakeException if the server may not answer so; the message names the extension or the parameter
    static Optional<DeflateParameters> check(Headers headers, Optional<DeflateParameters> offered)
            throws HandshakeException {
        List<Extension> chosen = Extension.parseAll(headers);
        for (Extension extension : chosen) {
            if (offered.isEmpty() || !extension.name().equals(DeflateTerms.EXTENSION)) {
                throw fault(Grammar.quote(extension.name()) + " was not offered");
            }
        }
        return switch (chosen.size()) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(check(chosen.getFirst(), offered.get()));
            default -> throw fault(DeflateTerms.EXTENSION + " is there twice");
        };
    }

    private static DeflateParameters check(Extension extension, DeflateParameters offered) throws HandshakeException {
        Optional<String> malformed = DeflateTerms.faultOf(extension);
        if (malformed.isPresent()) {
            throw fault(malformed.get());
        }
        DeflateTerms response = DeflateTerms.of(extension);
        int clientBits = response.clientMaxWindowBits().orElse(offered.clientMaxWindowBits());
        int serverBits = response.serverMaxWindowBits().orElse(DeflateParameters.MAX_WINDOW_BITS);
        // 7.1.2.2: without a value it may stand in an offer only.
        if (response.hasClientMaxWindowBits() && response.clientMaxWindowBits().isEmpty()) {
            throw fault(DeflateTerms.CLIENT_WINDOW + " has no value");
        }
        requireWithin(DeflateTerms.CLIENT_WINDOW, clientBits, offered.clientMaxWindowBits());
        // 7.1.2.1 and 7.1.1.1: what we asked of the server is granted by naming it; silence would be a larger window.
        requireWithin(DeflateTerms.SERVER_WINDOW, serverBits, offered.serverMaxWindowBits());
        if (offered.serverNoContextTakeover() && !response.serverNoContextTakeover()) {
            throw fault(DeflateTerms.SERVER_NO_TAKEOVER + " was asked for and is missing");
        }
        return new DeflateParameters(serverBits, clientBits, response.serverNoContextTakeover(),
                response.clientNoContextTakeover() || offered.clientNoContextTakeover());
    }

    private static void requireWithin(String name, int bits, int offeredBits) throws HandshakeException {
        if (bits > offeredBits) {
            throw fault(name + ": expected at most " + offeredBits + ", got " + bits);
        }
    }

    private static HandshakeException fault(String what) {
        return HandshakeException.badResponse("response header " + Extension.HEADER + ": " + what);
    }
}
