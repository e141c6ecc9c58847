package dev.asyncio.ws;

import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.JdkTls;
import dev.asyncio.net.tls.TlsIdentity;
import dev.asyncio.net.tls.TlsOptions;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A peer that speaks the JDK's TLS, through a gate that keeps half of a record back.
final class FaultMatrixTlsPeer {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");
    private static final TlsIdentity LOCALHOST = AUTHORITY.issue("localhost");
    private static final SSLContext CLIENTS = context(true);
    private static final SSLContext SERVERS = context(false);

    /// Less than any record of a handshake has, and more than the header of one.
    private static final int HALF_BYTES = 15;

    final FaultMatrixGate gate;
    final SSLSocket socket;
    private Waiting<Void> handshake;

    FaultMatrixTlsPeer(Socket below, boolean isClient) throws IOException {
        gate = new FaultMatrixGate(below);
        SSLContext context = isClient ? CLIENTS : SERVERS;
        socket = (SSLSocket) context.getSocketFactory().createSocket(gate, "localhost", below.getPort(), true);
        socket.setUseClientMode(isClient);
    }

    private static SSLContext context(boolean isClient) {
        try {
            return isClient ? JdkTls.trusting(AUTHORITY.certificate()) : JdkTls.identifiedBy(LOCALHOST);
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Of our end, on either side.
    static TlsOptions.Builder options() {
        return TlsOptions.builder().identity(LOCALHOST).authorities(AUTHORITY.certificate());
    }

    /// @throws EOFException if the other side has gone, and so there is nothing to say
    void beginHandshake() throws EOFException {
        holdHalfBack();
        handshake = Waiting.start(ThreadKind.VIRTUAL, socket::startHandshake);
        Waiting.await("something at the gate", () -> gate.isHolding() || !handshake.isAlive());
        if (!gate.isHolding()) {
            throw new EOFException("the handshake has ended before its first half");
        }
    }

    void endHandshake() throws Exception {
        gate.open();
        handshake.value();
    }

    /// Of the next record.
    void holdHalfBack() {
        gate.passNoMoreThan(HALF_BYTES);
    }
}
