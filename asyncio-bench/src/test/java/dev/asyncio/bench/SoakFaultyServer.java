package dev.asyncio.bench;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// Servers that a soak must not pass.
final class SoakFaultyServer {

    private SoakFaultyServer() {}

    /// Keeps something of what it is sent: 20 MB a second, however fast that comes, and 7 on the heap, which is not to be
    /// full before a brief soak on a slow machine is over.
    static final class Keeping {

        private static final long NANOS_A_BYTE = 50;
        private static final long NANOS_A_HEAP_BYTE = 150;

        private Keeping() {}

        static void main() throws Exception {
            Queue<byte[]> kept = new ConcurrentLinkedQueue<>();
            var keptNanos = new AtomicLong(System.nanoTime());
            SoakServer.serve(_ -> {
                long now = System.nanoTime();
                long nanos = Math.max(0, now - keptNanos.getAndSet(now)); // threads overtake each other
                Arena.global().allocate(nanos / NANOS_A_BYTE);
                kept.add(new byte[(int) (nanos / NANOS_A_HEAP_BYTE)]);
            });
        }
    }

    /// Keeps something of each connection that was there, and changes the first byte of whatever large it sends back over
    /// TCP. It keeps 100 KB, since a brief soak has hundreds of connections, and on a busy machine fewer than a hundred; one
    /// of ten minutes has 150,000, of which 100 B would come to the same.
    static final class RememberingAndAltering {

        private static final int KEPT_BYTES = 100_000;
        private static final int LARGE_BYTES = 8 * 1024;

        private RememberingAndAltering() {}

        static void main() throws Exception {
            Queue<byte[]> kept = new ConcurrentLinkedQueue<>();
            SoakServer.serve(new SoakServer.Witness() {
                @Override
                public void connected() {
                    kept.add(new byte[KEPT_BYTES]);
                }

                @Override
                public void received(ByteBuffer piece) {
                    if (!piece.isReadOnly() && piece.remaining() >= LARGE_BYTES) {
                        piece.put(0, (byte) (piece.get(0) ^ 1));
                    }
                }
            });
        }
    }
}
