package dev.asyncio.ws.frame;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8ValidatorTest {

    /// RFC 3629, section 4, line by line: bounds of each byte of each form of a character.
    private static final int[][] FORMS = {
        {0x00, 0x7F}, //
        {0xC2, 0xDF, 0x80, 0xBF}, //
        {0xE0, 0xE0, 0xA0, 0xBF, 0x80, 0xBF}, //
        {0xE1, 0xEC, 0x80, 0xBF, 0x80, 0xBF}, //
        {0xED, 0xED, 0x80, 0x9F, 0x80, 0xBF}, //
        {0xEE, 0xEF, 0x80, 0xBF, 0x80, 0xBF}, //
        {0xF0, 0xF0, 0x90, 0xBF, 0x80, 0xBF, 0x80, 0xBF}, //
        {0xF1, 0xF3, 0x80, 0xBF, 0x80, 0xBF, 0x80, 0xBF}, //
        {0xF4, 0xF4, 0x80, 0x8F, 0x80, 0xBF, 0x80, 0xBF}};

    /// So much ASCII before the bytes in question makes the validator take them word by word.
    private static final String PADDING = "0123456789abcdef";

    private static final String SCRIPTS =
            "The quick brown fox. Zwölf große Boxkämpfer. Съешь же ещё этих мягких булок. "
                    + "天地玄黃宇宙洪荒 ऋषियों को सताने वाले 각하 힣 😀🚀 \u07FF\u0800\uD7FF\uE000\uFFFF\uD800\uDC00\uDBFF\uDFFF ";

    private final Utf8Validator validator = new Utf8Validator();

    /// What is right: index of the first bad byte, or the length if there is none, or -1 if the last character is not
    /// complete.
    private static int judge(byte[] bytes) {
        int start = 0;
        while (start < bytes.length) {
            int best = 0;
            int byteCount = 1;
            for (int[] form : FORMS) {
                int matching = matching(form, bytes, start);
                best = Math.max(best, matching);
                if (matching == form.length / 2) {
                    byteCount = matching;
                }
            }
            if (best == 0 || best < byteCountOf(bytes[start])) {
                return start + best == bytes.length ? -1 : start + best;
            }
            start += byteCount;
        }
        return bytes.length;
    }

    private static int matching(int[] form, byte[] bytes, int start) {
        int count = 0;
        while (count < form.length / 2 && start + count < bytes.length
                && (bytes[start + count] & 0xFF) >= form[2 * count]
                && (bytes[start + count] & 0xFF) <= form[2 * count + 1]) {
            count++;
        }
        return count;
    }

    private static int byteCountOf(byte lead) {
        int octet = lead & 0xFF;
        return octet < 0x80 ? 1 : octet < 0xE0 ? 2 : octet < 0xF0 ? 3 : 4;
    }

    private int judgeByValidator(ByteBuffer bytes) {
        validator.reset();
        if (!validator.accept(bytes, 0, bytes.limit())) {
            assertFalse(validator.isComplete());
            return validator.badIndex();
        }
        assertEquals(-1, validator.badIndex());
        return validator.isComplete() ? bytes.limit() : -1;
    }

    /// Short, and at every place of a word, with ASCII and without behind it.
    private void check(byte[] sequence) {
        check(sequence, 0);
        for (int shift = 0; shift < Long.BYTES; shift++) {
            check(sequence, PADDING.length() + shift);
        }
    }

    private void check(byte[] sequence, int before) {
        byte[] text = new byte[before + sequence.length];
        Arrays.fill(text, 0, before, (byte) 'x');
        System.arraycopy(sequence, 0, text, before, sequence.length);
        assertEquals(judge(text), judgeByValidator(ByteBuffer.wrap(text)), () -> HexFormat.of().formatHex(text));
        byte[] longer = Arrays.copyOf(text, text.length + 8);
        Arrays.fill(longer, text.length, longer.length, (byte) 'y');
        assertEquals(judge(longer), judgeByValidator(ByteBuffer.wrap(longer)),
                () -> HexFormat.of().formatHex(longer));
    }

    private static byte[] octets(int value, int byteCount) {
        byte[] octets = new byte[byteCount];
        for (int i = 0; i < byteCount; i++) {
            octets[i] = (byte) (value >>> 8 * (byteCount - 1 - i));
        }
        return octets;
    }

    @Test
    void allSequencesOfOneAndTwoBytes() {
        for (int value = 0; value < 1 << 8; value++) {
            check(octets(value, 1));
        }
        for (int value = 0; value < 1 << 16; value++) {
            check(octets(value, 2));
        }
    }

    @Test
    void allSequencesOfThreeBytes() {
        byte[] text = (PADDING + "abc" + PADDING).getBytes(StandardCharsets.US_ASCII);
        var buffer = ByteBuffer.wrap(text);
        for (int value = 0x800000; value < 1 << 24; value++) {
            int at = PADDING.length() - 1 + value % 7;
            Arrays.fill(text, (byte) 'x');
            buffer.put(at, octets(value, 3));
            int expected = judge(text);
            if (expected != judgeByValidator(buffer)) {
                check(octets(value, 3), at); // says which
                assertEquals(expected, judgeByValidator(buffer), Integer.toHexString(value));
            }
        }
    }

    @Test
    void sequencesOfFourBytesAtAndBesideEveryBound() {
        int[] seconds = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF};
        int[] others = {0x00, 0x7F, 0x80, 0xBF, 0xC0, 0xC2, 0xE0, 0xF0, 0xFF};
        for (int first = 0xE0; first <= 0xFF; first++) {
            for (int second : seconds) {
                for (int third : others) {
                    for (int fourth : others) {
                        check(octets(first << 24 | second << 16 | third << 8 | fourth, 4));
                    }
                }
            }
        }
    }

    @Test
    void everyCharacterOfUnicodeIsValid() {
        var buffer = ByteBuffer.allocateDirect(64);
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                byte[] character = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
                buffer.clear();
                while (buffer.position() < 20 + codePoint % 8) {
                    buffer.put(character);
                }
                buffer.flip();
                assertEquals(buffer.limit(), judgeByValidator(buffer), Integer.toHexString(codePoint));
            }
        }
    }

    @Test
    void textMayBeCutAtEveryByteAndEndsOnlyWithACharacter() {
        byte[] text = SCRIPTS.repeat(2).getBytes(StandardCharsets.UTF_8);
        for (ByteBuffer buffer : new ByteBuffer[] {ByteBuffer.wrap(text),
            ByteBuffer.allocateDirect(text.length).put(0, text)}) {
            for (int cut = 0; cut <= text.length; cut++) {
                validator.reset();
                assertTrue(validator.accept(buffer, 0, cut));
                assertEquals(cut == text.length || (text[cut] & 0xC0) != 0x80, validator.isComplete());
                assertTrue(validator.accept(buffer, cut, text.length));
                assertTrue(validator.isComplete());
            }
        }
    }

    @Test
    void aBadByteIsNamedWhereverTheTextIsCut() {
        byte[] text = SCRIPTS.getBytes(StandardCharsets.UTF_8);
        var random = new Random(1);
        for (int at = 0; at < text.length; at++) {
            byte[] bad = text.clone();
            bad[at] = (byte) random.nextInt(256);
            int expected = judge(bad);
            for (int cut = 0; cut <= bad.length; cut++) {
                validator.reset();
                boolean isGood = validator.accept(ByteBuffer.wrap(bad), 0, cut)
                        && validator.accept(ByteBuffer.wrap(bad), cut, bad.length);
                assertEquals(expected == bad.length, isGood && validator.isComplete());
                assertEquals(isGood ? -1 : expected, validator.badIndex());
            }
        }
    }

    @Test
    void aCharacterThatIsNeverCompletedIsFoundWhereverItStandsInLongAscii() {
        byte[] text = PADDING.repeat(40).getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at < text.length; at++) {
            for (byte lead : new byte[] {(byte) 0xC3, (byte) 0xE3, (byte) 0xF3}) {
                byte before = text[at];
                text[at] = lead;
                assertEquals(at + 1 == text.length ? -1 : at + 1, judgeByValidator(ByteBuffer.wrap(text)));
                text[at] = before;
            }
        }
    }

    @Test
    void whatTheJdkDecodesIsAcceptedAndNothingElse() {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        var chars = CharBuffer.allocate(8192);
        String text = SCRIPTS.repeat(20);
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = text.substring(0, random.nextInt(text.length())).getBytes(StandardCharsets.UTF_8);
            for (int change = random.nextInt(2); change > 0 && bytes.length > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            var input = ByteBuffer.wrap(bytes);
            boolean isValid = decoder.reset().decode(input, chars.clear(), true).isUnderflow();
            int bad = judgeByValidator(ByteBuffer.wrap(bytes));
            assertEquals(isValid, bad == bytes.length, "seed " + seed);
            assertEquals(judge(bytes), bad, "seed " + seed);
        }
    }

    @Test
    void aSliceIsNamedByItsOwnIndex() {
        var buffer = ByteBuffer.allocate(100).slice(7, 93);
        buffer.put(60, (byte) 0xC0);
        assertFalse(validator.accept(buffer, 2, 93));
        assertEquals(60, validator.badIndex());
        validator.reset();
        assertTrue(validator.accept(buffer, 2, 60));
        assertTrue(validator.isComplete());
    }
}
