package dev.asyncio.ws;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/// Pings that threads wait for. Any thread.
final class PendingPings {

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final List<Ping> pending = new CopyOnWriteArrayList<>();

    /// One ping, told from others by its number.
    static final class Ping {

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
    }

    Ping begin() {
        var ping = new Ping();
        pending.add(ping);
        return ping;
    }

    void end(Ping ping) {
        pending.remove(ping);
    }

    /// 5.5.3: a pong also answers the pings before the one whose payload it has.
    ///
    /// @return whether it answers any
    boolean answer(ByteBuffer payload) {
        if (payload.remaining() != Long.BYTES) {
            return false; // a pong that nobody asked for is in order
        }
        long number = payload.getLong();
        long nowNanos = System.nanoTime();
        boolean isAnswer = false;
        for (Ping ping : pending) {
            if (ping.number <= number && !ping.isAnswered()) {
                ping.roundTrip = Duration.ofNanos(nowNanos - ping.sentNanos);
                isAnswer = true;
            }
        }
        return isAnswer;
    }
}
