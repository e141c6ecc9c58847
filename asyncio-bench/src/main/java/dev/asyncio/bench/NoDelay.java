package dev.asyncio.bench;

/// No contender runs without TCP_NODELAY.
final class NoDelay {

    private NoDelay() {}

    static void require(boolean readBack) {
        if (!readBack) {
            throw new IllegalStateException("TCP_NODELAY is off");
        }
    }
}
