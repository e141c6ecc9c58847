package dev.asyncio.bench;

import java.util.concurrent.CountDownLatch;

/// Says its process id, and does not end when it is told to.
final class StubbornServer {

    private StubbornServer() {}

    static void main() throws InterruptedException {
        var never = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }));
        System.out.println(ProcessHandle.current().pid());
        never.await();
    }
}
