package dev.asyncio.net.tls;

import dev.asyncio.net.StreamHandler;
import java.util.Objects;

/// What a server does with each of its TLS connections; see [#over(TlsOptions, TlsHandler)].
@FunctionalInterface
public interface TlsHandler {

    /// Serves one connection, on a thread of its own, which may wait as it likes. The stream is closed when this
    /// returns, and aborted when it throws: then the peer, which was not served to the end, takes that for no end.
    ///
    /// @param stream the connection, its handshake done
    /// @throws Exception whatever the handler does not want to deal with; logged by the server, which goes on
    void handle(TlsStream stream) throws Exception;

    /// Makes a [dev.asyncio.net.TcpServer] one of TLS: its connections shake hands, each on the thread of its handler.
    ///
    /// ```java
    /// try (var server = TcpServer.start(TcpListener.bind(7443), TlsHandler.over(options, TlsEcho::echo))) {
    ///     server.awaitClose();
    /// }
    /// ```
    ///
    /// @param options with an identity
    /// @param handler what to do with each connection
    /// @return a handler for a server
    static StreamHandler over(TlsOptions options, TlsHandler handler) {
        Objects.requireNonNull(options);
        Objects.requireNonNull(handler);
        return tcp -> {
            TlsStream stream = TlsStream.server(tcp, options);
            boolean isServed = false;
            try {
                handler.handle(stream);
                isServed = true;
            } finally {
                Thread.interrupted(); // was meant for what the handler did, and is no reason to cut off its answer
                if (isServed) {
                    stream.close();
                } else {
                    stream.abort(); // says no close_notify: the peer was not served to the end
                }
            }
        };
    }
}
