package dev.asyncio.ws.handshake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptKeyTest {

    /// RFC 6455, section 1.3.
    @Test
    void theProofOfTheRfcsExample() {
        assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", AcceptKey.acceptFor("dGhlIHNhbXBsZSBub25jZQ=="));
    }

    @Test
    void newKeysAreWellFormedAndDiffer() {
        String key = AcceptKey.newKey();
        assertTrue(AcceptKey.isWellFormed(key));
        assertNotEquals(key, AcceptKey.newKey());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            dGhlIHNhbXBsZSBub25jZQ==   | true
            AAAAAAAAAAAAAAAAAAAAAA==   | true
            ""                         | false
            dGhlIHNhbXBsZSBub25jZQ     | false
            dGhlIHNhbXBsZSBub25jZQ=    | false
            dGhlIHNhbXBsZSBub25jZQAA   | false
            dGhlIHNhbXBsZSBub25jZQA=   | false
            dGhlIHNhbXBsZSBub25jZQAAAA== | false
            dGhlIHNhbXBsZSBub2jZQ==    | false
            dGhlIHNhbXBsZSBub25j_Q==   | false
            "dGhlIHNhbXBsZSBub25j Q==" | false
            """)
    void aKeyIsSixteenBytesInBase64(String key, boolean isWellFormed) {
        assertEquals(isWellFormed, AcceptKey.isWellFormed(key));
    }
}
