package dev.asyncio.ws;

/// How far a connection has come (RFC 6455, section 7).
///
/// ```
///   OPEN ──── our close frame ────► CLOSING ──── the peer's, or time is up ────► CLOSED
///    └── the peer's close frame, answered at once; or the connection is failed, broken or aborted ──►┘
/// ```
enum ConnectionState {
    /// Messages go both ways.
    OPEN,
    /// We send nothing more; the peer may.
    CLOSING,
    /// Nothing goes either way.
    CLOSED
}
