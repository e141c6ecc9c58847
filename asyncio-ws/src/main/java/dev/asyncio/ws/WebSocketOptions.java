package dev.asyncio.ws;

import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.ws.handshake.ClientHandshake;
import dev.asyncio.ws.handshake.HeadParser;
import dev.asyncio.ws.handshake.Headers;
import dev.asyncio.ws.handshake.ProxyConnect;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Settings of a WebSocket, for either side. Immutable.
public final class WebSocketOptions {

    private static final WebSocketOptions DEFAULTS = builder().build();

    private final int maxMessageBytes;
    private final int maxHeadBytes;
    private final Duration handshakeTimeout;
    private final Duration closeTimeout;
    private final Duration pingInterval;
    private final Duration pingTimeout;
    private final List<String> subprotocols;
    private final Compression compression;
    private final Headers headers;
    private final OriginPolicy origins;
    private final TcpOptions tcp;
    private final TlsOptions tls;
    private final InetSocketAddress proxy;
    private final ProxyConnect.Credentials proxyCredentials;
    private final int maxRedirects;

    private WebSocketOptions(Builder builder) {
        this.maxMessageBytes = builder.maxMessageBytes;
        this.maxHeadBytes = builder.maxHeadBytes;
        this.handshakeTimeout = builder.handshakeTimeout;
        this.closeTimeout = builder.closeTimeout;
        this.pingInterval = builder.pingInterval;
        this.pingTimeout = builder.pingTimeout;
        this.subprotocols = List.copyOf(builder.subprotocols);
        this.compression = builder.compression;
        this.headers = builder.headers;
        this.origins =
                new OriginPolicy(Set.copyOf(builder.allowedOrigins), builder.allowsSameOrigin, builder.allowsAnyOrigin);
        this.tcp = builder.tcp;
        this.tls = builder.tls;
        this.proxy = builder.proxy;
        this.proxyCredentials = builder.proxyCredentials;
        this.maxRedirects = builder.maxRedirects;
    }

    /// The settings that are safe for most: messages of at most 1 MiB, no compression, no subprotocol, no browser from
    /// other pages, ten seconds for a handshake.
    ///
    /// @return the defaults
    public static WebSocketOptions defaults() {
        return DEFAULTS;
    }

    /// Starts a set of options from the defaults.
    ///
    /// @return a builder
    public static Builder builder() {
        return new Builder();
    }

    /// The longest message that is received whole.
    ///
    /// @return 1 MiB by default
    public int maxMessageBytes() {
        return maxMessageBytes;
    }

    /// How long a handshake may take.
    ///
    /// @return 10 seconds by default
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /// How long a close waits for the peer's answer.
    ///
    /// @return 5 seconds by default
    public Duration closeTimeout() {
        return closeTimeout;
    }

    /// What is spoken over the WebSocket, in order of preference.
    ///
    /// @return none by default
    public List<String> subprotocols() {
        return subprotocols;
    }

    /// What to ask for in compression, or agree to.
    ///
    /// @return empty by default: no compression
    public Optional<Compression> compression() {
        return Optional.ofNullable(compression);
    }

    /// The TCP settings of a client's connection.
    ///
    /// @return [TcpOptions#defaults()] by default
    public TcpOptions tcp() {
        return tcp;
    }

    int maxHeadBytes() {
        return maxHeadBytes;
    }

    Headers headers() {
        return headers;
    }

    OriginPolicy origins() {
        return origins;
    }

    Optional<InetSocketAddress> proxy() {
        return Optional.ofNullable(proxy);
    }

    Optional<ProxyConnect.Credentials> proxyCredentials() {
        return Optional.ofNullable(proxyCredentials);
    }

    int maxRedirects() {
        return maxRedirects;
    }

    TlsOptions tls() {
        return tls;
    }

    /// Null without keep-alive pings.
    KeepAlive newKeepAlive(KeepAlive.Pinger pinger) {
        return pingInterval == null ? null : new KeepAlive(pingInterval, pingTimeout, pinger);
    }

