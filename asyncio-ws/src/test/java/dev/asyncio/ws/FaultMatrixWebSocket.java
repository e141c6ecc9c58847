package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.Waiting;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.Collections;

/// How a WebSocket comes to each point.
class FaultMatrixWebSocket extends FaultMatrixScene<WebSocket> {

    static final String TEXT = "whole";
    static final int FIRST_PART_BYTES = 3;

    private static final int NORMAL = CloseCode.NORMAL.number();
    private static final int HALF_OF_HEAD = 20;
    private static final int REST_OF_FRAME = 3;

    private final WebSocketOptions options;
    private RawPeer talk;

    /// What the peer says last of its handshake.
    private String restOfHead;

    FaultMatrixWebSocket(FaultMatrix.Cell cell) throws IOException {
        super(cell);
        var builder = WebSocketOptions.builder().tcp(tcp).handshakeTimeout(handshakeTimeout).closeTimeout(closeTimeout);
        if (cell.fault() == FaultMatrixFault.TIMES_OUT) {
            builder.keepAlive(SOON, SOON); // by default there is none
        }
        this.options = options(builder).build();
    }

    // What compression changes

    WebSocketOptions.Builder options(WebSocketOptions.Builder builder) {
        return builder;
    }

    /// The peer's head, with what it says besides.
    String agreed(String head) {
        return head;
    }

    /// Of the first frame of a text.
    int firstBits() {
        return Wire.TEXT;
    }

    /// How a text goes over the wire.
    byte[] payload() {
        return Wire.utf8(TEXT);
    }

    /// The bulk of a message, which comes in one frame.
    byte[] contents(RawPeer.Frame frame) throws Exception {
        return frame.payload();
    }

    /// Frames that make no message whole: such as are none, or do not end it.
    @Override
    Flood newFlood() {
        Wire frame = point == FaultMatrixPoint.MID_MESSAGE
                ? Wire.frame(Wire.CONTINUATION, Wire.utf8(TEXT))
                : Wire.pong(TEXT);
        return new Flood(new byte[0], Wire.of(Collections.nCopies(1_000, frame).toArray(Wire[]::new)).bytes(isServer));
    }

    // The rest

    private Wire whole() {
        return Wire.frame(Wire.FIN | firstBits(), payload());
    }

    private Wire firstPart() {
        return Wire.frame(firstBits(), Arrays.copyOf(payload(), FIRST_PART_BYTES));
    }

    private Wire lastPart() {
        byte[] payload = payload();
        return Wire.frame(
                Wire.FIN | Wire.CONTINUATION, Arrays.copyOfRange(payload, FIRST_PART_BYTES, payload.length));
    }

    @Override
    WebSocket open(Deadline deadline) throws IOException {
        return isServer
                ? WebSocket.accept(openTcp(deadline), options, deadline)
                : WebSocket.connect(URI.create("ws://127.0.0.1:" + address().getPort() + "/"), options, deadline);
    }

    @Override
    void shakeHands() throws IOException {
        beginHandshake();
        endHandshake();
    }

    @Override
    void beginHandshake() throws IOException {
        talk = new RawPeer(peer);
        String head = agreed(isServer ? RawPeer.request("/") + "\r\n" : RawPeer.agreementTo(talk.readHead()));
        talk.send(head.substring(0, HALF_OF_HEAD));
        restOfHead = head.substring(HALF_OF_HEAD);
    }

    @Override
    void endHandshake() throws IOException {
        talk.send(restOfHead);
        if (isServer) {
            assertEquals(101, RawPeer.status(talk.readHead()));
        }
    }

    private void send(Wire wire) throws IOException {
        talk.send(wire.bytes(isServer));
    }

    @Override
    void prepare() throws IOException {
        switch (point) {
            case MID_FRAME -> {
                byte[] bytes = whole().bytes(isServer);
                talk.send(Arrays.copyOf(bytes, bytes.length - REST_OF_FRAME));
            }
            case MID_MESSAGE -> send(firstPart());
            default -> {}
        }
    }

    @Override
    void sendRest() throws IOException {
        switch (point) {
            case MID_FRAME -> {
                byte[] bytes = whole().bytes(isServer);
                talk.send(Arrays.copyOfRange(bytes, bytes.length - REST_OF_FRAME, bytes.length));
            }
            case MID_MESSAGE -> send(lastPart());
            default -> send(whole());
        }
    }

