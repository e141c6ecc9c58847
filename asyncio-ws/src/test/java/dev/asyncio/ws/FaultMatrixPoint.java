package dev.asyncio.ws;

/// Where in its life a connection is when a fault comes.
enum FaultMatrixPoint {
    /// A client waits for the system to connect it, a server for a connection to accept.
    CONNECTING("connecting"),
    /// Half of what the peer has to say of the handshake has come.
    HANDSHAKING("handshaking"),
    /// No thread is in a call. The next one that comes to read finds what has happened.
    IDLE("idle"),
    /// A read waits, and nothing has come.
    MID_READ("mid-read"),
    /// A read waits for the rest of a record (TLS) or frame (WebSocket).
    MID_FRAME("mid-frame"),
    /// A read waits for the rest of what it was asked for, between two records or frames.
    MID_MESSAGE("mid-message"),
    /// A write waits, with the buffers of both systems full.
    MID_WRITE("mid-write"),
    /// Our end was sent, and the peer's is waited for.
    CLOSING("closing");

    final String words;

    FaultMatrixPoint(String words) {
        this.words = words;
    }

    /// Whether it is not open yet.
    boolean isOpening() {
        return this == CONNECTING || this == HANDSHAKING;
    }
}
