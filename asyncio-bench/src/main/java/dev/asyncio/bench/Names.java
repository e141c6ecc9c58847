package dev.asyncio.bench;

import java.util.Arrays;
import java.util.stream.Collectors;

/// Finds what a command line names.
final class Names {

    private Names() {}

    /// The constant with a name as tables have it (its `toString`), or as it is written in the source, in any case.
    ///
    /// @param what what is named, for the error
    /// @throws IllegalArgumentException if there is none, with all that there are
    static <E extends Enum<E>> E find(String what, E[] constants, String name) {
        return Arrays.stream(constants)
                .filter(constant -> constant.toString().equals(name) || constant.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("%s: expected one of %s, got \"%s\"".formatted(
                        what, Arrays.stream(constants).map(Enum::name).collect(Collectors.joining(", ")), name)));
    }
}
