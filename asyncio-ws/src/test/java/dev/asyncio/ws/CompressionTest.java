package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompressionTest {

    /// At once, and not when the first WebSocket is to be made with it.
    @ParameterizedTest
    @CsvSource({"7, 15, server, 7", "16, 15, server, 16", "15, 7, client, 7", "15, 16, client, 16"})
    void windowsAreOfEightToFifteenBits(int server, int client, String whose, int wrong) {
        var e = assertThrows(IllegalArgumentException.class, () -> new Compression(false, false, server, client));
        assertEquals(whose + " max window bits: expected 8 to 15, got " + wrong, e.getMessage());
    }
}
