package dev.asyncio.core.testing;

import java.lang.ref.Reference;

/// What the heap has, to the last object or all but a little: for a process of a test's own, in which whoever wants
/// more memory than is left meanwhile gets an [OutOfMemoryError].
public final class FullHeap {

    private static final int LARGEST_BYTES = 1024 * 1024;
    private static final int SMALL_BYTES = 1024;

    private static volatile Piece taken;
    private static volatile boolean isTaken;

    private FullHeap() {}

    /// As small as an object can be.
    private static class Piece {

        @SuppressWarnings("unused") // keeps it
        private final Piece next;

        Piece(Piece next) {
            this.next = next;
        }
    }

    private static final class LargePiece extends Piece {

        @SuppressWarnings("unused") // takes room
        private final byte[] bytes;

        LargePiece(Piece next, byte[] bytes) {
            super(next);
            this.bytes = bytes;
        }
    }

    /// Takes what is left, in ever smaller pieces.
    public static void take() {
        for (int byteCount = LARGEST_BYTES; byteCount > 0; byteCount /= 2) {
            takeAll(byteCount);
        }
        takeAll(0);
        isTaken = true;
    }

    /// Takes all but a little.
    ///
    /// @param leftBytes what is left, and less than a few small pieces more
    public static void takeAllBut(int leftBytes) {
        byte[] left = new byte[leftBytes];
        for (int byteCount = LARGEST_BYTES; byteCount >= SMALL_BYTES; byteCount /= 32) {
            takeAll(byteCount);
        }
        Reference.reachabilityFence(left);
    }

    private static void takeAll(int byteCount) {
        try {
            while (true) {
                taken = byteCount == 0 ? new Piece(taken) : new LargePiece(taken, new byte[byteCount]);
            }
        } catch (OutOfMemoryError _) {
            // There is no room for such a piece any more.
        }
    }

    public static boolean isTaken() {
        return isTaken;
    }

    /// Waits, for which there is no memory: not even to load a class.
    public static void keepFor(long nanos) {
        long startNanos = System.nanoTime();
        while (System.nanoTime() - startNanos < nanos) {
            Thread.onSpinWait();
        }
    }

    /// Gives it all back.
    public static void giveBack() {
        isTaken = false;
        taken = null;
    }
}
