package dev.asyncio.net;

/// What a [TcpServer] does with each connection.
@FunctionalInterface
public interface StreamHandler {

    /// Serves one connection, on a thread of its own, which may wait as it likes. The server closes the stream when
    /// this returns or throws; what it throws is logged with the peer's address and ends this connection only. The
    /// thread is interrupted, and the stream closed, when the server is closed.
    ///
    /// @param stream the connection
    /// @throws Exception whatever the handler does not want to deal with
    void handle(TcpStream stream) throws Exception;
}
