package dev.asyncio.ws;

import dev.asyncio.net.ByteStream;
import dev.asyncio.net.buffers.InputBuffer;
import dev.asyncio.ws.handshake.ClientHandshake;
import dev.asyncio.ws.handshake.DeflateParameters;
import dev.asyncio.ws.handshake.Headers;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/// Either side of a WebSocket over any stream, as if a handshake had been there.
final class Sockets {

    private Sockets() {}

    static WebSocket over(ByteStream stream, boolean isServer, WebSocketOptions options) {
        return over(stream, isServer, Optional.empty(), options);
    }

    static WebSocket over(
            ByteStream stream, boolean isServer, Optional<DeflateParameters> deflate, WebSocketOptions options) {
        var handshake = new ClientHandshake(URI.create("ws://h/"), List.of(), deflate, Headers.none());
        var request = new HandshakeRequest(handshake.request(), null);
        var negotiated = new Negotiated(isServer, request, Optional.empty(), deflate);
        return new WebSocket(stream, new InputBuffer(stream), negotiated, options);
    }
}