    /// The limits, and the names of header fields; never their values, a password, or a subprotocol, which may be a
    /// token.
    @Override
    public String toString() {
        return "WebSocketOptions[messages up to " + maxMessageBytes + " bytes, " + subprotocols.size()
                + " subprotocols, headers " + headers + (compression == null ? "" : ", compressed")
                + (proxy == null ? "" : ", through " + proxy) + "]";
    }

    private static Duration requirePositive(String what, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + ": expected more than zero, got " + value);
        }
        return value;
    }

    private static int requireAtLeast(String what, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException(what + ": expected at least " + least + ", got " + value);
        }
        return value;
    }

    /// Gathers settings, starting from the defaults.
    public static final class Builder {

        private int maxMessageBytes = 1024 * 1024;
        private int maxHeadBytes = HeadParser.DEFAULT_MAX_HEAD_BYTES;
        private Duration handshakeTimeout = Duration.ofSeconds(10);
        private Duration closeTimeout = Duration.ofSeconds(5);
        private Duration pingInterval;
        private Duration pingTimeout;
        private List<String> subprotocols = List.of();
        private Compression compression;
        private Headers headers = Headers.none();
        private final Set<String> allowedOrigins = new HashSet<>();
        private boolean allowsSameOrigin;
        private boolean allowsAnyOrigin;
        private TcpOptions tcp = TcpOptions.defaults();
        private TlsOptions tls = TlsOptions.defaults();
        private InetSocketAddress proxy;
        private ProxyConnect.Credentials proxyCredentials;
        private int maxRedirects;

        private Builder() {}

        /// Limits what [WebSocket#receive()] takes. A longer message fails the connection with 1009, as soon as its
        /// length is known. Messages that are read as they come have no limit.
        ///
        /// @param bytes as sent, or, of a compressed message, inflated, for which 16 times as many and 1 KiB may come; by
        ///     default 1 MiB
        /// @return this
        public Builder maxMessageBytes(int bytes) {
            this.maxMessageBytes = requireAtLeast("longest message in bytes", 1, bytes);
            return this;
        }

        /// Limits the head of the peer's request or response.
        ///
        /// @param bytes by default 16 KiB
        /// @return this
        public Builder maxHeadBytes(int bytes) {
            this.maxHeadBytes = requireAtLeast("longest head in bytes", 128, bytes);
            return this;
        }

        /// Bounds the handshake, that of TCP included, whatever deadline the call has. Not the time that a
        /// [HandshakePolicy] takes, after which nothing is waited for any more where this has passed.
        ///
        /// @param timeout by default 10 seconds
        /// @return this
        public Builder handshakeTimeout(Duration timeout) {
            this.handshakeTimeout = requirePositive("handshake timeout", timeout);
            return this;
        }

        /// Bounds how long a close waits for the peer's answer, whatever deadline the call has.
        ///
        /// @param timeout by default 5 seconds
        /// @return this
        public Builder closeTimeout(Duration timeout) {
            this.closeTimeout = requirePositive("close timeout", timeout);
            return this;
        }

        /// Has a peer pinged that is silent while a receive waits, and the connection broken when nothing comes of it. Not
        /// once we have closed: a receive behind
        /// [WebSocket#shutdownOutput(CloseCode, String, dev.asyncio.core.Deadline)] needs a deadline of its own.
        ///
        /// @param interval of silence before a ping; by default there are none
        /// @param timeout from the ping to any sign of life. A ping goes out behind what is being written. That the peer
        ///     takes 64 KiB of this is such a sign, too; whoever takes nothing more is found within the interval and
        ///     twice this time
        /// @return this
        public Builder keepAlive(Duration interval, Duration timeout) {
            this.pingInterval = requirePositive("keep-alive interval", interval);
            this.pingTimeout = requirePositive("keep-alive timeout", timeout);
            return this;
        }

        /// Says what may be spoken over the WebSocket. A client offers these; a server picks the first that the client
        /// offers, too, or none.
        ///
        /// @param names in order of preference; by default none
        /// @return this
        /// @throws IllegalArgumentException if a name is no token (RFC 9110), or there twice
        public Builder subprotocols(String... names) {
            List<String> distinct = List.of(names);
            ClientHandshake.requireDistinctTokens(distinct);
            this.subprotocols = distinct;
            return this;
        }

        /// Asks for compression, or agrees to it when asked.
        ///
        /// @param wishes by default there is none
        /// @return this
        public Builder compression(Compression wishes) {
            this.compression = Objects.requireNonNull(wishes);
            return this;
        }

        /// Adds a header field to the request of a client, or to the response of a server: cookies, authorization.
        ///
        /// @param name a token, and none of those that the handshake itself needs
        /// @param value without line ends or other control characters
        /// @return this
        /// @throws IllegalArgumentException if the field belongs to the handshake, or name or value could be taken for
        ///     something else on the wire
        public Builder header(String name, String value) {
            Headers field = Headers.of(name, value);
            field.refuseThoseOfTheHandshake();
            this.headers = headers.with(field);
            return this;
        }

        /// Lets pages of an origin connect to a server. Without this, requests that browsers make for a page are
        /// refused with 403, or any page could use a visitor's cookies here. Clients that are no browsers mostly send no
        /// origin, and then are not refused for it.
        ///
        /// @param origin for instance `https://example.org`; capitals, and the scheme's own port, 443 here, may be there
        ///     and count as if left out, as browsers do (RFC 6454, section 6.2)
        /// @return this
        public Builder allowOrigin(String origin) {
            String serialized = OriginPolicy.serialize(origin);
            if (!serialized.equals("null") && !serialized.matches("[a-z][a-z0-9+.-]*://[^/?#]+")) {
                throw new IllegalArgumentException(
                        "origin: expected scheme, host and perhaps port, as in https://example.org, got " + origin);
            }
            this.allowedOrigins.add(serialized);
            return this;
        }

        /// Lets pages connect that the browser has from the server's own host and port, as the request names them. Over
        /// TLS these are pages of `https`; whatever has come by `http`, others may have changed. On a server that anybody's
        /// host name may lead to, [#allowOrigin(String)] is the safer choice.
        ///
        /// @return this
        public Builder allowSameOrigin() {
            this.allowsSameOrigin = true;
            return this;
        }

        /// Lets every page in the world connect: for public services without cookies.
        ///
        /// @return this
        public Builder allowAnyOrigin() {
            this.allowsAnyOrigin = true;
            return this;
        }

        /// Sets the TCP options of a client's connection. A read timeout among them counts for nothing: a receive waits
        /// until its own deadline.
        ///
        /// @param options by default [TcpOptions#defaults()]
        /// @return this
        public Builder tcp(TcpOptions options) {
            this.tcp = Objects.requireNonNull(options);
            return this;
        }

        /// Sets whom a client trusts, and what it agrees to, where the URI says `wss`.
        ///
        /// @param options by default [TlsOptions#defaults()]: the JDK's authorities
        /// @return this
        public Builder tls(TlsOptions options) {
            this.tls = Objects.requireNonNull(options);
            return this;
        }

        /// Has a client connect through an HTTP proxy (CONNECT).
        ///
        /// @param address the proxy's
        /// @return this
        public Builder proxy(InetSocketAddress address) {
            this.proxy = Objects.requireNonNull(address);
            this.proxyCredentials = null;
            return this;
        }

        /// Has a client connect through an HTTP proxy that wants a name and a password (basic authentication, RFC
        /// 7617).
        ///
        /// @param address the proxy's
        /// @param user the name, without a colon
        /// @param password the password
        /// @return this
        public Builder proxy(InetSocketAddress address, String user, String password) {
            this.proxy = Objects.requireNonNull(address);
            this.proxyCredentials = new ProxyConnect.Credentials(user, password);
            return this;
        }

        /// Has a client follow redirects to other addresses. Another server than the first does not get its
        /// `Authorization` and `Cookie` fields, but all else: other fields, and the subprotocols.
        ///
        /// @param count the most in a row; by default 0: a redirect is a refusal
        /// @return this
        public Builder maxRedirects(int count) {
            this.maxRedirects = requireAtLeast("redirects", 0, count);
            return this;
        }

        /// Makes the options; the builder can be used further.
        ///
        /// @return the options
        public WebSocketOptions build() {
            return new WebSocketOptions(this);
        }
    }
}
