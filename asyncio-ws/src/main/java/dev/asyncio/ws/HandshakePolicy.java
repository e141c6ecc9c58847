package dev.asyncio.ws;

import java.util.Optional;

/// Who may become a WebSocket of a [WebSocketServer].
@FunctionalInterface
public interface HandshakePolicy {

    /// Looks at a request that is in order. On the connection's own thread, which may wait: the handshake's timeout does not
    /// end that, and where it has passed meanwhile, the client is answered all the same, if that goes without waiting. When
    /// the server is closed, the thread is interrupted. Where this throws, or returns null, the client is told 500, and the
    /// server logs it.
    ///
    /// @param request the whole request
    /// @return empty to agree; or what to answer instead, such as `HttpResponse.text(401, "who are you?")`
    Optional<HttpResponse> refusal(HandshakeRequest request);
}
