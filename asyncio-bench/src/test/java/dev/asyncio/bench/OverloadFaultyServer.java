package dev.asyncio.bench;

import dev.asyncio.ws.MessageView;
import dev.asyncio.ws.WebSocket;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// Must not pass for any of three reasons: refuses nobody, swallows a reply, and keeps something of what it is sent by many.
final class OverloadFaultyServer extends OverloadServer {

    private static final int SWALLOWED_REPLY = 100;
    private static final int MANY_CONNECTIONS = 100;
    private static final int KEPT_BYTES = 1 << 20;
    private static final int MAX_KEPT_COUNT = 40;

    private final AtomicLong replyCount = new AtomicLong();
    private final Queue<byte[]> kept = new ConcurrentLinkedQueue<>();
    private final AtomicLong keptCount = new AtomicLong();

    private OverloadFaultyServer() {}

    static void main(String[] args) throws IOException {
        new OverloadFaultyServer().serve(args);
    }

    @Override
    boolean isFull(int connectionCount, int limit) {
        return false;
    }

    @Override
    void reply(WebSocket socket, MessageView message, int connectionCount) throws IOException {
        if (connectionCount > MANY_CONNECTIONS && keptCount.getAndIncrement() < MAX_KEPT_COUNT) {
            kept.add(new byte[KEPT_BYTES]);
        }
        if (replyCount.incrementAndGet() != SWALLOWED_REPLY) {
            super.reply(socket, message, connectionCount);
        }
    }
}