    @Override
    Object call(Deadline deadline) throws IOException {
        return switch (point) {
            case MID_WRITE -> {
                ours.send(bulk, deadline);
                yield bulk.remaining();
            }
            case CLOSING -> {
                ours.close(CloseCode.NORMAL, "", deadline);
                yield END;
            }
            case MID_MESSAGE -> isFlooded() ? drop(deadline) : read(deadline);
            default -> read(deadline);
        };
    }

    /// Drops a message that is read as it comes: a whole one would have a limit.
    private Object drop(Deadline deadline) throws IOException {
        ours.receiveReader(deadline).orElseThrow().close(deadline);
        return END;
    }

    /// Only what a write runs into leaves a WebSocket broken; all else closes it.
    @Override
    Object callOtherWay(Deadline deadline) throws IOException {
        return read(deadline);
    }

    @Override
    Object read(Deadline deadline) throws IOException {
        Message message = ours.receive(deadline);
        return message instanceof Message.Close ? END : message;
    }

    @Override
    void check(Object value) throws Exception {
        switch (point) {
            case CONNECTING, HANDSHAKING -> {
                assertSame(ours, value);
                var message = start(() -> read(Waiting.patience()));
                send(whole());
                assertEquals(new Message.Text(TEXT), message.value());
            }
            case MID_WRITE -> assertEquals(0, value);
            case CLOSING -> {
                assertEquals(END, value);
                checkGoodbye();
            }
            default -> assertEquals(new Message.Text(TEXT), value);
        }
    }

    @Override
    void readBulk() throws Exception {
        checkBulk(new ByteArrayInputStream(contents(talk.readFrame())));
    }

    /// 5.5.1: our end has answered with the same code; and 7.1.1: behind that, a server ends the stream.
    @Override
    void checkOutputAfterEnd() throws IOException {
        assertThrows(ClosedChannelException.class, () -> ours.send("too late", Waiting.patience()));
        assertEquals(NORMAL, isServer ? talk.readCloseCode() : talk.readFrame().closeCode());
    }

    @Override
    void sendEnd() throws IOException {
        send(Wire.close(NORMAL, ""));
        if (point == FaultMatrixPoint.CLOSING && isServer) {
            takeNotice();
        } else if (point == FaultMatrixPoint.CLOSING) {
            peer.shutdownOutput(); // 7.1.1: the server first
        }
    }

    @Override
    Object hearEnd() throws IOException {
        RawPeer listener = talk == null ? new RawPeer(peer) : talk; // garbage may be all that the peer has said
        if (hasHandshaken()) {
            return listener.readCloseCode();
        }
        int status = RawPeer.status(listener.readHead());
        listener.readRest();
        return status;
    }

    @Override
    Object goodbye() {
        return NORMAL;
    }

    /// Before there are frames, a server has an HTTP status for it, and a client nothing to say. The rest of a text is
    /// no UTF-8 then; else it is the protocol that is broken.
    @Override
    Object complaint(FaultMatrixFault fault) {
        if (!hasHandshaken()) {
            return fault == FaultMatrixFault.SENDS_GARBAGE ? 400 : 408;
        }
        CloseCode code = point == FaultMatrixPoint.MID_FRAME ? CloseCode.BAD_DATA : CloseCode.PROTOCOL_ERROR;
        return code.number();
    }

    @Override
    byte[] garbage() {
        return Wire.hex("FF 00 ".repeat(256));
    }

    @Override
    Class<? extends IOException> garbageFailure() {
        return WebSocketException.class;
    }

    /// A receive gives a silent peer up for dead.
    @Override
    Class<? extends IOException> timeoutFailure() {
        return point.isOpening() || point == FaultMatrixPoint.CLOSING
                ? super.timeoutFailure()
                : SocketException.class;
    }

    /// What it has written is for nobody to count: half a message is none.
    @Override
    void checkCutWrite(int byteCount) {}

    @Override
    boolean isOpen(WebSocket socket) {
        return socket.isOpen();
    }

    @Override
    void close(WebSocket socket) {
        socket.close();
    }

    @Override
    void abort(WebSocket socket) {
        socket.abort();
    }
}
