package dev.asyncio.core;

/// Ends event loops as an error of ours would: for tests of other modules, too.
public final class FailingLoop {

    private FailingLoop() {}

    /// Has the loop's thread run into an error soon.
    public static void fail(EventLoop loop) {
        loop.execute(() -> {
            throw new InternalError("failed on purpose");
        });
    }

    /// The same, and returns once the loop has ended.
    public static void end(EventLoop loop) {
        fail(loop);
        loop.join();
    }
}
