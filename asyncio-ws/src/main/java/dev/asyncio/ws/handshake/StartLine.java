package dev.asyncio.ws.handshake;

import dev.asyncio.ws.handshake.HttpHead.Version;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The first line of a head, read: the head that it becomes with its header fields.
@FunctionalInterface
interface StartLine<H extends HttpHead> {

    Pattern STATUS_LINE = Pattern.compile("([^ ]+) ([1-9][0-9]{2})(?: (.*))?", Pattern.DOTALL);
    Pattern VERSION = Pattern.compile("HTTP/[0-9]\\.[0-9]");

    H with(Headers headers);

    /// How the line of a kind of message is read.
    @FunctionalInterface
    interface Reader<H extends HttpHead> {
        StartLine<H> read(String line) throws HandshakeException;
    }

    /// RFC 9112, section 3: `method SP request-target SP HTTP-version`, with these two spaces and no other.
    static StartLine<HttpHead.Request> ofRequest(String line) throws HandshakeException {
        int targetStart = line.indexOf(' ') + 1;
        int targetEnd = line.lastIndexOf(' ');
        if (targetStart == 0 || targetEnd < targetStart) {
            throw badRequestLine(line);
        }
        String method = line.substring(0, targetStart - 1);
        String target = line.substring(targetStart, targetEnd);
        if (!Grammar.isToken(method) || !Grammar.isTarget(target)) {
            throw badRequestLine(line);
        }
        Version version = version(line.substring(targetEnd + 1));
        return headers -> new HttpHead.Request(method, target, version, headers);
    }

    private static HandshakeException badRequestLine(String line) {
        return HandshakeException
                .badRequest("request line: expected method, target and version, got " + Grammar.quoteTarget(line));
    }

    /// RFC 9112, section 4: `HTTP-version SP status-code SP [ reason-phrase ]`. The second space must be there also
    /// without a reason, but there are servers that drop it, and nothing can be mistaken by that.
    static StartLine<HttpHead.Response> ofResponse(String line) throws HandshakeException {
        Matcher matcher = STATUS_LINE.matcher(line);
        if (!matcher.matches()) {
            throw HandshakeException
                    .badResponse("status line: expected version, status and reason, got " + Grammar.quote(line));
        }
        Version version = version(matcher.group(1));
        int status = Integer.parseInt(matcher.group(2));
        String reason = matcher.group(3) == null ? "" : matcher.group(3);
        return headers -> new HttpHead.Response(version, status, reason, headers);
    }

    private static Version version(String text) throws HandshakeException {
        if (!VERSION.matcher(text).matches()) {
            throw HandshakeException.badRequest("expected HTTP/1.1, got " + Grammar.quote(text));
        }
        if (text.charAt(5) != '1') {
            throw new HandshakeException(505, "expected HTTP/1.1, got " + text);
        }
        return text.charAt(7) == '0' ? Version.HTTP_1_0 : Version.HTTP_1_1;
    }
}
