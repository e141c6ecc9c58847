package dev.asyncio.bench;

import java.io.IOException;
import java.util.Map;

/// A load client that counts a tenth of a second, however many have passed.
final class CheatingClient {

    private CheatingClient() {}

    static void main(String[] args) throws IOException {
        LoadDialogue.serve(args, (_, _, timing, marks) -> {
            marks.measuring();
            long endNanos = System.nanoTime() + timing.measured().toNanos();
            while (System.nanoTime() < endNanos) {
                Thread.onSpinWait();
            }
            marks.measured();
            return Map.of(Figure.MESSAGES, 1_000.0, Figure.SECONDS, 0.1);
        });
    }
}
