package dev.asyncio.ws.handshake;

import java.io.IOException;

/// The peer's part of a handshake is not as it must be.
///
/// Carries what a server answers with. Where a client finds a response at fault there is nobody to answer, and the
/// status says nothing; a response that is a refusal in good order is a [HandshakeRefusedException].
public sealed class HandshakeException extends IOException permits HandshakeRefusedException {

    private static final long serialVersionUID = 1;

    /// Three digits.
    private final int status;

    /// Lost in serialization, which nobody here needs.
    private final transient Headers headers;

    /// With header fields that the answer must have.
    ///
    /// @param status the HTTP status to answer with
    /// @param headers what the answer must say besides
    /// @param message what is at fault, in words that may be sent to the peer
    public HandshakeException(int status, Headers headers, String message) {
        super(message);
        this.status = status;
        this.headers = headers;
    }

    /// Without further header fields.
    ///
    /// @param status the HTTP status to answer with
    /// @param message what is at fault, in words that may be sent to the peer
    public HandshakeException(int status, String message) {
        this(status, Headers.none(), message);
    }

    static HandshakeException badRequest(String message) {
        return new HandshakeException(400, message);
    }

    /// For a client: the response breaks the protocol.
    static HandshakeException badResponse(String message) {
        return new HandshakeException(502, message);
    }

    /// The HTTP status of the refusal: to answer with, or as answered.
    ///
    /// @return three digits
    public final int status() {
        return status;
    }

    /// The header fields of the refusal: those an answer must have, or all that were answered.
    ///
    /// @return the fields; null in an exception that went through serialization
    public final Headers headers() {
        return headers;
    }
}
