package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Pings a peer that is silent, and gives it up when even that brings no sign of life. Needs no thread or timer of its
/// own: the thread that waits in a receive looks at the clock. For that thread.
final class KeepAlive {

    private final Duration interval;
    private final Duration timeout;

    /// Sends a ping, without waiting; false if nothing can be sent any more.
    private final BooleanSupplier ping;

    /// When the silence has lasted too long: for a ping at first, and after that for the connection.
    private Deadline patience;

    private boolean isAsking;

    KeepAlive(Duration interval, Duration timeout, BooleanSupplier ping) {
        this.interval = interval;
        this.timeout = timeout;
        this.ping = ping;
        heard();
    }

    /// The peer has sent something, whatever it is.
    void heard() {
        isAsking = false;
        patience = Deadline.after(interval);
    }

    /// Somebody listens again. What the peer has answered while nobody did is yet to be read, so it gets its time anew.
    void beginWait() {
        if (isAsking && patience.isExpired()) {
            patience = Deadline.after(timeout);
        }
    }

    /// When [#check()] is due, if nothing comes before.
    Deadline nextCheck() {
        return patience;
    }

    /// Does what the silence calls for.
    ///
    /// @throws SocketException if the peer had been asked and did not answer
    void check() throws IOException {
        if (!patience.isExpired()) {
            return;
        }
        if (isAsking) {
            throw new SocketException("no sign of life from the peer within " + timeout + " of a ping");
        }
        if (ping.getAsBoolean()) {
            isAsking = true;
            patience = Deadline.after(timeout);
        } else {
            heard(); // whoever has closed cannot ask; how long to wait for the peer's close is for the caller to say
        }
    }
}
