package dev.asyncio.ws;

import dev.asyncio.ws.handshake.FinalAnswer;
import dev.asyncio.ws.handshake.Headers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// What a server answers to a request that is no WebSocket handshake; the connection is closed afterwards.
///
/// @param status the HTTP status, for instance 200
/// @param headers header fields, values by name, of which there may be several; length and connection are added
/// @param body the content
public record HttpResponse(int status, Map<String, List<String>> headers, byte[] body) {

    /// Checks the values.
    ///
    /// @throws IllegalArgumentException if the status is none of 200 to 599 with a body, or a field could be taken for
    ///     something else on the wire, or is one of those that are added
    public HttpResponse {
        Objects.requireNonNull(body, "body");
        headers = headers.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, field -> List.copyOf(field.getValue())));
        toAnswer(status, headers, body);
    }

    FinalAnswer toAnswer() {
        return toAnswer(status, headers, body);
    }

    private static FinalAnswer toAnswer(int status, Map<String, List<String>> headers, byte[] body) {
        Headers fields = Headers.none();
        for (Map.Entry<String, List<String>> field : headers.entrySet()) {
            for (String value : field.getValue()) {
                fields = fields.with(field.getKey(), value);
            }
        }
        return FinalAnswer.of(status, fields, body);
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
                status, Map.of("Content-Type", List.of(contentType)), content.getBytes(StandardCharsets.UTF_8));
    }
}
