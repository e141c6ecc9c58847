package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.Seed;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.SplittableRandom;

/// One client's random conversation with an echo of bytes.
///
/// @param random of this conversation alone, and of its main thread
record StreamTalk(ByteStream stream, SplittableRandom random) {

    private static final int MAX_STEPS = 6;
    private static final int MAX_BYTES = 200_000;

    static void echo(ByteStream stream) throws IOException {
        var buffer = ByteBuffer.allocate(16 * 1024);
        while (stream.read(buffer.clear()) != -1) {
            stream.write(buffer.flip());
        }
    }

    static byte[] randomBytes(SplittableRandom random, int maxBytes) {
        byte[] bytes = new byte[1 + random.nextInt(1 + random.nextInt(maxBytes))];
        random.nextBytes(bytes);
        return bytes;
    }

    void run() throws Exception {
        try (stream) {
            for (int steps = random.nextInt(MAX_STEPS); steps > 0; steps--) {
                switch (random.nextInt(4)) {
                    case 0 -> giveUp();
                    case 1 -> beInterrupted();
                    default -> exchange();
                }
            }
            switch (random.nextInt(4)) {
                case 0 -> closeWhileReading();
                case 1 -> endOutput();
                case 2 -> stream.abort();
                default -> stream.close();
            }
        }
    }

    private void exchange() throws Exception {
        byte[] sent = randomBytes(random, MAX_BYTES);
        SplittableRandom pieces = random.split();
        var writing = Waiting.start(ThreadKind.VIRTUAL, () -> {
            var rest = ByteBuffer.wrap(sent);
            while (rest.hasRemaining()) {
                int count = 1 + pieces.nextInt(rest.remaining());
                stream.write(rest.slice(rest.position(), count), patience());
                rest.position(rest.position() + count);
            }
        });
        var received = ByteBuffer.allocate(sent.length);
        stream.readFully(received, patience());
        writing.value();
        assertEquals(ByteBuffer.wrap(sent), received.flip());
    }

    private void giveUp() {
        var soon = Deadline.after(Duration.ofNanos(random.nextInt(200_000)));
        assertThrows(SocketTimeoutException.class, () -> stream.read(ByteBuffer.allocate(1), soon));
    }

    private void beInterrupted() {
        var reading = Waiting.start(ThreadKind.VIRTUAL, () -> stream.read(ByteBuffer.allocate(1), patience()));
        Seed.pause(random);
        reading.interrupt();
        reading.failure(InterruptedIOException.class);
    }

    private void closeWhileReading() throws Exception {
        var reading = Waiting.start(ThreadKind.VIRTUAL, () -> {
            while (stream.read(ByteBuffer.allocate(1), patience()) == -1) {} // the peer's answer to our close
        });
        Seed.pause(random);
        stream.close();
        reading.failure(ClosedChannelException.class);
    }

    private void endOutput() throws IOException {
        byte[] last = randomBytes(random, 1_000);
        stream.write(ByteBuffer.wrap(last), patience());
        stream.shutdownOutput(patience());
        var received = ByteBuffer.allocate(last.length);
        stream.readFully(received, patience());
        assertEquals(ByteBuffer.wrap(last), received.flip());
        assertEquals(-1, stream.read(ByteBuffer.allocate(1), patience()));
    }
}
