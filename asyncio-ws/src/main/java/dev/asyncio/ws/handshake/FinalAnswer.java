package dev.asyncio.ws.handshake;

import static dev.asyncio.ws.handshake.FieldNames.CONNECTION;
import static dev.asyncio.ws.handshake.FieldNames.CONTENT_LENGTH;
import static dev.asyncio.ws.handshake.FieldNames.TRANSFER_ENCODING;
import static dev.asyncio.ws.handshake.FieldNames.UPGRADE;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A whole HTTP response, behind which the connection ends: a refusal, or a page for who came without a handshake.
public final class FinalAnswer {

    private final HttpHead.Response head;
    private final byte[] body;

    private FinalAnswer(HttpHead.Response head, byte[] body) {
        this.head = head;
        this.body = body;
    }

    /// A refusal that says why.
    ///
    /// @param refusal the fault that was found
    /// @return the response
    public static FinalAnswer refuse(HandshakeException refusal) {
        return text(refusal.status(), refusal.headers(), refusal.getMessage() + "\n");
    }

    /// A response of plain text.
    ///
    /// @param status a final status: 200 to 599
    /// @param extra further header fields; a `Content-Type` among them replaces that of plain text in UTF-8
    /// @param text the body
    /// @return the response
    /// @throws IllegalArgumentException like [#of]
    public static FinalAnswer text(int status, Headers extra, String text) {
        Headers headers = extra.first("Content-Type").isPresent()
                ? extra
                : Headers.of("Content-Type", "text/plain; charset=utf-8").with(extra);
        return of(status, headers, text.getBytes(StandardCharsets.UTF_8));
    }

    /// A response of any kind.
    ///
    /// @param status a final status: 200 to 599, but none that has no body
    /// @param extra further header fields
    /// @param body the body; not to be changed any more
    /// @return the response
    /// @throws IllegalArgumentException if the status is none of these, or a field is one that frames the response
    public static FinalAnswer of(int status, Headers extra, byte[] body) {
        if (status < 200 || status > 599 || hasNoBody(status)) {
            throw new IllegalArgumentException("final response: expected a status from 200 to 599, got " + status);
        }
        extra.refuse(List.of(CONNECTION, CONTENT_LENGTH, TRANSFER_ENCODING));
        // RFC 9110, section 7.8: who sends Upgrade must name it in Connection.
        String connection = extra.first(UPGRADE).isPresent() ? "close, Upgrade" : "close";
        Headers headers = Headers.of(CONNECTION, connection, CONTENT_LENGTH, Integer.toString(body.length)).with(extra);
        return new FinalAnswer(HttpHead.response(status, reason(status), headers), body);
    }

    /// RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5.
    private static boolean hasNoBody(int status) {
        return status == 204 || status == 205 || status == 304;
    }

    /// The response as bytes.
    ///
    /// @return a new buffer, the caller's
    public ByteBuffer encode() {
        return encodeFor("GET");
    }

    /// The response as bytes, for a request of any method: HEAD asks for it without the body (RFC 9110, section 9.3.2).
    ///
    /// @param method the request's
    /// @return a new buffer, the caller's
    public ByteBuffer encodeFor(String method) {
        ByteBuffer encoded = head.encode();
        return method.equals("HEAD")
                ? encoded
                : ByteBuffer.allocate(encoded.remaining() + body.length).put(encoded).put(body).flip();
    }

    /// The usual words for the usual statuses. No reader may depend on them (RFC 9112, section 4).
    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 303 -> "See Other";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 414 -> "URI Too Long";
            case 426 -> "Upgrade Required";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            case 505 -> "HTTP Version Not Supported";
            default -> "";
        };
    }
}
