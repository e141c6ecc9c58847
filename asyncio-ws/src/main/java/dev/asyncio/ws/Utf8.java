package dev.asyncio.ws;

import java.nio.charset.StandardCharsets;

/// Texts on their way out.
final class Utf8 {

    private Utf8() {}

    /// The text's bytes.
    ///
    /// @throws IllegalArgumentException if half of a surrogate pair is missing
    static byte[] encode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // The encoder puts a question mark for a lone surrogate. So a text without any needs no second look where it
        // became no longer, which is to say ASCII, and has no question mark.
        if (bytes.length != text.length() || text.indexOf('?') != -1) {
            requirePairs(text);
        }
        return bytes;
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
