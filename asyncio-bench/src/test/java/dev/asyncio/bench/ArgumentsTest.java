package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {

    private static void assertRefused(String expected, Executable use) {
        assertEquals(expected, assertThrows(IllegalArgumentException.class, use).getMessage());
    }

    @Test
    void whatIsMissingIsNamed() {
        Arguments.require(2, "Report FOLDER PAGE", "results", "page");
        assertRefused("expected Report FOLDER PAGE, got [results]",
                () -> Arguments.require(2, "Report FOLDER PAGE", "results"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "one", "", "9999999999"})
    void aNumberIsOneThatCanBe(String argument) {
        assertEquals(999_999_999, Arguments.number("rounds", 1, "999999999"));
        assertRefused("rounds: expected a number of at least 1, got \"" + argument + "\"",
                () -> Arguments.number("rounds", 1, argument));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0.5", "NaN", "half", ""})
    void aDecimalIsNotNegative(String argument) {
        assertEquals(0.6, Arguments.decimal("seconds", "0.6"));
        assertRefused("seconds: expected a number of at least 0, got \"" + argument + "\"",
                () -> Arguments.decimal("seconds", argument));
    }

    @Test
    void aFolderIsThere(@TempDir Path folder) {
        assertEquals(folder, Arguments.folder(folder.toString()));
        Path missing = folder.resolve("missing");
        assertRefused("expected a folder, got " + missing, () -> Arguments.folder(missing.toString()));
    }
}
