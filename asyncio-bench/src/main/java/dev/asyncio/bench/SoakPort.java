package dev.asyncio.bench;

/// Where the server of a soak listens. The impatient ones are for peers that never finish a handshake; clients that mean
/// well need more time on a busy machine.
enum SoakPort {
    TCP,
    TLS,
    WEBSOCKET,
    SECURE_WEBSOCKET,
    IMPATIENT_TLS,
    IMPATIENT_WEBSOCKET,
    IMPATIENT_SECURE_WEBSOCKET
}
