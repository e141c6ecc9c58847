package dev.asyncio.ws;

import java.util.Optional;

/// Who may become a WebSocket of a [WebSocketServer].
@FunctionalInterface
public interface HandshakePolicy {

    /// Looks at a request that is in order. On the connection's own thread, which may wait, but the handshake's timeout
    /// goes on.
    ///
    /// @param request the whole request
    /// @return empty to agree; or what to answer instead, such as `HttpResponse.text(401, "who are you?")`
    Optional<HttpResponse> refusal(HandshakeRequest request);
}
