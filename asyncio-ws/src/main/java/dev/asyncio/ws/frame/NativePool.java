package dev.asyncio.ws.frame;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// A few deflaters or inflaters that wait for the next message of any connection. Any thread may call.
final class NativePool<T> {

    /// A message is (de)compressed without parking, so no more than one for each processor is in use at a time, save
    /// for messages in parts.
    private final ArrayBlockingQueue<T> idle = new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    private final Supplier<T> maker;
    private final Consumer<T> resetter;
    private final Consumer<T> ender;

    NativePool(Supplier<T> maker, Consumer<T> resetter, Consumer<T> ender) {
        this.maker = maker;
        this.resetter = resetter;
        this.ender = ender;
    }

    /// Takes one as good as new.
    T borrow() {
        T pooled = idle.poll();
        return pooled != null ? pooled : maker.get();
    }

    /// Resets one for the next borrower, or frees it if enough are idle.
    void giveBack(T used) {
        resetter.accept(used);
        if (!idle.offer(used)) {
            ender.accept(used);
        }
    }

    int idleCount() {
        return idle.size();
    }
}
