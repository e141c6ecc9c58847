package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Waits for the peer to end a stream, whatever it may send before.
final class Lingering {

    private Lingering() {}

    static void awaitEnd(ByteStream stream, Deadline deadline) throws IOException {
        ByteBuffer dropped = BufferPool.SMALL.acquire();
        try {
            while (!deadline.isExpired() && stream.read(dropped.clear(), deadline) != -1) {}
        } finally {
            BufferPool.SMALL.release(dropped);
        }
    }
}
