package dev.asyncio.ws.handshake;

/// The server, or the proxy, answered with another status than the one that means yes: 302, 401, 403, 407 and the like.
public final class HandshakeRefusedException extends HandshakeException {

    private static final long serialVersionUID = 1;

    HandshakeRefusedException(String what, HttpHead.Response response) {
        super(response.status(), response.headers(),
                what + " refused: " + Grammar.quote((response.status() + " " + response.reason()).strip()));
    }
}
