package dev.asyncio.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;

/// A connection to a [FairnessServer] of which one direction never runs dry: the client makes so little of it, of bytes that
/// it sends again and again, or throws away, that the server's handler never has to wait. With one of them for each carrier,
/// others have a turn only if the library takes care of that.
final class FairnessFlood {

    private static final int PONG_COUNT = 40_000;
    private static final byte[] GOODBYE = SoakPeer.frame(0x88, (byte) 0x03, (byte) 0xE8); // 1000
    private static final int BUFFER_BYTES = 256 * 1024;

    private final SocketChannel channel;

    private FairnessFlood(SocketChannel channel) {
        this.channel = channel;
    }

    static FairnessFlood connect(int port, String path) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        try {
            PlainHandshake.perform(channel, path);
            return new FairnessFlood(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Sends pongs, which end no receive and get no answer (RFC 6455, section 5.5.3), until the threads are to end.
    ///
    /// @param count of them
    void sendPongs(CountedThreads threads, AtomicLong count) throws IOException {
        byte[] pong = SoakPeer.frame(0x8A);
        var pongs = ByteBuffer.allocateDirect(PONG_COUNT * pong.length);
        for (int i = 0; i < PONG_COUNT; i++) {
            pongs.put(pong);
        }
        try (channel) {
            while (!threads.areEnding()) {
                writeAll(pongs.rewind());
                count.addAndGet(PONG_COUNT);
            }
            writeAll(ByteBuffer.wrap(GOODBYE));
            var answer = ByteBuffer.allocate(BUFFER_BYTES);
            while (channel.read(answer.clear()) != -1) {
                // its goodbye, and the end
            }
        }
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /// Takes all that comes, until the threads are to end.
    ///
    /// @param count of the bytes
    void takeAll(CountedThreads threads, AtomicLong count) throws IOException {
        var taken = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try (channel) {
            while (!threads.areEnding()) {
                int byteCount = channel.read(taken.clear());
                if (byteCount == -1) {
                    throw new EOFException("the server has ended what was to have no end");
                }
                count.addAndGet(byteCount);
            }
        }
    }
}
