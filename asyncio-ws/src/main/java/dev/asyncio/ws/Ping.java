package dev.asyncio.ws;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/// A ping whose answer a thread waits for, told from others by its number.
final class Ping extends Watcher {

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final long number = NUMBERS.incrementAndGet();
    private final long sentNanos = System.nanoTime();
    private volatile Duration roundTrip;

    ByteBuffer payload() {
        return ByteBuffer.allocate(Long.BYTES).putLong(0, number);
    }

    boolean isAnswered() {
        return roundTrip != null;
    }

    Duration roundTrip() {
        return roundTrip;
    }

    /// 5.5.3: a pong has the payload of one of our pings, and answers those before that, too.
    ///
    /// @param watchers among whom are those pings
    /// @return whether it answers any
    static boolean answer(Watcher[] watchers, ByteBuffer payload) {
        if (payload.remaining() != Long.BYTES) {
            return false; // a pong that nobody asked for is in order
        }
        long number = payload.getLong();
        long nowNanos = System.nanoTime();
        boolean isAnswer = Arrays.stream(watchers).anyMatch(watcher -> watcher instanceof Ping ping
                && ping.number == number);
        for (Watcher watcher : watchers) {
            if (isAnswer && watcher instanceof Ping ping && ping.number <= number && !ping.isAnswered()) {
                ping.roundTrip = Duration.ofNanos(nowNanos - ping.sentNanos);
            }
        }
        return isAnswer;
    }
}
