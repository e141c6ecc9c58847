package dev.asyncio.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// What a command line has to have.
final class Arguments {

    private Arguments() {}

    /// @param usage the class and what it takes, for the error
    /// @throws IllegalArgumentException if there are fewer
    static void require(int least, String usage, String... args) {
        if (args.length < least) {
            throw new IllegalArgumentException("expected %s, got %s".formatted(usage, Arrays.toString(args)));
        }
    }

    /// @throws IllegalArgumentException if it is no number, or a lesser one
    static int number(String what, int least, String argument) {
        if (!argument.matches("\\d{1,9}") || Integer.parseInt(argument) < least) {
            throw new IllegalArgumentException(
                    "%s: expected a number of at least %d, got \"%s\"".formatted(what, least, argument));
        }
        return Integer.parseInt(argument);
    }

    /// @throws IllegalArgumentException if it is no number that is not negative
    static double decimal(String what, String argument) {
        if (!argument.matches("\\d+(\\.\\d+)?([eE][-+]?\\d+)?")) {
            throw new IllegalArgumentException(
                    "%s: expected a number of at least 0, got \"%s\"".formatted(what, argument));
        }
        return Double.parseDouble(argument);
    }

    /// @throws IllegalArgumentException if there is no such folder
    static Path folder(String argument) {
        Path folder = Path.of(argument);
        if (!Files.isDirectory(folder)) {
            throw new IllegalArgumentException("expected a folder, got " + folder.toAbsolutePath());
        }
        return folder;
    }
}
