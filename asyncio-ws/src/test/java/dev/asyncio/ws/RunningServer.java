package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.TcpServer;
import java.net.InetSocketAddress;
import java.util.function.IntSupplier;

/// What servers of bytes and of WebSockets have in common.
record RunningServer(InetSocketAddress localAddress, Shutdown shutdown, Runnable close, Waiting.Action awaitClose,
        IntSupplier connectionCount) {

    /// Winds down; whether all handlers have returned.
    @FunctionalInterface
    interface Shutdown {
        boolean until(Deadline deadline) throws InterruptedException;
    }

    static RunningServer of(TcpServer server) {
        return new RunningServer(
                server.localAddress(), server::shutdown, server::close, server::awaitClose, server::connectionCount);
    }

    static RunningServer of(WebSocketServer server) {
        return new RunningServer(
                server.localAddress(), server::shutdown, server::close, server::awaitClose, server::connectionCount);
    }
}
