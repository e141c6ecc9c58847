package dev.asyncio.net;

/// What a [TcpServer] does with each connection.
@FunctionalInterface
public interface StreamHandler {

    /// Serves one connection, on a thread of its own, which may wait as it likes. The server closes the stream when
    /// this returns or throws; what it throws is logged with the peer's address and ends this connection only. The
    /// thread is interrupted, and the stream closed, when the server is closed.
    ///
    /// Where this returns without having read the peer's end, the peer gets ours, and a second to read what was written
    /// last and to end as well; what it sends meanwhile is dropped. Without that, bytes left unread would make the system
    /// reset the connection, and the answer might get lost. Until then the connection counts against the server's limit. A
    /// handler that wants no such wait closes the stream itself; a server that is closed grants none, one that winds down
    /// does.
    ///
    /// @param stream the connection
    /// @throws Exception whatever the handler does not want to deal with
    void handle(TcpStream stream) throws Exception;
}
