package dev.asyncio.ws.handshake;

/// The server, or the proxy, answered with another status than the one that means yes: 302, 401, 403, 407 and the like.
public final class HandshakeRefusedException extends HandshakeException {

    private static final long serialVersionUID = 1;

    /// The words behind the status, as sent.
    private final String reason;

    HandshakeRefusedException(String what, HttpHead.Response response) {
        super(response.status(), response.headers(),
                what + " refused: " + Grammar.quote((response.status() + " " + response.reason()).strip()));
        this.reason = response.reason();
    }

    /// The words behind the status.
    ///
    /// @return as sent, and so not fit for a log; may be empty
    public String reason() {
        return reason;
    }
}
