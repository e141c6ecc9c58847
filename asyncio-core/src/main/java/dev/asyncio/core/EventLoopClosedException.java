package dev.asyncio.core;

import java.io.IOException;

/// The event loop of a channel was closed or has failed: nothing can be waited for on the channel any more. Closing
/// the channel is all that is left.
public final class EventLoopClosedException extends IOException {

    private static final long serialVersionUID = 1;

    /// Made by the loop only.
    ///
    /// @param message names the loop
    /// @param cause what made the loop fail; null if it was closed
    EventLoopClosedException(String message, Throwable cause) {
        super(message, cause);
    }
}
