package dev.asyncio.ws;

/// A thread that waits for its turn to read, or for what another thread reads; see [ReadingTurn].
class Watcher {

    final Thread thread = Thread.currentThread();

    /// Goes on as soon as nobody reads. Otherwise only when something was read: whoever has had the turn, and found a
    /// message in the way, would find it there again.
    volatile boolean wantsTurn;

    /// Who waits besides; null for the last. Written by [ReadingTurn] alone.
    volatile Watcher next;
}
