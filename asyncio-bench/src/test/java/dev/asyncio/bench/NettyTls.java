package dev.asyncio.bench;

import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.TlsIdentity;
import dev.asyncio.net.tls.TlsOptions;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;

/// One authority and one server's certificate, for us and for Netty's `SslHandler` on the JDK's provider.
final class NettyTls {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");
    private static final TlsIdentity LOCALHOST = AUTHORITY.issue("localhost");

    private NettyTls() {}

    static X509Certificate authority() {
        return AUTHORITY.certificate();
    }

    static TlsOptions ourServer(String... protocols) {
        return TlsOptions.builder().protocols(protocols).identity(LOCALHOST).build();
    }

    static TlsOptions ourClient(String... protocols) {
        return TlsOptions.builder().protocols(protocols).authorities(authority()).build();
    }

    static SslContext nettyServer() throws SSLException {
        return SslContextBuilder.forServer(LOCALHOST.key(), LOCALHOST.chain())
                .sslProvider(SslProvider.JDK)
                .build();
    }

    static SslContext nettyClient() throws SSLException {
        return SslContextBuilder.forClient()
                .trustManager(authority())
                .sslProvider(SslProvider.JDK)
                .build();
    }
}
