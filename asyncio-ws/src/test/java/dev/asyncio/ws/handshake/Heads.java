package dev.asyncio.ws.handshake;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Heads as text, for tests: each line is written without its end.
final class Heads {

    private Heads() {}

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static String text(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString();
    }

    /// With the limits that a server has by default.
    static HeadParser<HttpHead.Request> requestParser() {
        return HeadParser.forRequest(HeadParser.DEFAULT_MAX_HEAD_BYTES, HeadParser.DEFAULT_MAX_FIELD_COUNT);
    }

    /// With the limits that a client has by default.
    static HeadParser<HttpHead.Response> responseParser() {
        return HeadParser.forResponse(HeadParser.DEFAULT_MAX_HEAD_BYTES, HeadParser.DEFAULT_MAX_FIELD_COUNT);
    }

    static HttpHead.Request request(String... lines) throws HandshakeException {
        return requestParser().feed(bytes(String.join("\r\n", lines) + "\r\n\r\n"));
    }

    static HttpHead.Response response(String... lines) throws HandshakeException {
        return responseParser().feed(bytes(String.join("\r\n", lines) + "\r\n\r\n"));
    }

    /// A good head with changes, split at ` ~ `: `name: value` replaces the fields of that name, `-name` takes them
    /// away, `+name: value` adds one whatever is there, and any other text is the first line.
    static String[] changed(List<String> good, String changes) {
        var lines = new ArrayList<>(good);
        for (String change : changes == null || changes.isEmpty() ? new String[0] : changes.split(" ~ ")) {
            String name = change.replaceFirst("^-", "").replaceFirst(":.*", "");
            if (change.startsWith("+")) {
                lines.add(change.substring(1));
            } else if (change.startsWith("-")) {
                assertTrue(lines.removeIf(line -> line.startsWith(name + ":")));
            } else if (change.matches("[\\w-]+:.*")) {
                lines.removeIf(line -> line.startsWith(name + ":"));
                lines.add(change);
            } else {
                lines.set(0, change);
            }
        }
        return lines.toArray(String[]::new);
    }
}
