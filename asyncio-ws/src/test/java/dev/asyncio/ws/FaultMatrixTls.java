package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.testing.CertificateAuthority;
import dev.asyncio.net.tls.JdkTls;
import dev.asyncio.net.tls.TlsIdentity;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.net.tls.TlsStream;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/// How a TLS connection comes to each point. The peer speaks the JDK's TLS, through a gate that keeps half of a record
/// back.
final class FaultMatrixTls extends FaultMatrixBytes<TlsStream> {

    private static final CertificateAuthority AUTHORITY = CertificateAuthority.create("Test");
    private static final TlsIdentity LOCALHOST = AUTHORITY.issue("localhost");
    private static final SSLContext CLIENTS = context(true);
    private static final SSLContext SERVERS = context(false);

    /// Less than any record of a handshake has, and more than the header of one.
    private static final int HALF_BYTES = 15;

    private final TlsOptions options;
    private FaultMatrixGate gate;
    private SSLSocket secure;
    private Waiting<Void> peersHandshake;

    FaultMatrixTls(FaultMatrix.Cell cell) throws IOException {
        super(cell);
        this.options = TlsOptions.builder().identity(LOCALHOST).authorities(AUTHORITY.certificate())
                .closeTimeout(closeTimeout).build();
    }

    private static SSLContext context(boolean isClient) {
        try {
            return isClient ? JdkTls.trusting(AUTHORITY.certificate()) : JdkTls.identifiedBy(LOCALHOST);
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    TlsStream open(Deadline deadline) throws IOException {
        return isServer
                ? TlsStream.server(openTcp(deadline), options, deadline)
                : TlsStream.client(openTcp(deadline), "localhost", options, deadline);
    }

    @Override
    void shakeHands() throws IOException {
        secureSocket().startHandshake();
    }

    private SSLSocket secureSocket() throws IOException {
        gate = new FaultMatrixGate(peer);
        SSLContext context = isServer ? CLIENTS : SERVERS;
        secure = (SSLSocket) context.getSocketFactory().createSocket(gate, "localhost", address().getPort(), true);
        secure.setUseClientMode(isServer);
        return secure;
    }

    @Override
    void beginHandshake() throws IOException {
        SSLSocket socket = secureSocket();
        gate.passNoMoreThan(HALF_BYTES);
        peersHandshake = Waiting.start(ThreadKind.VIRTUAL, socket::startHandshake);
        gate.awaitHeld();
    }

    @Override
    void endHandshake() throws Exception {
        gate.open();
        peersHandshake.value();
    }

    @Override
    Socket talk() {
        return secure;
    }

    @Override
    void prepare() throws Exception {
        if (point == FaultMatrixPoint.MID_FRAME) {
            gate.passNoMoreThan(HALF_BYTES);
            sendRest();
        } else {
            super.prepare();
        }
    }

    @Override
    void sendRest() throws Exception {
        if (gate.isShut()) {
            gate.open();
        } else {
            super.sendRest();
        }
    }

    @Override
    Object call(Deadline deadline) throws IOException {
        if (point != FaultMatrixPoint.CLOSING) {
            return super.call(deadline);
        }
        ours.close();
        return END;
    }

    @Override
    byte[] garbage() {
        return Wire.pattern(1024);
    }

    @Override
    Class<? extends IOException> garbageFailure() {
        return SSLException.class;
    }

    @Override
    public void close() throws Exception {
        if (gate != null) {
            gate.close();
        }
        super.close();
    }
}
