package dev.asyncio.net.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/// Chooses an identity for each handshake: a server's by the name that the client asks for (RFC 6066, section 3), else
/// the first. Identities are asked for anew each time, so they may be replaced while connections last.
///
/// The JDK asks for an alias first and for its key and chain later. So an alias that was given out stays good, even if
/// its identity has been replaced meanwhile.
final class IdentityKeyManager extends X509ExtendedKeyManager {

    private final Supplier<List<TlsIdentity>> identities;

    /// All that were ever chosen: no more than there were certificates.
    private final Map<String, TlsIdentity> chosen = new ConcurrentHashMap<>();

    IdentityKeyManager(Supplier<List<TlsIdentity>> identities) {
        this.identities = identities;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        List<TlsIdentity> all = identities.get();
        List<TlsIdentity> candidates = all.stream().filter(each -> isAskedFor(each, engine)).toList();
        if (candidates.isEmpty() && !all.isEmpty()) {
            List<String> firstNames = all.getFirst().names();
            candidates = all.stream().filter(each -> each.names().equals(firstNames)).toList();
        }
        return choose(candidates, keyType);
    }

    private static boolean isAskedFor(TlsIdentity identity, SSLEngine engine) {
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                if (name instanceof SNIHostName host && identity.isFor(host.getAsciiName())) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        for (String keyType : keyTypes) {
            List<TlsIdentity> candidates = identities.get().stream()
                    .filter(each -> isIssuedByOneOf(each, issuers))
                    .toList();
            String alias = choose(candidates, keyType);
            if (alias != null) {
                return alias;
            }
        }
        return null;
    }

    private static boolean isIssuedByOneOf(TlsIdentity identity, Principal[] issuers) {
        return issuers == null
                || issuers.length == 0
                || identity.chain().stream()
                        .anyMatch(each -> Arrays.asList(issuers).contains(each.getIssuerX500Principal()));
    }

    private String choose(List<TlsIdentity> candidates, String keyType) {
        for (TlsIdentity identity : candidates) {
            if (identity.key().getAlgorithm().equals(keyType)) {
                String alias = Integer.toHexString(identity.hashCode());
                chosen.put(alias, identity);
                return alias;
            }
        }
        return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return chosen.get(alias).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return chosen.get(alias).key();
    }

    /// Sockets are not ours.
    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        throw new UnsupportedOperationException();
    }
}
