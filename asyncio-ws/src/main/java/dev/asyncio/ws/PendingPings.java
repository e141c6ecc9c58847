package dev.asyncio.ws;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// Pings that threads wait for. Mostly there are none, and take no memory (IdleCost). Any thread.
final class PendingPings {

    private static final AtomicLong NUMBERS = new AtomicLong();

    /// Replaced, never changed.
    private volatile List<Ping> pending = List.of();

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

    synchronized Ping begin() {
        var ping = new Ping();
        pending = Stream.concat(pending.stream(), Stream.of(ping)).toList();
        return ping;
    }

    synchronized void end(Ping ended) {
        pending = pending.stream().filter(ping -> ping != ended).toList();
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
