package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.MemoryStream;
import dev.asyncio.ws.frame.Opcode;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A [Sender] whose stream fails at the worst of times, as where there is no memory.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class SenderTest {

    private final MemoryStream.Pair streams = MemoryStream.pair();
    private final Sender sender = new Sender(failingStream(), false, null);

    /// The method that has no memory; null if there is enough.
    private volatile String failing;

    private ByteStream failingStream() {
        return (ByteStream) Proxy.newProxyInstance(
                SenderTest.class.getClassLoader(), new Class<?>[] {ByteStream.class}, this::call);
    }

    private Object call(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getName().equals(failing)) {
            throw new OutOfMemoryError("on purpose");
        }
        try {
            return method.invoke(streams.left(), arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @AfterEach
    void close() {
        failing = null;
        streams.close();
        sender.close();
    }

    private void send(String text, boolean moreFollows) throws IOException {
        sender.sendMessage(Opcode.TEXT, ByteBuffer.wrap(Wire.utf8(text)), moreFollows, patience());
    }

    /// For the words in which this thread is told to end its message first.
    @Test
    void aSendThatFindsNoMemoryWhileItWaitsForItsTurnLetsGoOfTheLock() throws Exception {
        sender.beginMessage(patience());
        failing = "toString";
        assertThrows(OutOfMemoryError.class, () -> send("x", false));
        failing = null;
        Waiting.start(ThreadKind.VIRTUAL, () -> sender.endMessage(Opcode.BINARY, Deadline.never())).value();
    }

    @Test
    void aFlushThatCouldNotBeAskedForIsAskedForByTheNextSend() throws Exception {
        failing = "runSoon";
        assertThrows(OutOfMemoryError.class, () -> send("a", true));
        failing = null;
        send("b", true);
        var received = ByteBuffer.allocate(6);
        streams.right().readFully(received, patience());
        assertArrayEquals(Wire.hex("81 01 61 81 01 62"), received.array());
    }
}
