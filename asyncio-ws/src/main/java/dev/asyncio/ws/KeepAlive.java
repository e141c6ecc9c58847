package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;

/// Pings a peer that is silent, and gives it up when even that brings no sign of life. Needs no thread or timer of its
/// own: the thread that waits in a receive looks at the clock. For that thread.
///
/// A ping has its turn behind what is being written, which may be long, and the peer slow. So whoever takes what is
/// written is alive, and given up only for what lasts the whole timeout: it has the ping and says nothing, or lets the
/// same write wait.
final class KeepAlive {

    /// Who sends the pings. Any thread.
    interface Pinger {

        /// No obstacle: the ping has gone out.
        int NONE = 0;

        /// We are the obstacle: the ping's turn is yet to come, or never will, since we have closed.
        int OURSELVES = 2;

        /// Sends a ping, now or behind what is being written; never waits.
        void sendPingSoon();

        /// What stands between a ping that was asked for and its answer.
        ///
        /// @return [#NONE], [#OURSELVES], or an odd number: that of the write which the peer lets wait
        int obstacle();
    }

    private final Duration interval;
    private final Duration timeout;
    private final Pinger pinger;

    /// When the silence has lasted too long: for a ping at first, and after that for the connection.
    private Deadline patience;

    private boolean isAsking;

    /// The patience of one who asks is one that was given anew: what lay unread before has been read.
    private boolean hasRenewed;

    /// As it was when the patience of one who asks began.
    private int obstacle;

    KeepAlive(Duration interval, Duration timeout, Pinger pinger) {
        this.interval = interval;
        this.timeout = timeout;
        this.pinger = pinger;
        heard();
    }

    /// The peer has sent something, whatever it is.
    void heard() {
        isAsking = false;
        hasRenewed = false;
        patience = Deadline.after(interval);
    }

    /// Somebody listens again. What the peer has answered while nobody did is yet to be read, so it gets its time anew; but
    /// once, or whoever only ever listens for a moment would never give it up.
    void beginWait() {
        if (isAsking && !hasRenewed && patience.isExpired()) {
            hasRenewed = true;
            patience = Deadline.after(timeout);
        }
    }

    /// When [#check()] is due, if nothing comes before.
    Deadline nextCheck() {
        return patience;
    }

    /// Does what the silence calls for.
    ///
    /// @throws SocketException if the peer had been asked and did not answer, or did not let us ask
    void check() throws IOException {
        if (!patience.isExpired()) {
            return;
        }
        if (!isAsking || obstacle == Pinger.OURSELVES) { // for want of memory it may have been put off, and nobody sends
            pinger.sendPingSoon();
        }
        int before = obstacle;
        obstacle = pinger.obstacle();
        if (isAsking && obstacle == before && obstacle != Pinger.OURSELVES) {
            throw new SocketException("no sign of life from the peer within " + timeout
                    + (obstacle == Pinger.NONE ? " of a ping" : ", in which it took nothing of what is sent"));
        }
        isAsking = true;
        hasRenewed = false;
        patience = Deadline.after(timeout);
    }
}
