package dev.asyncio.bench;

import dev.asyncio.bench.WebSocketAblationMain.Switch;
import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.buffers.BufferPool;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A server's stream without what our WebSocket gains by batches: frames that came together are handed on one by one, or
/// each that goes out takes a write for its header and one for its payload. Or each read takes a buffer that is new, on the
/// heap, besides the one that our WebSocket has from its pool. Or it changes nothing, so that one sees what it costs to
/// have a stream in between. For messages of 64 bytes. The system reads as many bytes at once as without it.
final class AblatedStream implements ByteStream {

    private static final int PAYLOAD_BYTES = 64;

    /// A client's frame has a masking key.
    private static final int REQUEST_BYTES = 2 + 4 + PAYLOAD_BYTES;

    private static final int REPLY_HEADER_BYTES = 2;
    private static final int REPLY_BYTES = REPLY_HEADER_BYTES + PAYLOAD_BYTES;

    private final ByteStream stream;
    private final boolean separatesRequests;
    private final boolean splitsReplies;
    private final boolean renewsBuffer;

    /// What has come and was not handed on, from position to limit. Null where reads are handed on as they are, so that
    /// nobody pays for a copy to no purpose.
    private ByteBuffer input;

    /// @param ablated which of these it is to be without
    AblatedStream(ByteStream stream, Switch ablated) {
        this.stream = stream;
        this.separatesRequests = ablated.is(Switch.NO_BURSTS);
        this.splitsReplies = ablated.is(Switch.TWO_WRITES);
        this.renewsBuffer = ablated.is(Switch.FRESH_BUFFER);
        if (separatesRequests || renewsBuffer) {
            input = newBuffer().limit(0);
        }
    }

    /// A direct one that is new for each read would measure how the JDK lets go of those.
    private ByteBuffer newBuffer() {
        int bytes = BufferPool.SMALL.bufferBytes();
        return renewsBuffer ? ByteBuffer.allocate(bytes) : ByteBuffer.allocateDirect(bytes);
    }

    @Override
    public int read(ByteBuffer dst, Deadline deadline) throws IOException {
        if (input == null) {
            return stream.read(dst, deadline);
        }
        if (!input.hasRemaining()) {
            if (renewsBuffer) {
                input = newBuffer();
            }
            int byteCount = stream.read(input.clear(), deadline);
            input.flip();
            if (byteCount == -1) {
                return -1;
            }
        }
        int most = separatesRequests ? REQUEST_BYTES : Integer.MAX_VALUE;
        int byteCount = Math.min(most, Math.min(dst.remaining(), input.remaining()));
        dst.put(input.slice(input.position(), byteCount));
        input.position(input.position() + byteCount);
        return byteCount;
    }

    @Override
    public void awaitReadable(Deadline deadline) throws IOException {
        if (input == null || !input.hasRemaining()) {
            stream.awaitReadable(deadline);
        }
    }

    @Override
    public int write(ByteBuffer src, Deadline deadline) throws IOException {
        if (!splitsReplies || src.remaining() % REPLY_BYTES != 0) {
            return stream.write(src, deadline);
        }
        int byteCount = 0;
        int end = src.limit();
        while (src.position() < end) {
            byteCount += stream.write(src.limit(src.position() + REPLY_HEADER_BYTES), deadline);
            byteCount += stream.write(src.limit(src.position() + PAYLOAD_BYTES), deadline);
        }
        return byteCount;
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length, Deadline deadline) throws IOException {
        return stream.write(srcs, offset, length, deadline);
    }

    @Override
    public void shutdownOutput(Deadline deadline) throws IOException {
        stream.shutdownOutput(deadline);
    }

    @Override
    public boolean isOpen() {
        return stream.isOpen();
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }

    @Override
    public void abort() throws IOException {
        stream.abort();
    }

    @Override
    public void runSoon(Runnable task) {
        stream.runSoon(task);
    }
}
