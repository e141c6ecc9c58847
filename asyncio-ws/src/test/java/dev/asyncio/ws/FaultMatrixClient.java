package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.core.testing.Waiting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/// A client of a server, on a socket of the JDK.
abstract class FaultMatrixClient implements AutoCloseable {

    /// As much as makes a record whole of which part has come.
    private static final byte[] GARBAGE = Wire.hex("FF 00 ".repeat(4 * 1024));

    private final Socket socket = new Socket();
    private final boolean isSecure;

    /// Null before the handshake, and without TLS.
    private FaultMatrixTlsPeer secure;

    private FaultMatrixClient(boolean isSecure) throws IOException {
        this.isSecure = isSecure;
        socket.setReceiveBufferSize(FaultMatrixScene.SYSTEM_BUFFER_BYTES); // has a descriptor from here on
    }

    final void connect(InetSocketAddress address) throws IOException {
        socket.connect(address);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) Waiting.PATIENCE.toMillis());
    }

    /// Says the first half of what it has to say.
    void beginHandshake() throws Exception {
        if (isSecure) {
            secure = new FaultMatrixTlsPeer(socket, true);
        }
    }

    abstract void endHandshake() throws Exception;

    /// Says something, which the handler is to say again.
    abstract void say() throws IOException;

    /// The same, and hears it.
    abstract void talk() throws IOException;

    /// Reads what a handler writes without end.
    abstract void readBulk() throws IOException;

    /// Ends as the protocol has it, after or before the server, sees that this does, and closes.
    abstract void end() throws IOException;

    /// Reads that the server closes.
    abstract void expectClose(CloseCode code) throws IOException;

    /// Reads that the handler has failed, as far as there are words for it, up to the connection's end.
    abstract void expectFailure() throws IOException;

    /// Reads that what it sent is no good.
    final void expectComplaint() throws IOException {
        if (secure == null) {
            expectPlainComplaint();
        } else {
            assertEquals(FaultMatrixTlsPeer.Farewell.ALERT, secure.hearEnd());
        }
    }

    /// The same, without TLS.
    abstract void expectPlainComplaint() throws IOException;

    /// Sends what nobody makes sense of, beneath all that it speaks.
    final void sendGarbage() throws IOException {
        socket.getOutputStream().write(GARBAGE);
    }

    /// Reads on until the connection's end has come, by whatever way.
    final void awaitEnd() throws IOException {
        RawPeer.awaitEnd(channel());
    }

    final FaultMatrixTlsPeer secure() {
        return secure;
    }

    /// What the protocol above is spoken through.
    final Socket channel() {
        return secure == null ? socket : secure.socket;
    }

    @Override
    public final void close() throws IOException {
        if (secure != null) {
            secure.gate.close();
        }
        socket.close();
    }

    /// Of a server of bytes.
    static final class OfBytes extends FaultMatrixClient {

        OfBytes(boolean isSecure) throws IOException {
            super(isSecure);
        }

        @Override
        void beginHandshake() throws Exception {
            super.beginHandshake();
            if (secure() != null) {
                secure().beginHandshake();
            }
        }

        @Override
        void endHandshake() throws Exception {
            if (secure() != null) {
                secure().endHandshake();
            }
        }

        @Override
        void say() throws IOException {
            channel().getOutputStream().write(FaultMatrixServerScene.BYTE);
        }

        @Override
        void talk() throws IOException {
            say();
            assertEquals(FaultMatrixServerScene.BYTE, channel().getInputStream().read());
        }

        @Override
        void readBulk() throws IOException {
            FaultMatrixScene.checkBulk(channel().getInputStream());
        }

        @Override
        void end() throws IOException {
            channel().shutdownOutput();
            awaitEnd();
            close();
        }

        @Override
        void expectClose(CloseCode code) {
            throw new AssertionError("bytes have no such word");
        }

        /// TLS has a word for an end in order, and so shows when that is missing.
        @Override
        void expectFailure() throws IOException {
            if (secure() == null) {
                assertEquals(-1, channel().getInputStream().read());
            } else {
                assertEquals(FaultMatrixTlsPeer.Farewell.NONE, secure().hearEnd());
            }
        }

        @Override
        void expectPlainComplaint() {
            throw new AssertionError("any bytes are good to TCP");
        }
    }

    /// Of a server of WebSockets.
    static final class OfMessages extends FaultMatrixClient {

        private static final int HALF_OF_HEAD = 20;

        /// More of a TLS record than is worth no buffer of its own to those who wait for the rest.
        private static final int PART_OF_RECORD = 5 * 1024;

        private static final String LONG_FIELD = "X-Padding: " + "x".repeat(2 * PART_OF_RECORD) + "\r\n";

        private RawPeer peer;

        /// Null unless the handshake is under way.
        private String restOfHead;

        /// What the server has closed with; null until that is known.
        private RawPeer.Frame close;

        OfMessages(boolean isSecure) throws IOException {
            super(isSecure);
        }

        @Override
        void beginHandshake() throws Exception {
            super.beginHandshake();
            String head = RawPeer.request("/") + LONG_FIELD + "\r\n";
            int sentCount = HALF_OF_HEAD;
            if (secure() != null) {
                secure().socket.startHandshake();
                secure().gate.passNoMoreThan(PART_OF_RECORD);
                sentCount = head.length();
            }
            peer = new RawPeer(channel());
            peer.send(head.substring(0, sentCount));
            restOfHead = head.substring(sentCount);
        }

        @Override
        void endHandshake() throws Exception {
            if (secure() != null) {
                secure().gate.open();
            }
            peer.send(restOfHead);
            restOfHead = null;
            assertEquals(101, RawPeer.status(peer.readHead()));
        }

        @Override
        void say() throws IOException {
            peer.send(RawPeer.frame(Wire.FIN | Wire.TEXT, Wire.utf8(FaultMatrixWebSocket.TEXT)));
        }

        @Override
        void talk() throws IOException {
            say();
            assertArrayEquals(Wire.utf8(FaultMatrixWebSocket.TEXT), peer.readFrame().payload());
        }

        @Override
        void readBulk() throws IOException {
            FaultMatrixScene.checkBulk(new ByteArrayInputStream(peer.readFrame().payload()));
        }

        @Override
        void end() throws IOException {
            if (close == null) {
                readClose();
            }
            peer.send(RawPeer.frame(Wire.FIN | Wire.CLOSE, close.payload()));
            awaitEnd();
            close();
        }

        @Override
        void expectClose(CloseCode code) throws IOException {
            assertEquals(code.number(), readClose());
        }

        @Override
        void expectFailure() throws IOException {
            expectClose(CloseCode.INTERNAL_ERROR);
            end();
        }

        @Override
        void expectPlainComplaint() throws IOException {
            if (restOfHead == null) {
                assertEquals(CloseCode.PROTOCOL_ERROR.number(), peer.readCloseCode());
            } else {
                assertEquals(400, RawPeer.status(peer.readHead()));
            }
        }

        private int readClose() throws IOException {
            close = peer.readFrame();
            return close.closeCode();
        }
    }
}
