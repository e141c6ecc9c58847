package dev.asyncio.ws;

/// What a [WebSocketServer] does with each WebSocket.
@FunctionalInterface
public interface WebSocketHandler {

    /// Serves one WebSocket, on a thread of its own, which may wait as it likes. When this returns, the server closes
    /// the WebSocket with [CloseCode#NORMAL], if it is still open; when it throws, with [CloseCode#INTERNAL_ERROR], and
    /// logs what it threw. When the server is closed, the thread is interrupted.
    ///
    /// @param socket the WebSocket
    /// @throws Exception whatever the handler does not want to deal with
    void handle(WebSocket socket) throws Exception;
}
