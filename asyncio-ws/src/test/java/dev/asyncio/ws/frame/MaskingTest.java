package dev.asyncio.ws.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MaskingTest {

    private static final int MARGIN_BYTES = 9;
    private static final int[] KEYS = {0, 0x37FA213D, 0x80000000, 0x00000080, 0x01020304, -1};

    /// Where bytes may lie.
    enum Kind {
        HEAP, DIRECT, HEAP_SLICE, DIRECT_SLICE, LITTLE_ENDIAN;

        ByteBuffer allocate(int byteCount) {
            return switch (this) {
                case HEAP -> ByteBuffer.allocate(byteCount);
                case DIRECT -> ByteBuffer.allocateDirect(byteCount);
                case HEAP_SLICE -> ByteBuffer.allocate(byteCount + 8).slice(3, byteCount);
                case DIRECT_SLICE -> ByteBuffer.allocateDirect(byteCount + 8).slice(5, byteCount);
                case LITTLE_ENDIAN -> ByteBuffer.allocate(byteCount).order(ByteOrder.LITTLE_ENDIAN);
            };
        }

        ByteBuffer holding(byte[] bytes) {
            return allocate(bytes.length).put(0, bytes);
        }
    }

    private static byte[] random(int byteCount, boolean isAscii, long seed) {
        byte[] bytes = new byte[byteCount];
        new Random(seed).nextBytes(bytes);
        for (int i = 0; isAscii && i < byteCount; i++) {
            bytes[i] &= 0x7F;
        }
        return bytes;
    }

    /// 5.3, to the letter: "transformed-octet-i = original-octet-i XOR masking-key-octet-(i MOD 4)".
    private static byte[] masked(byte[] original, int from, int to, int key) {
        byte[] octets = ByteBuffer.allocate(4).putInt(key).array();
        byte[] result = original.clone();
        for (int i = from; i < to; i++) {
            result[i] = (byte) (original[i] ^ octets[(i - from) % 4]);
        }
        return result;
    }

    private static boolean isAscii(byte[] bytes, int from, int to) {
        boolean isAscii = true;
        for (int i = from; i < to; i++) {
            isAscii &= bytes[i] >= 0;
        }
        return isAscii;
    }

    private static byte[] contents(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.capacity()];
        buffer.get(0, bytes);
        return bytes;
    }

    @Test
    void theExampleOfTheRfcIsUnmasked() {
        // 5.7: a single-frame masked text message, "Hello".
        var frame = ByteBuffer.wrap(HexFormat.of().parseHex("818537fa213d7f9f4d5158"));
        assertTrue(Masking.applyInPlace(frame, 6, 11, frame.getInt(2)));
        assertEquals("Hello", StandardCharsets.US_ASCII.decode(frame.slice(6, 5)).toString());
    }

    @ParameterizedTest
    @EnumSource
    void aRangeIsMaskedInPlaceAndNothingBesideIt(Kind kind) {
        for (int byteCount = 0; byteCount <= 140; byteCount++) {
            for (int from = 0; from < MARGIN_BYTES; from++) {
                int to = from + byteCount;
                for (int key : KEYS) {
                    for (boolean startsAscii : new boolean[] {true, false}) {
                        byte[] expected = random(to + MARGIN_BYTES, startsAscii, byteCount);
                        ByteBuffer buffer = kind.holding(masked(expected, from, to, key)).position(1).limit(to + 2);
                        ByteOrder order = buffer.order();
                        boolean isAscii = Masking.applyInPlace(buffer, from, to, key);
                        assertArrayEquals(expected, contents(buffer.duplicate().clear()));
                        assertEquals(isAscii(expected, from, to), isAscii);
                        assertEquals(1, buffer.position());
                        assertEquals(to + 2, buffer.limit());
                        assertEquals(order, buffer.order());
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void bytesAreMaskedOnTheirWay(Kind from) {
        for (Kind to : Kind.values()) {
            for (int byteCount = 0; byteCount <= 140; byteCount++) {
                for (int start = 0; start < MARGIN_BYTES; start += 2) {
                    for (int key : KEYS) {
                        byte[] original = random(start + byteCount + MARGIN_BYTES, byteCount % 2 == 0, byteCount);
                        ByteBuffer src = from.holding(original).position(start);
                        ByteBuffer dst = to.allocate(byteCount + 12).position(7);
                        boolean isAscii = Masking.copy(src, dst, byteCount, key);

                        byte[] expected = masked(original, start, start + byteCount, key);
                        byte[] room = new byte[byteCount + 12];
                        System.arraycopy(expected, start, room, 7, byteCount);
                        assertArrayEquals(room, contents(dst));
                        assertArrayEquals(original, contents(src));
                        assertEquals(isAscii(expected, start, start + byteCount), isAscii);
                        assertEquals(start + byteCount, src.position());
                        assertEquals(7 + byteCount, dst.position());
                    }
                }
            }
        }
    }

    @Test
    void aSendersPayloadMayBeReadOnly() {
        for (int byteCount : new int[] {0, 7, 8, 200}) {
            byte[] original = random(byteCount, false, byteCount);
            ByteBuffer src = ByteBuffer.wrap(original).asReadOnlyBuffer();
            var dst = ByteBuffer.allocateDirect(byteCount);
            Masking.copy(src, dst, byteCount, 0x01020304);
            assertArrayEquals(masked(original, 0, byteCount, 0x01020304), contents(dst));
            assertFalse(src.hasRemaining());
            assertEquals(isAscii(original, 0, byteCount), Masking.isAscii(src, 0, byteCount));
        }
    }

    @Test
    void theKeyGoesOnWhereAPartEnded() {
        byte[] original = random(300, false, 1);
        for (int cut = 0; cut <= 300; cut++) {
            var buffer = ByteBuffer.wrap(original.clone());
            Masking.applyInPlace(buffer, 0, cut, 0x37FA213D);
            Masking.applyInPlace(buffer, cut, 300, Masking.rotate(0x37FA213D, cut));
            assertArrayEquals(masked(original, 0, 300, 0x37FA213D), buffer.array());
        }
        assertEquals(Masking.rotate(0x01020304, 3), Masking.rotate(0x01020304, (1L << 40) + 3));
    }

    @ParameterizedTest
    @EnumSource
    void oneByteAboveAsciiIsFoundWhereverItStands(Kind kind) {
        for (int byteCount = 0; byteCount <= 140; byteCount++) {
            ByteBuffer buffer = kind.holding(random(byteCount + 2, true, byteCount));
            buffer.put(0, (byte) 0x80).put(byteCount + 1, (byte) 0xFF);
            assertEverywhere(true, buffer, byteCount);
            for (int i = 1; i <= byteCount; i++) {
                byte before = buffer.get(i);
                assertEverywhere(false, buffer.put(i, (byte) (before | 0x80)), byteCount);
                buffer.put(i, before);
            }
        }
    }

    /// Whichever way the bytes behind the first come about.
    private static void assertEverywhere(boolean isAscii, ByteBuffer buffer, int byteCount) {
        assertEquals(isAscii, Masking.isAscii(buffer, 1, byteCount + 1));
        assertEquals(isAscii, Masking.isAscii(buffer.asReadOnlyBuffer(), 1, byteCount + 1));
        assertEquals(isAscii, Masking.applyInPlace(buffer, 1, byteCount + 1, 0x01020304));
        assertEquals(isAscii, Masking.copy(buffer.position(1), ByteBuffer.allocate(byteCount), byteCount, 0));
        assertEquals(isAscii, Masking.applyInPlace(buffer, 1, byteCount + 1, 0x01020304));
        assertEquals(isAscii, Masking.copy(buffer.position(1), ByteBuffer.allocate(byteCount), byteCount, 0x01020304));
    }

    @Test
    void rangesOutsideTheBufferAreRefusedAndNothingIsWritten() {
        for (int byteCount : new int[] {4, 40, 400}) {
            for (Kind kind : Kind.values()) {
                ByteBuffer small = kind.allocate(byteCount);
                assertThrows(IndexOutOfBoundsException.class, () -> Masking.applyInPlace(small, 1, byteCount + 1, -1));
                assertThrows(IndexOutOfBoundsException.class, () -> Masking.isAscii(small, 1, byteCount + 1));
                ByteBuffer large = kind.allocate(byteCount + 1);
                assertThrows(IllegalArgumentException.class, () -> Masking.copy(large, small, byteCount + 1, -1));
                assertThrows(IllegalArgumentException.class, () -> Masking.copy(small, large, byteCount + 1, -1));
                assertArrayEquals(new byte[byteCount + 1], contents(large));
                if (byteCount > Long.BYTES) {
                    assertArrayEquals(new byte[byteCount], contents(small));
                }
            }
        }
    }
}
