package dev.asyncio.ws;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/// Takes what the heap has, until it is closed. For processes of their own.
final class FullHeap implements AutoCloseable {

    private static final int LARGEST_PIECE_BYTES = 1024 * 1024;
    private static final int SMALLEST_PIECE_BYTES = 1024;
    private static final int MAX_PIECES = 10_000;

    private final List<byte[]> taken = new ArrayList<>(MAX_PIECES);

    /// Takes all but a little, in ever smaller pieces.
    ///
    /// @param leftBytes what is left, but for a few of the smallest pieces
    void fillBut(int leftBytes) {
        byte[] left = new byte[leftBytes];
        for (int pieceBytes = LARGEST_PIECE_BYTES; pieceBytes >= SMALLEST_PIECE_BYTES; pieceBytes /= 4) {
            fillWith(pieceBytes);
        }
        Reference.reachabilityFence(left);
    }

    private void fillWith(int pieceBytes) {
        try {
            while (true) {
                taken.add(new byte[pieceBytes]);
            }
        } catch (OutOfMemoryError _) {
            // There is no room for such a piece any more.
        }
    }

    @Override
    public void close() {
        taken.clear();
    }
}
