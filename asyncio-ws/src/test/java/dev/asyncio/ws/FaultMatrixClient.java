package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.core.testing.Waiting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import javax.net.ssl.SSLException;

/// A client of a server, on a socket of the JDK.
abstract class FaultMatrixClient implements AutoCloseable {

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
    abstract void talk() throws IOException;

    /// Reads what a handler writes without end.
    abstract void readBulk() throws IOException;

    /// Ends as the protocol has it, after or before the server, sees that this does, and closes.
    abstract void end() throws IOException;

    /// Reads that the server goes away.
    abstract void expectGoodbye() throws IOException;

    /// Reads on until the connection's end has come, by whatever way.
    final void awaitEnd() throws IOException {
        try {
            channel().getInputStream().skip(Long.MAX_VALUE);
        } catch (SocketException | SSLException _) {
            // Reset, or cut off.
        }
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
        void talk() throws IOException {
            channel().getOutputStream().write(FaultMatrixServerScene.BYTE);
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
        void expectGoodbye() {
            throw new AssertionError("bytes have no such word");
        }
    }

    /// Of a server of WebSockets.
    static final class OfMessages extends FaultMatrixClient {

        private static final int HALF_OF_HEAD = 20;

        /// More of a TLS record than is worth no buffer of its own to those who wait for the rest.
        private static final int PART_OF_RECORD = 5 * 1024;

        private static final String LONG_FIELD = "X-Padding: " + "x".repeat(2 * PART_OF_RECORD) + "\r\n";

        private RawPeer peer;
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
            assertEquals(101, RawPeer.status(peer.readHead()));
        }

        @Override
        void talk() throws IOException {
            byte[] text = Wire.utf8(FaultMatrixWebSocket.TEXT);
            peer.send(RawPeer.frame(Wire.FIN | Wire.TEXT, text));
            assertArrayEquals(text, peer.readFrame().payload());
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
        void expectGoodbye() throws IOException {
            assertEquals(CloseCode.GOING_AWAY.number(), readClose());
        }

        private int readClose() throws IOException {
            close = peer.readFrame();
            return close.closeCode();
        }
    }
}
