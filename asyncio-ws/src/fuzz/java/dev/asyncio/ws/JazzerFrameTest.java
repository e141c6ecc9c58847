package dev.asyncio.ws;

import dev.asyncio.net.buffers.InputBuffer;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.asyncio.core.Deadline;
import dev.asyncio.net.testing.MemoryStream;
import dev.asyncio.ws.frame.FrameException;
import dev.asyncio.ws.frame.FrameHeader;
import dev.asyncio.ws.frame.MessageInflater;
import dev.asyncio.ws.frame.PerMessageDeflate;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Frames of any kind, in search of other exceptions than those declared.
class JazzerFrameTest {

    private static final int MAX_BYTES = 32 * 1024;

    @FuzzTest(maxDuration = "1m")
    void receiver(byte[] input) throws IOException {
        if (input.length == 0 || input.length > MAX_BYTES) {
            return;
        }
        boolean isServer = (input[0] & 1) != 0;
        boolean hasTakeover = (input[0] & 4) != 0;
        try (MemoryStream.Pair streams = MemoryStream.pair();
                MessageInflater inflater = (input[0] & 2) == 0
                        ? null
                        : new PerMessageDeflate(false, 15, hasTakeover, 1).newInflater(Long.MAX_VALUE)) {
            streams.left().write(ByteBuffer.wrap(input, 1, input.length - 1));
            streams.left().shutdownOutput();
            var buffer = new InputBuffer(streams.right());
            var receiver = new Receiver(buffer, new Sink(), new FrameHeader(isServer, inflater != null), inflater,
                    null, MAX_BYTES);
            try {
                while (receiver.receive(Deadline.never()) != null) {}
            } catch (FrameException | EOFException _) {
                // As declared.
            } finally {
                buffer.discard();
            }
        }
    }

    @FuzzTest(maxDuration = "1m")
    void inflater(byte[] input) throws IOException {
        try (MessageInflater inflater = new PerMessageDeflate(false, 15, true, 1).newInflater(MAX_BYTES)) {
            inflater.inflate(ByteBuffer.wrap(input), true, ByteBuffer.allocate(64), full -> ByteBuffer
                    .allocate(2 * full.capacity()).put(full.flip()));
        } catch (FrameException _) {
            // As declared.
        }
    }

    private static final class Sink implements Receiver.Events {

        @Override
        public void beforeWait() {}

        @Override
        public void onPing(ByteBuffer payload) {}

        @Override
        public void onPong(ByteBuffer payload) {}

        @Override
        public void onClose(ByteBuffer payload) throws IOException {
            ClosePayload.decode(payload);
        }

        @Override
        public void onLoss() {
            throw new AssertionError("there is memory for all messages");
        }
    }
}
