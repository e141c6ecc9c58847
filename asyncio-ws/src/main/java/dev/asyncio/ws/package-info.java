/// WebSocket (RFC 6455) with compression (RFC 7692), client and server, in blocking style over any
/// [dev.asyncio.net.ByteStream].
///
/// [dev.asyncio.ws.WebSocket] is one connection, [dev.asyncio.ws.WebSocketServer] accepts many. What arrives is a
/// [dev.asyncio.ws.Message] of the caller's own, a [dev.asyncio.ws.MessageView] that costs no copy, or is read as it
/// comes through a [dev.asyncio.ws.MessageReader].
///
/// Sections without a name in comments are those of RFC 6455.
package dev.asyncio.ws;
