package dev.asyncio.ws;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Texts on their way out.
final class Utf8 {

    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x80 * ONES;
    private static final long QUESTION_MARKS = '?' * ONES;

    private Utf8() {}

    /// The text's bytes.
    ///
    /// @throws IllegalArgumentException if half of a surrogate pair is missing
    static byte[] encode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // The encoder puts a question mark for a lone surrogate. So a text without any needs no second look where it
        // became no longer, and shows no question mark: then it is ASCII.
        if (bytes.length != text.length() || hasQuestionMark(bytes)) {
            requirePairs(text);
        }
        return bytes;
    }

    /// Eight bytes at a time: a word less one in each byte has a high bit that it had not, where a byte was zero.
    private static boolean hasQuestionMark(byte[] bytes) {
        int i = 0;
        for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
            long word = (long) WORD.get(bytes, i) ^ QUESTION_MARKS;
            if ((word - ONES & ~word & HIGH_BITS) != 0) {
                return true;
            }
        }
        for (; i < bytes.length; i++) {
            if (bytes[i] == '?') {
                return true;
            }
        }
        return false;
    }

    private static void requirePairs(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean isPair = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
                if (!isPair) {
                    throw new IllegalArgumentException(
                            "text: expected pairs of surrogates, got a lone one at index " + i);
                }
                i++;
            }
        }
    }
}
