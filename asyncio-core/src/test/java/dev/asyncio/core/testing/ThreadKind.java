package dev.asyncio.core.testing;

/// The kinds of thread that every blocking call must work on.
public enum ThreadKind {
    VIRTUAL(Thread.ofVirtual()),
    PLATFORM(Thread.ofPlatform().daemon());

    private final Thread.Builder builder;

    ThreadKind(Thread.Builder builder) {
        this.builder = builder;
    }

    public Thread unstarted(Runnable task) {
        return builder.unstarted(task);
    }
}
