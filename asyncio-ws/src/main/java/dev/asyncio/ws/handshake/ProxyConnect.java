package dev.asyncio.ws.handshake;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// Asks an HTTP proxy for a way through to a server (RFC 9110, section 9.3.6).
public final class ProxyConnect {

    private ProxyConnect() {}

    /// Who we are to the proxy, in the way called Basic (RFC 7617).
    ///
    /// @param user without a colon
    /// @param password the password
    public record Credentials(String user, String password) {

        /// Checks both.
        ///
        /// @throws IllegalArgumentException if the user has a colon or one of them a control character
        public Credentials {
            if (user.contains(":")) {
                throw new IllegalArgumentException("proxy user: expected no colon");
            }
            if (user.chars().anyMatch(Character::isISOControl) || password.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("proxy user and password: expected no control characters");
            }
        }

        private String basic() {
            byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(both);
        }

        /// Without the password.
        @Override
        public String toString() {
            return "Credentials[" + user + "]";
        }
    }

    /// Makes the request.
    ///
    /// @param host the server: a name or an address, an IPv6 address without brackets
    /// @param port the server's port
    /// @param credentials who we are, if the proxy wants to know
    /// @return the request's head
    /// @throws IllegalArgumentException if the host or the port is none
    public static HttpHead.Request request(String host, int port, Optional<Credentials> credentials) {
        String authority = new Authority(host, port).toString();
        if (port < 1 || Authority.parse(authority).isEmpty()) {
            throw new IllegalArgumentException("proxy: expected a host and a port of 1 to 65535, got "
                    + Grammar.quote(host) + " and " + port);
        }
        // 9.3.6: the port is there always, also where a URI would leave it off.
        Headers headers = Headers.of(FieldNames.HOST, authority);
        if (credentials.isPresent()) {
            headers = headers.with("Proxy-Authorization", credentials.get().basic());
        }
        return HttpHead.request("CONNECT", authority, headers);
    }

    /// Checks the answer. Any 2xx means that behind the head comes the server, whatever the head says of a body; and
    /// many proxies answer in HTTP/1.0.
    ///
    /// @param response the head of the response
    /// @throws HandshakeRefusedException if the proxy says no: 407 for one
    public static void check(HttpHead.Response response) throws HandshakeRefusedException {
        if (response.status() / 100 != 2) {
            throw new HandshakeRefusedException("CONNECT through the proxy", response);
        }
    }
}
