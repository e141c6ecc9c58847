package dev.asyncio.ws.frame;

import java.io.IOException;
import java.nio.ByteBuffer;

/// What a caller does when the buffer that it gave is full: send what is in it, or move that to a larger one.
@FunctionalInterface
public interface Overflow {

    /// The least room that [#makeRoom] must come up with, in bytes.
    int LEAST_ROOM_BYTES = 16;

    /// The longest buffer on the heap, where an array keeps a few of its indexes for the VM.
    int MAX_BYTES = Integer.MAX_VALUE - 8;

    /// Makes room.
    ///
    /// @param full the buffer written to so far, its position behind the last byte; the caller's again. A few bytes may
    ///        be free, since the end of what goes out is held back
    /// @return where to go on, from its position: the same buffer emptied, or another one; at least
    ///         [#LEAST_ROOM_BYTES] remain in it
    /// @throws IOException if that fails; the deflater or inflater is closed then
    ByteBuffer makeRoom(ByteBuffer full) throws IOException;

    /// Moves what is there to a buffer of twice the size, of the same kind and order.
    ///
    /// @param full read to its end, and no longer needed
    /// @return the larger buffer, its position behind the last byte
    static ByteBuffer grow(ByteBuffer full) {
        int byteCount = Math.max(2 * LEAST_ROOM_BYTES, (int) Math.min(2L * full.capacity(), MAX_BYTES));
        ByteBuffer larger = full.isDirect() ? ByteBuffer.allocateDirect(byteCount) : ByteBuffer.allocate(byteCount);
        return larger.order(full.order()).put(full.flip());
    }
}
