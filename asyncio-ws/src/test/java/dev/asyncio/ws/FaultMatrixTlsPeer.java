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
import java.net.SocketException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/// A peer that speaks the JDK's TLS, through a gate that keeps half of a record back.
final class FaultMatrixTlsPeer {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");
    private static final TlsIdentity LOCALHOST = AUTHORITY.issue("localhost");
    private static final SSLContext CLIENTS = context(true);
    private static final SSLContext SERVERS = context(false);

    /// Less than any record of a handshake has, and more than the header of one.
    private static final int HALF_BYTES = 15;

    /// What the other side says last.
    enum Farewell {
        CLOSE_NOTIFY,
        ALERT,
        /// Its end, or a reset, came without a word.
        NONE
    }

    final FaultMatrixGate gate;
    final SSLSocket socket;

    /// Null unless it is under way.
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
        handshake = null;
    }

    /// Reads on to the other side's end. The JDK takes every end for a close_notify; but below it finds one only after
    /// it has come without.
    Farewell hearEnd() throws IOException {
        if (handshake != null) { // which reads itself, and may make no sense of it: one side has keys before the other
            handshake.untilEnded();
            return isAlert(gate.last()) ? Farewell.ALERT : Farewell.NONE;
        }
        try {
            socket.getInputStream().skip(Long.MAX_VALUE);
            return gate.isAtEnd() ? Farewell.NONE : Farewell.CLOSE_NOTIFY;
        } catch (SSLException e) {
            if (e.getMessage().contains("Received fatal alert")) {
                return Farewell.ALERT;
            }
            throw e;
        } catch (SocketException _) {
            return Farewell.NONE;
        }
    }

    /// The same of one to which nothing was said in TLS.
    static Farewell hearEndOf(Socket below) throws IOException {
        return isAlert(below.getInputStream().readAllBytes()) ? Farewell.ALERT : Farewell.NONE;
    }

    /// Whether it is a record with a fatal alert that nobody has encrypted: type, version and length (RFC 8446, section
    /// 5.1), level and what it is about (section 6).
    private static boolean isAlert(byte[] said) {
        return said.length == 7 && said[0] == 21 && said[3] == 0 && said[4] == 2 && said[5] == 2;
    }

    /// Of the next record.
    void holdHalfBack() {
        gate.passNoMoreThan(HALF_BYTES);
    }
}
