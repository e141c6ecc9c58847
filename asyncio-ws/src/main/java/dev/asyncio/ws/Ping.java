package dev.asyncio.ws;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// A ping whose answer a thread waits for, told from others by its number.
final class Ping extends Watcher {

    private static final AtomicLong NUMBERS = new AtomicLong();

    /// The wait for its turn counts, as [WebSocket#ping(Deadline)] says.
    private final long beginNanos = System.nanoTime();

    /// 0 until its turn to be sent has come: no pong before that is its answer. Written once, by the thread that sends it,
    /// and read by the one that receives.
    private volatile long number;

    /// Negative until the answer has come, for which there must be room though there is no memory.
    private volatile long roundTripNanos = -1;

    /// Gives it its number. For the sender, who holds its lock until the ping has been put: so numbers grow in the order in
    /// which the peer gets them.
    ByteBuffer numberedPayload() {
        number = NUMBERS.incrementAndGet();
        return ByteBuffer.allocate(Long.BYTES).putLong(0, number);
    }

    private boolean isNumbered() {
        return number != 0;
    }

    boolean isAnswered() {
        return roundTripNanos >= 0;
    }

    Duration roundTrip() {
        return Duration.ofNanos(roundTripNanos);
    }

    /// 5.5.3: a pong has the payload of one of our pings, and answers those before that, too.
    ///
    /// @param watchers the first of those among whom are those pings
    /// @return whether it answers any
    static boolean answer(Watcher watchers, ByteBuffer payload) {
        if (payload.remaining() != Long.BYTES) {
            return false; // a pong that nobody asked for is in order
        }
        long number = payload.getLong();
        long nowNanos = System.nanoTime();
        if (!isNumberOfAny(watchers, number)) {
            return false;
        }
        for (Watcher watcher = watchers; watcher != null; watcher = watcher.next) {
            if (watcher instanceof Ping ping && ping.isNumbered() && ping.number <= number && !ping.isAnswered()) {
                ping.roundTripNanos = nowNanos - ping.beginNanos;
            }
        }
        return true;
    }

    private static boolean isNumberOfAny(Watcher watchers, long number) {
        for (Watcher watcher = watchers; watcher != null; watcher = watcher.next) {
            if (watcher instanceof Ping ping && ping.isNumbered() && ping.number == number) {
                return true;
            }
        }
        return false;
    }
}
