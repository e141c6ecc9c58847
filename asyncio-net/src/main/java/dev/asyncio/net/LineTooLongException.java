package dev.asyncio.net;

import java.io.IOException;

/// The peer sent a line longer than a [LineReader] allows.
public final class LineTooLongException extends IOException {

    private static final long serialVersionUID = 1;

    /// Made by [LineReader].
    ///
    /// @param message names the limit and the stream
    LineTooLongException(String message) {
        super(message);
    }
}
