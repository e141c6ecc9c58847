package dev.asyncio.bench;

import java.io.IOException;

/// What some messages took, and [Figure#FEW_TIMES] as many: whoever counts messages that never went anywhere is as quick
/// with many as with few.
record Counting(double fewSeconds, double manySeconds) {

    /// Of a load that does not wait for replies.
    static final Counting NONE = new Counting(0, 0);

    private static final int ATTEMPTS = 5;

    /// Has so many messages come and go.
    ///
    /// @param <E> what it may be struck by, besides a broken connection
    @FunctionalInterface
    interface Exchange<E extends Exception> {
        void of(int messageCount) throws IOException, E;
    }

    static <E extends Exception> Counting of(int fewMessages, Exchange<E> exchange) throws IOException, E {
        Counting counting;
        int attempts = 0;
        do { // a hiccup among the fewer is no proof
            counting = new Counting(
                    seconds(fewMessages, exchange), seconds(Figure.FEW_TIMES * fewMessages, exchange));
            attempts++;
        } while (counting.manySeconds < 2 * counting.fewSeconds && attempts < ATTEMPTS);
        return counting;
    }

    private static <E extends Exception> double seconds(int messageCount, Exchange<E> exchange) throws IOException, E {
        long startNanos = System.nanoTime();
        exchange.of(messageCount);
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
