/// Frames and their payload: headers, masks, UTF-8, compression. Pure work on bytes, which knows neither threads nor
/// connections.
///
/// Sections without a name are those of RFC 6455.
package dev.asyncio.ws.frame;
