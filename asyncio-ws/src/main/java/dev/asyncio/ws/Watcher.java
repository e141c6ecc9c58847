package dev.asyncio.ws;

/// A thread that waits for its turn to read, or for what another thread reads; see [ReadingTurn].
class Watcher {

    final Thread thread = Thread.currentThread();

    /// Goes on as soon as nobody reads. Otherwise only when something was read: whoever has had the turn, and found a
    /// message in the way, would find it there again.
    volatile boolean wantsTurn;

    /// Another thread has read a piece of a message since this was looked at last.
    volatile boolean hasSeenPiece;

    /// Who waits besides; null for the last. Written by [ReadingTurn] alone.
    volatile Watcher next;
}
