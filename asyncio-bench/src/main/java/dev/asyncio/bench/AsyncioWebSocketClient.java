package dev.asyncio.bench;

import dev.asyncio.ws.MessageView;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// Our client, which sends, waits for the reply on a virtual thread, and looks at it where it was lent.
record AsyncioWebSocketClient(WebSocket socket, ByteBuffer message) implements BlockingRoundTripClient.Connection {

    static RoundTripClient connect(InetSocketAddress server, int messageBytes) throws IOException {
        var options = WebSocketOptions.builder().tcp(NoDelay.tcpOptions()).build();
        var connection = new AsyncioWebSocketClient(
                WebSocket.connect(WebSocketClientKind.uri(server), options), ByteBuffer.allocateDirect(messageBytes));
        return new BlockingRoundTripClient(connection, Thread.ofVirtual().factory());
    }

    @Override
    public void roundTrip(long number) throws IOException {
        socket.send(message.clear().putLong(0, number));
        MessageView reply = socket.receiveView();
        if (reply.kind() != MessageView.Kind.BINARY || !reply.bytes().equals(message.clear())) {
            throw new IOException("reply " + number + " differs from what was sent");
        }
    }

    /// Without good-bye.
    @Override
    public void close() {
        socket.abort();
    }
}
