package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.net.tls.TlsStream;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLException;

/// How a TLS connection comes to each point.
final class FaultMatrixTls extends FaultMatrixBytes<TlsStream> {

    private final TlsOptions options;
    private FaultMatrixTlsPeer secure;

    FaultMatrixTls(FaultMatrix.Cell cell) throws IOException {
        super(cell);
        this.options = FaultMatrixTlsPeer.options().handshakeTimeout(handshakeTimeout).closeTimeout(closeTimeout)
                .build();
    }

    @Override
    TlsStream open(Deadline deadline) throws IOException {
        return isServer
                ? TlsStream.server(openTcp(deadline), options, deadline)
                : TlsStream.client(openTcp(deadline), "localhost", options, deadline);
    }

    @Override
    void shakeHands() throws IOException {
        secure = new FaultMatrixTlsPeer(peer, isServer);
        secure.socket.startHandshake();
    }

    @Override
    void beginHandshake() throws IOException {
        secure = new FaultMatrixTlsPeer(peer, isServer);
        secure.beginHandshake();
    }

    @Override
    void endHandshake() throws Exception {
        secure.endHandshake();
    }

    @Override
    Socket talk() {
        return secure.socket;
    }

    @Override
    void prepare() throws Exception {
        if (point == FaultMatrixPoint.MID_FRAME) {
            secure.holdHalfBack();
            super.sendRest();
        } else {
            super.prepare();
        }
    }

    @Override
    void sendRest() throws Exception {
        if (secure.gate.isShut()) {
            secure.gate.open();
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
    Object hearEnd() throws IOException {
        return secure == null ? FaultMatrixTlsPeer.hearEndOf(peer) : secure.hearEnd();
    }

    @Override
    Object goodbye() {
        return FaultMatrixTlsPeer.Farewell.CLOSE_NOTIFY;
    }

    @Override
    Object complaint(FaultMatrixFault fault) {
        return FaultMatrixTlsPeer.Farewell.ALERT;
    }

    @Override
    byte[] garbage() {
        return Wire.pattern(1024);
    }

    @Override
    Class<? extends IOException> garbageFailure() {
        return SSLException.class;
    }

    /// Its buffers are on the heap.
    @Override
    int shortHeapBytes() {
        return FaultMatrixShortage.FEW_BYTES;
    }

    @Override
    public void close() throws Exception {
        if (secure != null) {
            secure.gate.close();
        }
        super.close();
    }
}
