/// The opening handshake of RFC 6455 as pure functions of bytes and values: no I/O, no threads, no time.
///
/// A [dev.asyncio.ws.handshake.HeadParser] turns bytes into a [dev.asyncio.ws.handshake.HttpHead].
/// [dev.asyncio.ws.handshake.ServerHandshake] judges a request and makes the answer,
/// [dev.asyncio.ws.handshake.ClientHandshake] makes a request and judges the answer, and
/// [dev.asyncio.ws.handshake.ProxyConnect] does so for the proxy on the way. What a peer did wrong is a
/// [dev.asyncio.ws.handshake.HandshakeException], what the caller did wrong an [IllegalArgumentException].
package dev.asyncio.ws.handshake;
