package dev.asyncio.ws.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 7692, section 7.1, from both sides. Parameters are written as `server bits, client bits, server takeover, client
/// takeover`: `15 15 + +` limits nothing, `-` is no context takeover.
class DeflateNegotiationTest {

    private static final String PMD = "permessage-deflate";

    private static DeflateParameters parameters(String text) {
        String[] parts = text.split(" ");
        return new DeflateParameters(
                Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), parts[2].equals("-"), parts[3].equals("-"));
    }

    private static Headers extensions(String value) {
        return Headers.of(Extension.HEADER, value.replace("PMD", PMD).replace("SNT", "server_no_context_takeover")
                .replace("CNT", "client_no_context_takeover").replace("SMW", "server_max_window_bits")
                .replace("CMW", "client_max_window_bits"));
    }

    private static String expand(String value) {
        return extensions(value).first(Extension.HEADER).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # what the client offers        | server wishes | agreed      | the server's answer
            PMD                             | 15 15 + +     | 15 15 + +   | PMD
            PMD; CMW                        | 15 15 + +     | 15 15 + +   | PMD
            PMD; CMW                        | 15 10 + +     | 15 10 + +   | PMD; CMW=10
            PMD; CMW=9                      | 15 10 + +     | 15 9 + +    | PMD; CMW=9
            PMD; CMW=12                     | 15 10 + +     | 15 10 + +   | PMD; CMW=10
            PMD; CMW=15                     | 15 15 + +     | 15 15 + +   | PMD
            PMD; CMW=8                      | 15 15 + +     | 15 8 + +    | PMD; CMW=8
            PMD                             | 15 10 + +     | 15 15 + +   | PMD
            PMD                             | 10 15 + +     | 10 15 + +   | PMD; SMW=10
            PMD; SMW=15                     | 15 15 + +     | 15 15 + +   | PMD; SMW=15
            PMD; SMW=8                      | 15 15 + +     | 8 15 + +    | PMD; SMW=8
            PMD; SMW=12                     | 10 15 + +     | 10 15 + +   | PMD; SMW=10
            PMD; SMW="9"                    | 10 15 + +     | 9 15 + +    | PMD; SMW=9
            PMD; SNT                        | 15 15 + +     | 15 15 - +   | PMD; SNT
            PMD; CNT                        | 15 15 + +     | 15 15 + -   | PMD; CNT
            PMD                             | 15 15 - -     | 15 15 - -   | PMD; SNT; CNT
            PMD; CNT; SNT; CMW=11; SMW=12   | 15 15 + +     | 12 11 - -   | PMD; SNT; CNT; SMW=12; CMW=11
            other, PMD; SNT                 | 15 15 + +     | 15 15 - +   | PMD; SNT
            PMD; SMW=10, PMD                | 15 15 + +     | 10 15 + +   | PMD; SMW=10
            PMD; SMW=16, PMD; SNT           | 15 15 + +     | 15 15 - +   | PMD; SNT
            """)
    void theServerTakesTheFirstValidOffer(String offer, String wishes, String agreed, String response)
            throws HandshakeException {
        var accepted = ExtensionOffers.parse(extensions(offer)).accept(parameters(wishes)).orElseThrow();
        assertEquals(parameters(agreed), accepted.parameters());
        assertEquals(expand(response), accepted.response());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "other", "PMD; x", "PMD; x=1", "PMD; SNT=1", "PMD; CNT=1", "PMD; SNT; SNT",
        "PMD; CNT; CNT",
        "PMD; SMW", "PMD; SMW=7", "PMD; SMW=16", "PMD; SMW=08", "PMD; SMW=010", "PMD; SMW=+9", "PMD; SMW=x",
        "PMD; SMW=9; SMW=9", "PMD; CMW=7", "PMD; CMW=16", "PMD; CMW=08", "PMD; CMW; CMW", "PMD; CMW=9; CMW",
        "PMD; SMW=99999999999", "permessage-deflate2", "Permessage-Deflate"})
    void offersThatTheServerPassesOver(String offer) throws HandshakeException {
        assertEquals(Optional.empty(), ExtensionOffers.parse(extensions(offer)).accept(DeflateParameters.defaults()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            15 15 + + | PMD; CMW
            10 15 + + | PMD; SMW=10; CMW
            15 10 + + | PMD; CMW=10
            15 15 - + | PMD; SNT; CMW
            15 15 + - | PMD; CNT; CMW
            8 9 - -   | PMD; SNT; CNT; SMW=8; CMW=9
            """)
    void theClientsOffer(String wishes, String offer) {
        assertEquals(expand(offer), parameters(wishes).offer());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            15 15 + + | PMD                        | 15 15 + +
            15 15 + + | PMD; SMW=8                 | 8 15 + +
            15 15 + + | PMD; SMW=15; CMW=15        | 15 15 + +
            15 15 + + | PMD; CMW="9"               | 15 9 + +
            15 15 + + | PMD; SNT                   | 15 15 - +
            15 15 + + | PMD; CNT                   | 15 15 + -
            15 15 + - | PMD                        | 15 15 + -
            15 15 - + | PMD; SNT                   | 15 15 - +
            15 10 + + | PMD                        | 15 10 + +
            15 10 + + | PMD; CMW=10                | 15 10 + +
            15 10 + + | PMD; CMW=9                 | 15 9 + +
            10 15 + + | PMD; SMW=10                | 10 15 + +
            10 15 + + | PMD; SMW=9                 | 9 15 + +
            """)
    void answersThatTheClientTakes(String offered, String response, String agreed) throws HandshakeException {
        assertEquals(Optional.of(parameters(agreed)),
                ExtensionResponse.check(extensions(response), Optional.of(parameters(offered))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            15 15 + + | other                      | 'other' was not offered
            15 15 + + | PMD, other                 | 'other' was not offered
            15 15 + + | PMD, PMD                   | permessage-deflate is there twice
            15 15 + + | PMD; x                     | 'x' is unknown
            15 15 + + | PMD; SNT=1                 | 'server_no_context_takeover=1' is unknown or out of range
            15 15 + + | PMD; SNT; SNT              | server_no_context_takeover is there twice
            15 15 + + | PMD; CNT; CNT              | client_no_context_takeover is there twice
            15 15 + + | PMD; SMW=9; SMW=9          | server_max_window_bits is there twice
            15 15 + + | PMD; CMW=9; CMW=9          | client_max_window_bits is there twice
            15 15 + + | PMD; SMW                   | 'server_max_window_bits' is unknown or out of range
            15 15 + + | PMD; SMW=16                | 'server_max_window_bits=16' is unknown or out of range
            15 15 + + | PMD; CMW=7                 | 'client_max_window_bits=7' is unknown or out of range
            15 15 + + | PMD; CMW=08                | 'client_max_window_bits=08' is unknown or out of range
            15 15 + + | PMD; CMW                   | client_max_window_bits has no value
            15 10 + + | PMD; CMW=11                | client_max_window_bits: expected at most 10, got 11
            10 15 + + | PMD; SMW=11                | server_max_window_bits: expected at most 10, got 11
            10 15 + + | PMD                        | server_max_window_bits: expected at most 10, got 15
            15 15 - + | PMD                        | server_no_context_takeover was asked for and is missing
            """)
    void answersThatTheClientRefuses(String offered, String response, String message) {
        var e = assertThrows(HandshakeException.class,
                () -> ExtensionResponse.check(extensions(response), Optional.of(parameters(offered))));
        assertTrue(e.getMessage().contains("Sec-WebSocket-Extensions: " + message), e.getMessage());
    }

    @Test
    void theClientTakesNoExtensionThatItDidNotOffer() throws HandshakeException {
        assertThrows(HandshakeException.class, () -> ExtensionResponse.check(extensions("PMD"), Optional.empty()));
        assertEquals(Optional.empty(), ExtensionResponse.check(Headers.none(), Optional.empty()));
        assertEquals(Optional.empty(),
                ExtensionResponse.check(Headers.none(), Optional.of(DeflateParameters.defaults())));
    }

    /// Each wish of one side against each of the other: they agree, and both on the same.
    @Test
    void ourOwnSidesUnderstandEachOther() throws HandshakeException {
        for (int i = 0; i < 1024; i++) {
            var client = new DeflateParameters(8 + (i & 7), 15 - (i >> 3 & 7), (i & 64) != 0, (i & 128) != 0);
            var server = new DeflateParameters(12, 10, (i & 256) != 0, (i & 512) != 0);
            var accepted = ExtensionOffers.parse(extensions(client.offer())).accept(server).orElseThrow();
            assertEquals(Optional.of(accepted.parameters()),
                    ExtensionResponse.check(extensions(accepted.response()), Optional.of(client)));
        }
    }

    @ParameterizedTest
    @CsvSource({"7, 15", "16, 15", "15, 7", "15, 16"})
    void windowBitsAreEightToFifteen(int server, int client) {
        assertThrows(IllegalArgumentException.class, () -> new DeflateParameters(server, client, false, false));
    }
}
