package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.TcpStream;
import java.io.IOException;
import java.net.Socket;

/// How a TCP connection comes to each point.
final class FaultMatrixTcp extends FaultMatrixBytes<TcpStream> {

    FaultMatrixTcp(FaultMatrix.Cell cell) throws IOException {
        super(cell);
    }

    @Override
    TcpStream open(Deadline deadline) throws IOException {
        return openTcp(deadline);
    }

    @Override
    void shakeHands() {
        // The systems have.
    }

    @Override
    void beginHandshake() {
        throw new AssertionError("no such point");
    }

    @Override
    void endHandshake() {
        throw new AssertionError("no such point");
    }

    @Override
    Socket talk() {
        return peer;
    }

    @Override
    void prepare() throws Exception {
        super.prepare();
        if (point == FaultMatrixPoint.CLOSING) {
            ours.shutdownOutput();
        }
    }

    @Override
    boolean remembersCutWrite() {
        return false;
    }

    /// Linux tells of a reset once: where a write has heard of it, a read finds an end.
    @Override
    boolean breaksBothWays(FaultMatrixFault fault) {
        return super.breaksBothWays(fault)
                && !(point == FaultMatrixPoint.MID_WRITE && fault == FaultMatrixFault.RESETS);
    }

    @Override
    Object hearEnd() throws IOException {
        peer.getInputStream().skip(Long.MAX_VALUE);
        return END;
    }

    @Override
    Object goodbye() {
        return END;
    }

    @Override
    Object complaint(FaultMatrixFault fault) {
        throw new AssertionError("TCP has no words");
    }

    @Override
    byte[] garbage() {
        throw new AssertionError("any bytes are good to TCP");
    }

    @Override
    Class<? extends IOException> garbageFailure() {
        throw new AssertionError("any bytes are good to TCP");
    }
}
