package dev.asyncio.ws;

/// What a [WebSocketServer] answers to requests that are no WebSocket handshakes, so that it can serve a page of its
/// own. It is no web server: one request a connection, whose body is not read.
@FunctionalInterface
public interface HttpFallback {

    /// Answers a request. On the connection's own thread, which may wait as it likes; the client has the handshake's timeout
    /// to take the answer. When the server is closed, the thread is interrupted. Where this throws, or returns null, the
    /// client is told 500, and the server logs it.
    ///
    /// @param request the request
    /// @return the answer
    HttpResponse answer(HandshakeRequest request);
}
