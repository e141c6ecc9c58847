package dev.asyncio.bench;

import dev.asyncio.bench.WebSocketContender.Deflate;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Messages for tests.
final class Payloads {

    /// About every form of a frame's length, and as long as a browser might send.
    private static final int[] LENGTHS = {0, 1, 125, 126, 65_535, 65_536, 1024 * 1024 + 1, 16 * 1024 * 1024};

    private static final int MAX_DEFLATED_BYTES = 2 * 1024 * 1024;

    private static final String[] CHARACTERS = {"a", "z", "7", " ", "é", "€", "\uD83D\uDE00"};
    private static final int[] CHARACTER_BYTES = Stream.of(CHARACTERS)
            .mapToInt(character -> character.getBytes(StandardCharsets.UTF_8).length)
            .toArray();

    private Payloads() {}

    static IntStream lengths() {
        return IntStream.of(LENGTHS);
    }

    /// To deflate the longest takes seconds, and shows no more: deflate looks back by 32 KiB at most (RFC 1951, section 2).
    static IntStream lengths(Deflate deflate) {
        return deflate == Deflate.ON ? lengths().filter(length -> length <= MAX_DEFLATED_BYTES) : lengths();
    }

    static byte[] bytes(int length, Random random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /// A text of so many bytes of UTF-8, in characters of one to four of them.
    static String text(int byteCount, Random random) {
        var text = new StringBuilder();
        for (int left = byteCount; left > 0;) {
            int next = random.nextInt(CHARACTERS.length);
            if (CHARACTER_BYTES[next] <= left) {
                text.append(CHARACTERS[next]);
                left -= CHARACTER_BYTES[next];
            }
        }
        return text.toString();
    }
}
