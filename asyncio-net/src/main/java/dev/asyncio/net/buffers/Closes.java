package dev.asyncio.net.buffers;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;

/// Tells a close during a call from one before it: a call of several reads or writes may be between two.
public final class Closes {

    private Closes() {}

    /// What a call is to throw whose channel was found closed.
    ///
    /// @param wasOpen whether the channel was open when the call began
    /// @param channel whose call it is
    /// @param e what it was found by
    /// @return an [AsynchronousCloseException] if the channel was closed since the call began, else what was given
    public static ClosedChannelException during(boolean wasOpen, Channel channel, ClosedChannelException e) {
        if (e instanceof AsynchronousCloseException || !wasOpen || channel.isOpen()) {
            return e;
        }
        var closed = new AsynchronousCloseException();
        closed.initCause(e);
        return closed;
    }
}
