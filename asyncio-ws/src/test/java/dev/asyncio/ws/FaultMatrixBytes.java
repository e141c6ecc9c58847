package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;

/// What TCP and TLS have in common: our end is a [ByteStream], and the peer's a socket of the JDK.
///
/// @param <S> our end
abstract class FaultMatrixBytes<S extends ByteStream> extends FaultMatrixScene<S> {

    private static final int FIRST = 17;
    private static final int SECOND = 42;

    /// Mid-message.
    private final ByteBuffer both = ByteBuffer.allocate(2);

    FaultMatrixBytes(FaultMatrix.Cell cell) throws IOException {
        super(cell);
    }

    /// Through which the peer speaks the protocol.
    abstract Socket talk();

    @Override
    void prepare() throws Exception {
        if (point == FaultMatrixPoint.MID_MESSAGE) {
            send(FIRST);
        }
    }

    final void send(int value) throws IOException {
        talk().getOutputStream().write(value);
    }

    @Override
    Object call(Deadline deadline) throws IOException {
        return switch (point) {
            case MID_MESSAGE -> {
                if (deadline.isNever()) {
                    ours.readFully(both); // where a timeout holds, if there is one
                } else {
                    ours.readFully(both, deadline);
                }
                yield (int) both.get(1);
            }
            case MID_WRITE -> {
                int byteCount = bulk.remaining();
                assertEquals(byteCount, ours.write(bulk, deadline));
                yield bulk.remaining();
            }
            default -> read(deadline);
        };
    }

    @Override
    final Object callOtherWay(Deadline deadline) throws IOException {
        return point == FaultMatrixPoint.MID_WRITE ? read(deadline) : (Object) ours.write(bulk, deadline);
    }

    @Override
    final Object read(Deadline deadline) throws IOException {
        var one = ByteBuffer.allocate(1);
        int count = deadline.isNever() ? ours.read(one) : ours.read(one, deadline);
        return count == -1 ? END : (Object) (int) one.get(0);
    }

    @Override
    void sendRest() throws Exception {
        send(SECOND);
    }

    @Override
    void check(Object value) throws Exception {
        switch (point) {
            case CONNECTING, HANDSHAKING -> {
                assertSame(ours, value);
                var answer = start(() -> read(Waiting.patience()));
                send(SECOND);
                assertEquals(SECOND, answer.value());
            }
            case MID_WRITE -> assertEquals(0, value);
            case CLOSING -> {
                assertEquals(END, value);
                checkGoodbye();
            }
            default -> assertEquals(SECOND, value);
        }
    }

    @Override
    final void readBulk() throws IOException {
        checkBulk(talk().getInputStream());
    }

    @Override
    final void checkOutputAfterEnd() throws Exception {
        ours.write(ByteBuffer.wrap(new byte[] {SECOND}), Waiting.patience());
        assertEquals(SECOND, talk().getInputStream().read());
    }

    @Override
    final void sendEnd() throws IOException {
        talk().shutdownOutput();
    }

    @Override
    final void checkCutWrite(int byteCount) {
        assertTrue(byteCount > 0);
        assertEquals(bulk.position(), byteCount);
    }

    @Override
    final boolean isOpen(S stream) {
        return stream.isOpen();
    }

    @Override
    final void close(S stream) throws IOException {
        stream.close();
    }

    @Override
    final void abort(S stream) throws IOException {
        stream.abort();
    }
}
