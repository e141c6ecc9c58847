package dev.asyncio.net.tls;

import javax.net.ssl.SSLEngine;

/// Runs what an engine wants to have run, such as the arithmetic of a key exchange, on the calling thread.
final class Tasks {

    private Tasks() {}

    static void run(SSLEngine engine) {
        Runnable task = engine.getDelegatedTask();
        while (task != null) {
            task.run();
            task = engine.getDelegatedTask();
        }
    }
}
