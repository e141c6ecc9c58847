package dev.asyncio.bench;

/// Where the server of a soak listens. The impatient ones are for peers that never finish a handshake; clients that mean
/// well need more time on a busy machine.
enum SoakPort {
    TCP(false),
    TLS(false),
    WEBSOCKET(false),
    SECURE_WEBSOCKET(false),
    IMPATIENT_TLS(true),
    IMPATIENT_WEBSOCKET(true),
    IMPATIENT_SECURE_WEBSOCKET(true);

    final boolean isImpatient;

    SoakPort(boolean isImpatient) {
        this.isImpatient = isImpatient;
    }
}
