package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.buffers.BufferPool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import java.util.Objects;

/// A message that is read as it comes, see [WebSocket#receiveReader(Deadline)]. Text comes as UTF-8 that was checked.
/// For one thread at a time.
public final class MessageReader implements ReadableByteChannel {

    private final WebSocket socket;
    private final boolean isText;
    private boolean isAtEnd;
    private boolean isClosed;

    MessageReader(WebSocket socket, boolean isText) {
        this.socket = socket;
        this.isText = isText;
    }

    /// Whether the message is a text.
    ///
    /// @return false for bytes
    public boolean isText() {
        return isText;
    }

    /// Waits for the next piece, without a deadline; like [#read(ByteBuffer, Deadline)].
    ///
    /// @return how many bytes; -1 at the message's end
    @Override
    public int read(ByteBuffer dst) throws IOException {
        return read(dst, Deadline.never());
    }

    /// Waits for the next piece of the message.
    ///
    /// @param dst where the bytes go
    /// @param deadline when to give up
    /// @return how many bytes; -1 at the message's end, again and again; 0 only if `dst` is full
    /// @throws ClosedChannelException if this reader was closed
    /// @throws IOException like [WebSocket#receive(Deadline)]
    public int read(ByteBuffer dst, Deadline deadline) throws IOException {
        Objects.requireNonNull(deadline, "deadline");
        if (isClosed) {
            throw new ClosedChannelException();
        }
        if (isAtEnd || !dst.hasRemaining()) {
            return isAtEnd ? -1 : 0;
        }
        int count = socket.readPiece(dst, deadline);
        isAtEnd = count == -1;
        return count;
    }

    /// A view for code that wants an [InputStream].
    ///
    /// @return a view; closing it closes this
    public InputStream inputStream() {
        return Channels.newInputStream(this);
    }

    @Override
    public boolean isOpen() {
        return !isClosed;
    }

    /// Reads the rest of the message and drops it, without a deadline; like [#close(Deadline)].
    ///
    /// @throws IOException like [#close(Deadline)]
    @Override
    public void close() throws IOException {
        close(Deadline.never());
    }

    /// Reads the rest of the message and drops it, so that the next can be received. After an interrupt, or where the
    /// deadline has passed, it is still to be closed.
    ///
    /// @param deadline when to give up
    /// @throws IOException like [WebSocket#receive(Deadline)]
    public void close(Deadline deadline) throws IOException {
        Objects.requireNonNull(deadline, "deadline");
        if (isClosed) {
            return;
        }
        ByteBuffer dropped = BufferPool.SMALL.acquire();
        try {
            while (read(dropped, deadline) != -1) {
                if (!dropped.hasRemaining()) {
                    ReadingTurn.requireTime(deadline, socket); // a peer that sends without end never makes a read wait
                    dropped.clear();
                }
            }
            isClosed = true;
        } finally {
            BufferPool.SMALL.release(dropped);
        }
    }
}
