package dev.asyncio.net.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// How handshakes are done: who one is, whom one trusts, what one agrees to. Immutable and made to be shared, since
/// sessions are resumed (RFC 8446, section 2.2) among the streams of the same options.
///
/// By default: TLS 1.3 and 1.2 with the JDK's choice of ciphers, the JDK's certificate authorities, the peer's host name
/// verified by a client, and no client certificates asked for by a server.
public final class TlsOptions {

    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    private static final TlsOptions DEFAULTS = builder().build();

    private final SSLContext context;
    private final List<String> protocols;
    private final List<String> cipherSuites;
    private final List<String> applicationProtocols;
    private final ClientAuth clientAuth;
    private final Duration handshakeTimeout;
    private final Duration closeTimeout;

    /// Whether a server asks its clients for certificates.
    public enum ClientAuth {
        /// It does not.
        NONE,
        /// It does, and serves those who have none.
        WANTED,
        /// It does, and refuses those who have none.
        REQUIRED
    }

    private TlsOptions(Builder builder) {
        this.context = builder.newContext();
        this.protocols = builder.protocols;
        this.cipherSuites = builder.cipherSuites;
        this.applicationProtocols = builder.applicationProtocols;
        this.clientAuth = builder.clientAuth;
        this.handshakeTimeout = builder.handshakeTimeout;
        this.closeTimeout = builder.closeTimeout;
    }

    /// What a client needs that trusts whom the JDK trusts.
    ///
    /// @return the options
    public static TlsOptions defaults() {
        return DEFAULTS;
    }

    /// Starts from the defaults.
    ///
    /// @return a builder
    public static Builder builder() {
        return new Builder();
    }

    /// How long a handshake may take.
    ///
    /// @return the timeout
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /// How long a close may wait: for room to say so, and for the peer's close_notify.
    ///
    /// @return the timeout
    public Duration closeTimeout() {
        return closeTimeout;
    }

    /// @param port of the peer, under which sessions are kept; 0 if it has none
    SSLEngine newClientEngine(String host, int port) {
        SSLEngine engine = context.createSSLEngine(Objects.requireNonNull(host), port);
        engine.setUseClientMode(true); // first: until then it has the ciphers of a server
        SSLParameters parameters = parameters(engine);
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setServerNames(serverNames(host));
        engine.setSSLParameters(parameters);
        return engine;
    }

