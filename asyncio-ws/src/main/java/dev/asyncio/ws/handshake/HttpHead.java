package dev.asyncio.ws.handshake;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The head of an HTTP/1.1 message: its first line and its header fields.
///
/// Whatever is in here can be sent: the constructors refuse, by [IllegalArgumentException], what would break a line.
public sealed interface HttpHead {

    /// The versions that are told apart. A minor version above 1 counts as 1.1 (RFC 9110, section 2.5).
    enum Version {
        /// Knows neither upgrades nor the Host field.
        HTTP_1_0("HTTP/1.0"),
        /// What a handshake is made in.
        HTTP_1_1("HTTP/1.1");

        private final String text;

        Version(String text) {
            this.text = text;
        }

        /// The version as it is sent.
        @Override
        public String toString() {
            return text;
        }
    }

    /// The head of a request.
    ///
    /// @param method a token
    /// @param target the target as sent: visible ASCII
    /// @param version the version
    /// @param headers the header fields
    record Request(String method, String target, Version version, Headers headers) implements HttpHead {

        /// Checks the parts.
        public Request {
            if (!Grammar.isToken(method)) {
                throw new IllegalArgumentException("request method " + Grammar.quote(method) + " is no token");
            }
            if (!Grammar.isTarget(target)) {
                throw new IllegalArgumentException(
                        "request target " + Grammar.quoteTarget(target) + ": expected visible ASCII characters");
            }
        }

        /// What is left of a handshake's request when the handshake is over.
        ///
        /// @return this without the fields that ask for a WebSocket
        public Request withoutUpgrade() {
            return new Request(method, target, version, headers.without(FieldNames.OF_THE_UPGRADE));
        }

        @Override
        public String startLine() {
            return method + " " + target + " " + version;
        }
    }

    /// The head of a response.
    ///
    /// @param version the version
    /// @param status the status: three digits
    /// @param reason the words behind it; may be empty
    /// @param headers the header fields
    record Response(Version version, int status, String reason, Headers headers) implements HttpHead {

        /// Checks the parts.
        public Response {
            if (status < 100 || status > 999) {
                throw new IllegalArgumentException("response status: expected 100 to 999, got " + status);
            }
            if (!Grammar.isText(reason)) {
                throw new IllegalArgumentException("response reason " + Grammar.quote(reason)
                        + " holds a control character or one beyond ISO 8859-1");
            }
        }

        @Override
        public String startLine() {
            return version + " " + status + " " + reason;
        }
    }

    /// Makes the head of an HTTP/1.1 request.
    ///
    /// @param method a token
    /// @param target the target as it is to be sent
    /// @param headers the header fields
    /// @return the head
    static Request request(String method, String target, Headers headers) {
        return new Request(method, target, Version.HTTP_1_1, headers);
    }

    /// Makes the head of an HTTP/1.1 response.
    ///
    /// @param status the status
    /// @param reason the words behind it; may be empty
    /// @param headers the header fields
    /// @return the head
    static Response response(int status, String reason, Headers headers) {
        return new Response(Version.HTTP_1_1, status, reason, headers);
    }

    /// The first line.
    ///
    /// @return the line without its end
    String startLine();

    /// The version of the message.
    ///
    /// @return the version
    Version version();

    /// The header fields.
    ///
    /// @return the fields in their order
    Headers headers();

    /// The head as bytes, the empty line at its end included.
    ///
    /// @return a new buffer, the caller's
    default ByteBuffer encode() {
        var text = new StringBuilder(512).append(startLine()).append("\r\n");
        for (Headers.Field field : headers().fields()) {
            text.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        return ByteBuffer.wrap(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }
}
