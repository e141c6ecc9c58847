package dev.asyncio.ws.handshake;

import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// What one permessage-deflate offer or response says, word for word: nothing filled in, nothing judged.
///
/// @param serverMaxWindowBits empty if not there
/// @param clientMaxWindowBits empty if not there, or without a value
/// @param hasClientMaxWindowBits whether it is there, with a value or without
record DeflateTerms(
        OptionalInt serverMaxWindowBits,
        OptionalInt clientMaxWindowBits,
        boolean hasClientMaxWindowBits,
        boolean serverNoContextTakeover,
        boolean clientNoContextTakeover) {

    static final String EXTENSION = "permessage-deflate";
    static final String SERVER_WINDOW = "server_max_window_bits";
    static final String CLIENT_WINDOW = "client_max_window_bits";
    static final String SERVER_NO_TAKEOVER = "server_no_context_takeover";
    static final String CLIENT_NO_TAKEOVER = "client_no_context_takeover";

    /// Why an extension's parameters are none of permessage-deflate's: RFC 7692, sections 7.1.1 and 7.1.2. An answer
    /// and no exception, as a hostile offer may have hundreds of them.
    static Optional<String> faultOf(Extension extension) {
        Set<String> seen = new HashSet<>();
        for (Extension.Parameter parameter : extension.parameters()) {
            String name = parameter.name();
            Optional<String> value = parameter.value();
            boolean isValid = switch (name) {
                case SERVER_NO_TAKEOVER, CLIENT_NO_TAKEOVER -> value.isEmpty();
                case SERVER_WINDOW -> value.filter(DeflateTerms::isWindowBits).isPresent();
                case CLIENT_WINDOW -> value.map(DeflateTerms::isWindowBits).orElse(true);
                default -> false;
            };
            if (!isValid) {
                return Optional.of(
                        Grammar.quote(name + value.map(text -> "=" + text).orElse("")) + " is unknown or out of range");
            }
            if (!seen.add(name)) {
                return Optional.of(name + " is there twice");
            }
        }
        return Optional.empty();
    }

    /// 7.1.2: "a decimal integer value without leading zeroes between 8 to 15, inclusive".
    private static boolean isWindowBits(String value) {
        return value.matches("[89]|1[0-5]");
    }

    /// Reads parameters that [#faultOf] has found without fault.
    static DeflateTerms of(Extension extension) {
        return new DeflateTerms(
                bits(extension, SERVER_WINDOW),
                bits(extension, CLIENT_WINDOW),
                has(extension, CLIENT_WINDOW),
                has(extension, SERVER_NO_TAKEOVER),
                has(extension, CLIENT_NO_TAKEOVER));
    }

    private static OptionalInt bits(Extension extension, String name) {
        return extension.parameters().stream().filter(parameter -> parameter.name().equals(name))
                .flatMap(parameter -> parameter.value().stream()).mapToInt(Integer::parseInt).findFirst();
    }

    private static boolean has(Extension extension, String name) {
        return extension.parameters().stream().anyMatch(parameter -> parameter.name().equals(name));
    }
}