    SSLEngine newServerEngine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters(engine));
        engine.setWantClientAuth(clientAuth == ClientAuth.WANTED);
        if (clientAuth == ClientAuth.REQUIRED) {
            engine.setNeedClientAuth(true);
        }
        return engine;
    }

    private SSLParameters parameters(SSLEngine engine) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(protocols.toArray(String[]::new));
        parameters.setApplicationProtocols(applicationProtocols.toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(true);
        if (!cipherSuites.isEmpty()) {
            parameters.setCipherSuites(cipherSuites.toArray(String[]::new));
        }
        return parameters;
    }

    /// RFC 6066, section 3: a name goes without a dot at its end, and literal addresses are none. Nor is a host that the
    /// domain name system cannot have, with an underscore, say: whether the server is that is for its certificate to say.
    private static List<SNIServerName> serverNames(String host) {
        if (isAddress(host)) {
            return List.of();
        }
        try {
            return List.of(new SNIHostName(host.endsWith(".") ? host.substring(0, host.length() - 1) : host));
        } catch (IllegalArgumentException _) {
            return List.of();
        }
    }

    private static boolean isAddress(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    }

    /// Gathers options.
    public static final class Builder {

        private SSLContext context;
        private Supplier<List<TlsIdentity>> identities;
        private List<X509Certificate> authorities = List.of();
        private List<String> protocols = PROTOCOLS;
        private List<String> cipherSuites = List.of();
        private List<String> applicationProtocols = List.of();
        private ClientAuth clientAuth = ClientAuth.NONE;
        private Duration handshakeTimeout = Duration.ofSeconds(10);
        private Duration closeTimeout = Duration.ofSeconds(1);

        private Builder() {}

        /// Uses a context that was made elsewhere, with its own identities and trust.
        ///
        /// @param sslContext initialized
        /// @return this
        public Builder context(SSLContext sslContext) {
            this.context = Objects.requireNonNull(sslContext);
            return this;
        }

        /// Says who one is. A server with several identities chooses the one for the name that the client asks for
        /// (RFC 6066, section 3), else the first.
        ///
        /// @param certificates at least one
        /// @return this
        public Builder identity(TlsIdentity... certificates) {
            List<TlsIdentity> all = List.of(certificates);
            if (all.isEmpty()) {
                throw new IllegalArgumentException("TLS identities: expected at least one, got none");
            }
            return identities(() -> all);
        }

        /// Says who one is, anew for each handshake: so a certificate is replaced while connections last.
        ///
        /// @param supplier asked in every handshake, by any thread; must not wait
        /// @return this
        public Builder identities(Supplier<List<TlsIdentity>> supplier) {
            this.identities = Objects.requireNonNull(supplier);
            return this;
        }

        /// Trusts some authorities alone, in place of the JDK's.
        ///
        /// @param certificates of the authorities, at least one
        /// @return this
        public Builder authorities(X509Certificate... certificates) {
            if (certificates.length == 0) {
                throw new IllegalArgumentException("TLS authorities: expected at least one, got none");
            }
            this.authorities = List.of(certificates);
            return this;
        }

        /// Trusts the authorities of a PEM file alone, in place of the JDK's.
        ///
        /// @param pem a file of certificates
        /// @return this
        /// @throws IOException if the file cannot be read
        /// @throws IllegalArgumentException if it has no certificate
        public Builder authorities(Path pem) throws IOException {
            this.authorities = Pem.certificates(Files.readString(pem), pem.toString());
            return this;
        }

        /// Sets the versions of the protocol to agree to, as the JDK calls them.
        ///
        /// @param names by default `TLSv1.3` and `TLSv1.2`
        /// @return this
        public Builder protocols(String... names) {
            this.protocols = known("protocol", names, supported().getProtocols());
            return this;
        }

        /// Sets the cipher suites to agree to, best first, as the JDK calls them.
        ///
        /// @param names by default what the JDK does
        /// @return this
        public Builder cipherSuites(String... names) {
            this.cipherSuites = known("cipher suite", names, supported().getCipherSuites());
            return this;
        }

        /// Sets the application protocols to agree to (ALPN, RFC 7301), best first: `http/1.1`, say. With a peer that
        /// knows none of them there is no handshake; with one that does not speak of them there is.
        ///
        /// @param names by default none
        /// @return this
        public Builder applicationProtocols(String... names) {
            for (String name : names) {
                if (name.isEmpty() || name.length() > 255) {
                    throw new IllegalArgumentException(
                            "TLS application protocol: expected 1 to 255 characters, got \"" + name + "\"");
                }
            }
            this.applicationProtocols = List.of(names);
            return this;
        }

        /// Says whether a server asks for client certificates.
        ///
        /// @param auth by default [ClientAuth#NONE]
        /// @return this
        public Builder clientAuth(ClientAuth auth) {
            this.clientAuth = Objects.requireNonNull(auth);
            return this;
        }

        /// Bounds handshakes.
        ///
        /// @param timeout by default 10 s
        /// @return this
        public Builder handshakeTimeout(Duration timeout) {
            this.handshakeTimeout = positive("handshake timeout", timeout);
            return this;
        }

        /// Bounds how long a close waits: for room to say so, and for the peer's close_notify, whatever comes before that.
        ///
        /// @param timeout by default 1 s
        /// @return this
        public Builder closeTimeout(Duration timeout) {
            this.closeTimeout = positive("close timeout", timeout);
            return this;
        }

        /// Makes the options.
        ///
        /// @return the options
        /// @throws IllegalArgumentException if a context is given besides identities or authorities
        public TlsOptions build() {
            return new TlsOptions(this);
        }

        private SSLContext newContext() {
            if (context == null) {
                return ofParts();
            }
            if (identities != null || !authorities.isEmpty()) {
                throw new IllegalArgumentException(
                        "TLS context: it has its own identities and authorities, so expected no others");
            }
            return context;
        }

        private SSLContext ofParts() {
            try {
                var made = SSLContext.getInstance("TLS");
                KeyManager[] keys = identities == null ? null : new KeyManager[] {new IdentityKeyManager(identities)};
                made.init(keys, authorities.isEmpty() ? null : trust(), null);
                return made;
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException("TLS: the JDK offers no context", e);
            }
        }

        private TrustManager[] trust() throws GeneralSecurityException, IOException {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry("authority-" + i, authorities.get(i));
            }
            var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        }

        private static SSLParameters supported() {
            try {
                return SSLContext.getDefault().getSupportedSSLParameters();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("TLS: the JDK offers no context", e);
            }
        }

        private static List<String> known(String what, String[] names, String[] supported) {
            List<String> known = List.of(supported);
            for (String name : names) {
                if (!known.contains(name)) {
                    throw new IllegalArgumentException(
                            "TLS " + what + ": expected one of " + known + ", got " + name);
                }
            }
            if (names.length == 0) {
                throw new IllegalArgumentException("TLS " + what + "s: expected at least one, got none");
            }
            return List.of(names);
        }

        private static Duration positive(String what, Duration timeout) {
            if (!timeout.isPositive()) {
                throw new IllegalArgumentException("TLS " + what + ": expected more than zero, got " + timeout);
            }
            return timeout;
        }
    }
}
