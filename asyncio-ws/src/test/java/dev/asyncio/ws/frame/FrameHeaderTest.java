package dev.asyncio.ws.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameHeaderTest {

    private static final boolean OF_CLIENT = true;
    private static final boolean OF_SERVER = false;

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static FrameHeader headerOf(boolean expectsMask, boolean expectsCompression, String hex)
            throws FrameException {
        var header = new FrameHeader(expectsMask, expectsCompression);
        ByteBuffer in = bytes(hex);
        assertTrue(header.read(in));
        assertFalse(in.hasRemaining());
        return header;
    }

    @ParameterizedTest
    @CsvSource({
        "82 00,                         BINARY, true,  0",
        "01 7d,                         TEXT,   false, 125",
        "80 7e 00 7e,                   CONTINUATION, true, 126",
        "82 7e ff ff,                   BINARY, true,  65535",
        "82 7f 00 00 00 00 00 01 00 00, BINARY, true,  65536",
        "82 7f 7f ff ff ff ff ff ff ff, BINARY, true,  9223372036854775807",
        "88 02,                         CLOSE,  true,  2",
        "89 7d,                         PING,   true,  125",
        "8a 00,                         PONG,   true,  0"
    })
    void aHeaderSaysWhatTheFrameIs(String hex, Opcode opcode, boolean isFinal, long payloadBytes) throws Exception {
        FrameHeader header = headerOf(OF_SERVER, false, hex);
        assertEquals(opcode, header.opcode());
        assertEquals(isFinal, header.isFinal());
        assertEquals(payloadBytes, header.payloadBytes());
        assertEquals(0, header.maskKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"82 80 01020304", "82 fe 0100 01020304", "82 ff 0000000000010000 01020304"})
    void aClientsHeaderEndsWithItsKey(String hex) throws Exception {
        assertEquals(0x01020304, headerOf(OF_CLIENT, false, hex).maskKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"82 80 01020304", "82 fe 0100 01020304", "82 ff 0000000000010000 01020304"})
    void partOfAHeaderIsLeftWhereItIs(String hex) throws Exception {
        ByteBuffer whole = bytes(hex);
        for (int length = 0; length < whole.limit(); length++) {
            ByteBuffer part = whole.duplicate().limit(length);
            assertFalse(new FrameHeader(OF_CLIENT, false).read(part));
            assertEquals(0, part.position());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "c1,       compressed TEXT frame",
        "a1,       reserved bit",
        "91,       reserved bit",
        "83,       reserved opcode 3",
        "87,       reserved opcode 7",
        "8b,       reserved opcode 11",
        "8f,       reserved opcode 15",
        "08,       fragmented CLOSE",
        "09,       fragmented PING",
        "0a,       fragmented PONG",
        "89 7e,    payload of a PING frame",
        "88 7f,    payload of a CLOSE frame",
        "82 80,    with a mask",
        "82 7e 007d,             in more bytes than it needs",
        "82 7f 000000000000ffff, in more bytes than it needs",
        "82 7f 8000000000000000, highest bit"
    })
    void whatBreaksARuleIsRefusedAsSoonAsItShows(String hex, String why) {
        var header = new FrameHeader(OF_SERVER, false);
        var refused = assertThrows(FrameException.class, () -> header.read(bytes(hex)));
        assertEquals(1002, refused.closeCode());
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    @Test
    void aClientMustMask() {
        var header = new FrameHeader(OF_CLIENT, false);
        assertThrows(FrameException.class, () -> header.read(bytes("82 00")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c0", "c8", "c9", "ca"})
    void onlyAMessagesFirstFrameMayBeCompressed(String hex) {
        var header = new FrameHeader(OF_SERVER, true);
        assertThrows(FrameException.class, () -> header.read(bytes(hex)));
    }

    @Test
    void compressionMarksTheFirstFrame() throws Exception {
        assertTrue(headerOf(OF_SERVER, true, "c1 00").isCompressed());
        assertTrue(headerOf(OF_SERVER, true, "42 00").isCompressed());
        assertFalse(headerOf(OF_SERVER, true, "81 00").isCompressed());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 125, 126, 127, 65_535, 65_536, Long.MAX_VALUE})
    void whatIsWrittenIsRead(long payloadBytes) throws Exception {
        for (Opcode opcode : new Opcode[] {Opcode.TEXT, Opcode.BINARY}) {
            ByteBuffer plain = ByteBuffer.allocate(FrameHeader.MAX_BYTES);
            FrameHeader.write(plain, opcode, false, true, payloadBytes);
            var header = new FrameHeader(OF_SERVER, true);
            assertTrue(header.read(plain.flip()));
            assertEquals(opcode, header.opcode());
            assertTrue(header.isCompressed());
            assertFalse(header.isFinal());
            assertEquals(payloadBytes, header.payloadBytes());

            ByteBuffer masked = ByteBuffer.allocate(FrameHeader.MAX_BYTES);
            FrameHeader.writeMasked(masked, opcode, true, false, payloadBytes, 0xCAFEBABE);
            var ofClient = new FrameHeader(OF_CLIENT, false);
            assertTrue(ofClient.read(masked.flip()));
            assertEquals(0xCAFEBABE, ofClient.maskKey());
            assertTrue(ofClient.isFinal());
        }
    }
}
