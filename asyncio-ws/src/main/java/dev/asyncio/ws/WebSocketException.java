package dev.asyncio.ws;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// The peer does not play by the rules of WebSocket, or does not want to play at all.
public abstract sealed class WebSocketException extends IOException {

    private static final long serialVersionUID = 1;

    private WebSocketException(String message, Throwable cause) {
        super(message, cause);
    }

    /// There is no WebSocket: the peer refused the handshake, or this side refused the peer's.
    public static final class HandshakeRefused extends WebSocketException {

        private static final long serialVersionUID = 1;

        /// As in the response; 0 where that was none.
        private final int status;

        /// Lost in serialization, which nobody here needs.
        private final transient Map<String, List<String>> headers;

        HandshakeRefused(int status, Map<String, List<String>> headers, String message, Throwable cause) {
            super(message, cause);
            this.status = status;
            this.headers = headers;
        }

        /// The HTTP status of the refusal.
        ///
        /// @return for instance 401 or 302; 0 if the peer's answer is not even a refusal
        public int status() {
            return status;
        }

        /// The header fields of the peer's refusal, such as `Location` or `WWW-Authenticate`.
        ///
        /// @return values by name, whose case does not count; empty where this side refused
        public Map<String, List<String>> headers() {
            return headers;
        }
    }

    /// The peer broke the protocol or a limit of this side. It has been told so by a close frame, and the connection
    /// is closed.
    public static final class ProtocolBroken extends WebSocketException {

        private static final long serialVersionUID = 1;

        /// What the peer was told.
        private final int closeCode;

        ProtocolBroken(CloseCode closeCode, String message, Throwable cause) {
            super(message, cause);
            this.closeCode = closeCode.number();
        }

        /// The code that the peer was told: 1002 for the protocol, 1007 for bad data, 1009 for too much of it.
        ///
        /// @return the code
        public CloseCode closeCode() {
            return new CloseCode(closeCode);
        }
    }
}
