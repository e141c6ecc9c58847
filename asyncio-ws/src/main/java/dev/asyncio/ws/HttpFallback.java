package dev.asyncio.ws;

/// What a [WebSocketServer] answers to requests that are no WebSocket handshakes, so that it can serve a page of its
/// own. It is no web server: one request a connection, whose body is not read.
@FunctionalInterface
public interface HttpFallback {

    /// Answers a request.
    ///
    /// @param request the request
    /// @return the answer
    HttpResponse answer(HandshakeRequest request);
}
