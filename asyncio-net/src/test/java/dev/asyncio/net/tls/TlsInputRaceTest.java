package dev.asyncio.net.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.Seed;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.buffers.BufferPool;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A close comes just as a reader ends: it finds the reader at it, or the reader finds the stream closed. Else nobody would
/// give back what the reader holds.
class TlsInputRaceTest {

    private static final int ROUND_COUNT = 200_000;
    private static final Duration TIME = Duration.ofSeconds(3);

    @RegisterExtension
    private final Seed seed = new Seed();

    private volatile Round current;
    private volatile boolean isDone;

    /// One reader and one close.
    private static final class Round {

        private final Below below = new Below();
        private final TlsInput input = new TlsInput(below, null, null); // none of whose records ever come
        private volatile boolean isReaderDone;

        private void read() throws IOException {
            try {
                input.awaitReadable(Deadline.never());
            } catch (SocketTimeoutException _) {
                isReaderDone = true;
            }
        }

        /// Like that of a [TlsStream].
        private void close() throws IOException {
            try {
                input.awaitEnd(Deadline.never());
            } catch (SocketTimeoutException _) {
                // The reader had ended.
            } finally {
                below.close();
                input.releaseIfClosed();
            }
        }
    }

    /// Gives up each read, for which the reader has taken a buffer by then.
    private static final class Below implements ByteStream {

        private static final SocketTimeoutException GAVE_UP = new SocketTimeoutException("made once, for speed");

        private volatile boolean isOpen = true;
        private volatile boolean isRead;

        @Override
        public int read(ByteBuffer dst, Deadline deadline) throws IOException {
            isRead = true;
            throw GAVE_UP;
        }

        @Override
        public void awaitReadable(Deadline deadline) {}

        @Override
        public int write(ByteBuffer src, Deadline deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] srcs, int offset, int length, Deadline deadline) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void shutdownOutput(Deadline deadline) {}

        @Override
        public boolean isOpen() {
            return isOpen;
        }

        @Override
        public void close() {
            isOpen = false;
        }

        @Override
        public void abort() {
            close();
        }
    }

    @Test
    void whatAReaderHoldsIsGivenBackByAClose() throws Exception {
        BufferPool.RECORD.release(BufferPool.RECORD.acquire());
        int spareCount = BufferPool.RECORD.spareCount();
        var reader = Waiting.start(ThreadKind.PLATFORM, this::readAgainAndAgain);
        try {
            SplittableRandom random = seed.random(0);
            Deadline end = Deadline.after(TIME);
            for (int i = 0; i < ROUND_COUNT && !end.isExpired(); i++) {
                var round = new Round();
                current = round;
                awaitReader(reader, () -> round.below.isRead);
                Seed.pause(random);
                round.close();
                awaitReader(reader, () -> round.isReaderDone);
                assertEquals(spareCount, BufferPool.RECORD.spareCount(), "buffers, after round " + i);
            }
        } finally {
            isDone = true;
        }
        reader.value();
    }

    private void readAgainAndAgain() throws IOException {
        Round last = null;
        while (!isDone) {
            Round round = current;
            if (round != last) {
                round.read();
                last = round;
            }
            Thread.onSpinWait();
        }
    }

    /// Spins, unlike [Waiting#await], which would come too late.
    private static void awaitReader(Waiting<Void> reader, BooleanSupplier condition) throws Exception {
        Deadline patience = Waiting.patience();
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
            if (!reader.isAlive()) {
                reader.value();
            }
            assertFalse(patience.isExpired(), "waited in vain for the reader");
        }
    }
}
