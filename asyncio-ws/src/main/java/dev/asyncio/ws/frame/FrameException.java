package dev.asyncio.ws.frame;

import java.io.IOException;

/// The peer broke the protocol or a limit, so the connection has to be failed (RFC 6455, section 7.1.7).
public final class FrameException extends IOException {

    private static final long serialVersionUID = 1;

    static final int PROTOCOL_ERROR = 1002;
    static final int INVALID_DATA = 1007;
    static final int TOO_BIG = 1009;

    /// As in 7.4.1.
    private final int closeCode;

    /// Says what was broken.
    ///
    /// @param closeCode what to tell the peer, by 7.4.1
    /// @param message what was expected and what came, in words that may be sent to the peer
    public FrameException(int closeCode, String message) {
        super(message);
        this.closeCode = closeCode;
    }

    /// A rule of the protocol is broken.
    ///
    /// @param message what was expected and what came
    /// @return an exception of code 1002
    public static FrameException protocolError(String message) {
        return new FrameException(PROTOCOL_ERROR, message);
    }

    /// Text that is not UTF-8, or data that does not inflate.
    ///
    /// @param message what was expected and what came
    /// @return an exception of code 1007
    public static FrameException invalidData(String message) {
        return new FrameException(INVALID_DATA, message);
    }

    /// More than this side takes.
    ///
    /// @param message what the limit is
    /// @return an exception of code 1009
    public static FrameException tooBig(String message) {
        return new FrameException(TOO_BIG, message);
    }

    /// The code of the close frame that is due.
    ///
    /// @return a close code of 7.4.1
    public int closeCode() {
        return closeCode;
    }
}
