package dev.asyncio.ws;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/// What a server answers to a request that is no WebSocket handshake; the connection is closed afterwards.
///
/// @param status the HTTP status, for instance 200
/// @param headers header fields; length and connection are added
/// @param body the content
public record HttpResponse(int status, Map<String, String> headers, byte[] body) {

    /// Checks the values.
    public HttpResponse {
        if (status < 200 || status > 599 || status == 204 || status == 304) {
            throw new IllegalArgumentException("HTTP status: expected 200 to 599, one with a body, got " + status);
        }
        headers = Map.copyOf(headers);
        Objects.requireNonNull(body);
    }

    /// A page.
    ///
    /// @param page the HTML
    /// @return a response of status 200
    public static HttpResponse html(String page) {
        return of(200, "text/html; charset=utf-8", page);
    }

    /// A line for people.
    ///
    /// @param status the HTTP status
    /// @param text the line
    /// @return a response
    public static HttpResponse text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text);
    }

    private static HttpResponse of(int status, String contentType, String content) {
        return new HttpResponse(
                status, Map.of("Content-Type", contentType), content.getBytes(StandardCharsets.UTF_8));
    }
}
