package dev.asyncio.bench;

import dev.asyncio.ws.MessageView;
import dev.asyncio.ws.WebSocket;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/// Takes longer for each reply than a client does from one message to the next, and so must not pass where times are judged.
final class OverloadLateServer extends OverloadServer {

    private static final long LATE_NANOS = 30_000_000;

    private OverloadLateServer() {}

    static void main(String[] args) throws IOException {
        new OverloadLateServer().serve(args);
    }

    @Override
    void reply(WebSocket socket, MessageView message, int connectionCount) throws IOException {
        long startNanos = System.nanoTime();
        while (System.nanoTime() - startNanos < LATE_NANOS) { // a permit of the library's may be left
            LockSupport.parkNanos(LATE_NANOS);
        }
        super.reply(socket, message, connectionCount);
    }
}
