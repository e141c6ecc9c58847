package dev.asyncio.ws.handshake;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A host and perhaps a port, as the Host field and URIs have them (RFC 3986, section 3.2).
///
/// @param host a name or an address; an IPv6 address without its brackets
/// @param port [#NO_PORT] if none was given
record Authority(String host, int port) {

    static final int NO_PORT = -1;

    private static final int MAX_PORT = 65_535;

    private static final Pattern FORM = Pattern.compile(
            "(?:\\[([0-9A-Fa-f:.]+(?:%[\\w.~-]+)?)\\]|([\\w.~%!$&'()*+,;=-]+))(?::([0-9]{0,5}))?");

    /// Reads `host`, `host:port` or `[address]:port`. A colon with no port behind it is as none.
    static Optional<Authority> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        String digits = matcher.group(3);
        int port = digits == null || digits.isEmpty() ? NO_PORT : Integer.parseInt(digits);
        return port > MAX_PORT ? Optional.empty() : Optional.of(new Authority(host, port));
    }

    /// As it is sent. RFC 6874, section 4: the zone of an IPv6 address means nothing elsewhere and is left off.
    @Override
    public String toString() {
        String text = host.contains(":") ? "[" + host.replaceFirst("%.*", "") + "]" : host;
        return port == NO_PORT ? text : text + ":" + port;
    }
}
