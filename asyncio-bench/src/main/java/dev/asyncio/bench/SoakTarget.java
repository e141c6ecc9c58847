package dev.asyncio.bench;

import dev.asyncio.net.tls.TlsOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;

/// Where the server of a soak is, and how its TLS is trusted.
///
/// @param jdkTls for peers that are none of the library's
record SoakTarget(Map<SoakPort, InetSocketAddress> addresses, TlsOptions tls, SSLContext jdkTls) {

    private static final String AUTHORITY = "authority";

    /// One of [Values], by which the server's process tells the clients'.
    static String toLine(Map<SoakPort, InetSocketAddress> addresses, X509Certificate authority) {
        Map<String, Object> values = new LinkedHashMap<>();
        addresses.forEach((port, address) -> values.put(port.name(), address.getPort()));
        values.put(AUTHORITY, TlsContexts.toWord(authority));
        return Values.format(values);
    }

    static SoakTarget ofLine(String line) throws CertificateException {
        Map<String, String> values = Values.parse(line);
        Map<SoakPort, InetSocketAddress> addresses = new EnumMap<>(SoakPort.class);
        for (SoakPort port : SoakPort.values()) {
            int number = Integer.parseInt(values.get(port.name()));
            addresses.put(port, new InetSocketAddress(InetAddress.getLoopbackAddress(), number));
        }
        X509Certificate authority = TlsContexts.ofWord(values.get(AUTHORITY));
        TlsOptions tls =
                TlsOptions.builder().authorities(authority).handshakeTimeout(SoakClients.PATIENCE).build();
        return new SoakTarget(addresses, tls, TlsContexts.trusting(authority));
    }

    InetSocketAddress address(SoakPort port) {
        return addresses.get(port);
    }
}
