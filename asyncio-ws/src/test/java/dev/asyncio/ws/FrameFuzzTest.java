package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.buffers.InputBuffer;
import dev.asyncio.ws.frame.FrameException;
import dev.asyncio.ws.frame.FrameHeader;
import dev.asyncio.ws.frame.MessageDeflater;
import dev.asyncio.ws.frame.MessageInflater;
import dev.asyncio.ws.frame.PerMessageDeflate;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Whatever a peer sends, in whatever pieces, messages or the declared exceptions come out; and what is in order comes
/// out as it was sent, also when each wait may be cut off by a deadline and another way of receiving goes on from
/// there. Runs for two seconds, or `-Dfuzz.inputs=N` inputs. `-Dfuzz.seed=N` repeats the input of that seed, and goes
/// on with those after it.
class FrameFuzzTest {

    private static final long NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int MAX_MESSAGE_BYTES = 100_000;
    private static final long MAX_GROWTH_BYTES = 64 * 1024 * 1024;
    private static final List<Integer> DECLARED_CODES = List.of(1002, 1007, 1009);

    private final long firstSeed = Long.getLong("fuzz.seed", System.nanoTime());
    private final long inputCount = Long.getLong("fuzz.inputs", 0);
    private final PeerFrames frames = new PeerFrames();
    private final ByteBuffer piece = ByteBuffer.allocate(8 * 1024);
    private SplittableRandom random;
    private CutStream stream;
    private Receiver receiver;

    /// Of the input under way: messages received, those being read in pieces included.
    private int receivedCount;

    private boolean isIntact;
    private boolean isClosed;

    @Test
    @Timeout(value = 3600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void frames() throws IOException {
        System.out.println("frame fuzz: seed " + firstSeed);
        long intact = 0;
        long failed = 0;
        long heldBefore = 0;
        long startNanos = System.nanoTime();
        long i = 0;
        while (inputCount > 0 ? i < inputCount : System.nanoTime() - startNanos < NANOS) {
            long seed = firstSeed + i;
            try {
                failed += run(seed) ? 0 : 1;
            } catch (RuntimeException | Error | IOException e) {
                throw new AssertionError("-Dfuzz.seed=" + seed, e);
            }
            intact += isIntact ? 1 : 0;
            i++;
            if (i == 10_000) {
                heldBefore = heldBytes(); // compiled and pooled by now
            }
        }
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        long grownBytes = i > 10_000 ? heldBytes() - heldBefore : 0;
        System.out.printf("frame fuzz: %d inputs in %.1f s, %d intact, %d refused, memory grew by %d bytes%n", i,
                seconds, intact, failed, grownBytes);
        assertTrue(grownBytes < MAX_GROWTH_BYTES, "grown by " + grownBytes);
        assertTrue(intact > 0 && failed > 0, "seed " + firstSeed);
    }

    private static long heldBytes() {
        System.gc();
        long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed).sum();
        return direct + Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /// One input.
    ///
    /// @return whether the peer was found in order
    private boolean run(long seed) throws IOException {
        random = new SplittableRandom(seed);
        receivedCount = 0;
        isClosed = false;
        boolean isServer = random.nextBoolean();
        PerMessageDeflate deflate = random.nextInt(3) == 0
                ? new PerMessageDeflate(random.nextInt(16) == 0, 15, true, 1)
                : null;
        isIntact = random.nextInt(4) == 0;
        if (random.nextInt(16) == 0 && !isIntact) {
            frames.putRandomBytes(random);
        } else {
            frames.putMessages(random, isServer, deflate);
        }
        if (!isIntact) {
            frames.mutate(random);
        }
        // Only a deflater without takeover makes what inflates without; the other way round always goes.
        boolean hasTakeover = deflate != null && (deflate.outboundTakeover() || random.nextInt(16) == 0);
        stream = new CutStream(frames.bytes, frames.byteCount, random);
        var input = new InputBuffer(stream);
        try (MessageInflater inflater = deflate == null
                ? null
                : new PerMessageDeflate(false, 15, hasTakeover, 1).newInflater(Long.MAX_VALUE)) {
            receiver = new Receiver(input, new Sink(), new FrameHeader(isServer, deflate != null), inflater, null,
                    MAX_MESSAGE_BYTES);
            receiveAll();
            assertTrue(!isIntact || receivedCount == frames.messages.size(), "messages before the close");
            return true;
        } catch (EOFException _) {
            assertTrue(stream.isAtEnd() || isClosed, "an end before the end");
            assertTrue(!isIntact || receivedCount == frames.messages.size(), "messages before the end");
            return true;
        } catch (FrameException e) {
            assertTrue(!isIntact, "refused what is in order: " + e.getMessage());
            assertTrue(DECLARED_CODES.contains(e.closeCode()), "close code " + e.closeCode());
            ClosePayload.encode(new CloseCode(e.closeCode()), e.getMessage()); // can be told
            return false;
        } finally {
            input.discard();
        }
    }

    private void receiveAll() throws IOException {
        boolean isClosing = false;
        while (!isClosed) {
            try {
                if (isClosing) {
                    dropFrame();
                    continue;
                }
                switch (random.nextInt(8)) {
                    case 0, 1 -> receiveInPieces();
                    case 2 -> receiver.readControlFrame(Deadline.never());
                    case 3 -> isClosing = !isIntact && random.nextInt(16) == 0;
                    default -> receiveWhole();
                }
            } catch (SocketTimeoutException _) {
                receiver.hasFrameAtHand(); // and on from there
            }
        }
    }

    private void receiveWhole() throws IOException {
        MessageView view = receiver.receive(Deadline.never());
        if (view == null) {
            assertTrue(isClosed, "no message, and no close either");
            return;
        }
        ByteBuffer bytes = view.bytes();
        assertTrue(bytes.remaining() <= MAX_MESSAGE_BYTES, "a message of " + bytes.remaining());
        boolean isText = view.kind() == MessageView.Kind.TEXT;
        PeerFrames.Sent expected = expected(isText);
        if (expected != null) {
            assertEquals(ByteBuffer.wrap(expected.payload), bytes, "payload");
        } else if (isText) {
            assertUtf8(bytes.duplicate());
        }
        if (random.nextInt(8) == 0) {
            view.toMessage();
        }
        receivedCount++;
    }

    private void receiveInPieces() throws IOException {
        if (random.nextInt(4) != 0 && receivedCount % 4 != 0) {
            receiveWhole();
            return;
        }
        var opcode = receiver.beginMessage(Deadline.never());
        if (opcode == null) {
            return;
        }
        receiver.beginPieces();
        PeerFrames.Sent expected = expected(opcode.name().equals("TEXT"));
        int byteCount = 0;
        while (true) {
            piece.clear().limit(1 + random.nextInt(random.nextInt(8) == 0 ? piece.capacity() : 64));
            int count;
            try {
                count = receiver.readPiece(piece, Deadline.never());
            } catch (SocketTimeoutException _) {
                continue;
            }
            if (count == -1) {
                break;
            }
            assertTrue(count > 0 && count == piece.position(), "a piece of " + count);
            if (expected != null) {
                assertTrue(byteCount + count <= expected.payload.length, "more than was sent");
                assertEquals(ByteBuffer.wrap(expected.payload, byteCount, count), piece.flip(), "piece");
            }
            byteCount += count;
        }
        if (expected != null) {
            assertEquals(expected.payload.length, byteCount, "all pieces");
        }
        receivedCount++;
    }

    /// As a close does while it waits for the peer's.
    private void dropFrame() throws IOException {
        if (!receiver.readControlFrame(Deadline.never())) {
            receiver.skipData(Deadline.never());
        }
    }

    private PeerFrames.Sent expected(boolean isText) {
        if (!isIntact) {
            return null;
        }
        assertTrue(receivedCount < frames.messages.size(), "a message that nobody sent");
        PeerFrames.Sent sent = frames.messages.get(receivedCount);
        assertEquals(sent.isText, isText, "kind");
        return sent;
    }

    private static void assertUtf8(ByteBuffer bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(bytes);
        } catch (CharacterCodingException e) {
            throw new AssertionError("a text that is none", e);
        }
    }

    private final class Sink implements Receiver.Events {

        @Override
        public void beforeWait() {}

        @Override
        public void onPing(ByteBuffer payload) {
            assertTrue(payload.remaining() <= FrameHeader.MAX_CONTROL_PAYLOAD_BYTES);
        }

        @Override
        public void onPong(ByteBuffer payload) {
            Ping.answer(null, payload);
        }

        @Override
        public void onClose(ByteBuffer payload) throws IOException {
            ClosePayload.decode(payload);
            isClosed = true;
        }

        @Override
        public void onLoss() {
            throw new AssertionError("there is memory for all messages");
        }
    }

    /// Gives bytes in random pieces, and now and then none before the deadline.
    private static final class CutStream implements ByteStream {

        private final ByteBuffer bytes;
        private final SplittableRandom random;
        private final boolean isInSmallPieces;
        private int endCount;

        CutStream(byte[] all, int byteCount, SplittableRandom random) {
            this.bytes = ByteBuffer.wrap(all, 0, byteCount);
            this.random = random;
            this.isInSmallPieces = byteCount < 2_000 && random.nextInt(4) == 0;
        }

        boolean isAtEnd() {
            return endCount > 0;
        }

        @Override
        public void awaitReadable(Deadline deadline) throws IOException {
            if (random.nextInt(8) == 0) {
                throw new SocketTimeoutException();
            }
        }

        @Override
        public int read(ByteBuffer dst, Deadline deadline) throws IOException {
            if (random.nextInt(32) == 0) {
                throw new SocketTimeoutException();
            }
            if (!bytes.hasRemaining()) {
                assertTrue(++endCount == 1, "read on behind the end");
                return -1;
            }
            assertTrue(dst.hasRemaining(), "read without room: would never end");
            int bound = isInSmallPieces ? 8 : 1 + bytes.remaining();
            int count = Math.min(Math.min(dst.remaining(), bytes.remaining()), 1 + random.nextInt(bound));
            dst.put(dst.position(), bytes, bytes.position(), count).position(dst.position() + count);
            bytes.position(bytes.position() + count);
            return count;
        }

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
            return true;
        }

        @Override
        public void close() {}

        @Override
        public void abort() {}
    }

    /// What a peer in order sends, and what becomes of it.
    private static final class PeerFrames {

        private static final String CHARACTERS = "aZ9 ~äé߿ࠀ€\uFFFD\uD83D\uDE00";
        private static final int MAX_PAYLOAD_BYTES = 70_000;

        private record Sent(boolean isText, byte[] payload) {}

        private final List<Sent> messages = new ArrayList<>();
        private byte[] bytes = new byte[1024 * 1024];
        private int byteCount;
        private SplittableRandom random;
        private boolean isMasked;

        void putRandomBytes(SplittableRandom source) {
            messages.clear();
            byteCount = source.nextInt(200);
            for (int i = 0; i < byteCount; i++) {
                bytes[i] = (byte) source.nextInt();
            }
        }

        void putMessages(SplittableRandom source, boolean isClient, PerMessageDeflate deflate) throws IOException {
            random = source;
            isMasked = isClient;
            messages.clear();
            byteCount = 0;
            try (MessageDeflater deflater = deflate == null ? null : deflate.newDeflater()) {
                for (int i = random.nextInt(6); i >= 0; i--) {
                    putMessage(deflater);
                }
            }
            if (random.nextInt(4) == 0) {
                putFrame(0x88, new byte[] {0x03, (byte) 0xE8}, 0, 2);
            }
        }

        private void putMessage(MessageDeflater deflater) throws IOException {
            boolean isText = random.nextBoolean();
            byte[] payload = isText ? text() : binary();
            messages.add(new Sent(isText, payload));
            byte[] sent = payload;
            boolean isCompressed = deflater != null && random.nextInt(4) != 0;
            if (isCompressed) {
                ByteBuffer deflated = deflater.deflate(ByteBuffer.wrap(payload), true,
                        ByteBuffer.allocate(payload.length + 64), full -> ByteBuffer.allocate(2 * full.capacity())
                                .put(full.flip()));
                sent = Arrays.copyOf(deflated.array(), deflated.position());
            }
            int first = (isText ? 1 : 2) | (isCompressed ? 0x40 : 0);
            int from = 0;
            for (int left = random.nextInt(3) == 0 ? random.nextInt(5) : 0; left > 0; left--) {
                int to = from + random.nextInt(sent.length - from + 1);
                putFrame(first, sent, from, to);
                putControlFrame();
                first = 0;
                from = to;
            }
            putFrame(0x80 | first, sent, from, sent.length);
            putControlFrame();
        }

        private void putControlFrame() {
            if (random.nextInt(4) == 0) {
                putFrame(random.nextBoolean() ? 0x89 : 0x8A, new byte[125], 0, random.nextInt(126));
            }
        }

        private int payloadBytes() {
            return switch (random.nextInt(1_000)) {
                case 0 -> random.nextInt(MAX_PAYLOAD_BYTES);
                case 1 -> 65_530 + random.nextInt(10);
                case 2, 3, 4 -> 16_000 + random.nextInt(600);
                default -> random.nextInt(8) == 0 ? 120 + random.nextInt(10) : random.nextInt(100);
            };
        }

        private byte[] binary() {
            byte[] payload = new byte[payloadBytes()];
            int distinct = 1 + random.nextInt(256);
            for (int i = 0; i < payload.length; i++) {
                payload[i] = (byte) random.nextInt(distinct);
            }
            return payload;
        }

        private byte[] text() {
            var text = new StringBuilder();
            boolean isAscii = random.nextBoolean();
            for (int left = payloadBytes() / 2; left > 0; left--) {
                int index = random.nextInt(isAscii ? 5 : CHARACTERS.length());
                char c = CHARACTERS.charAt(index);
                if (Character.isSurrogate(c)) {
                    text.append("\uD83D\uDE00");
                } else {
                    text.append(c);
                }
            }
            return text.toString().getBytes(StandardCharsets.UTF_8);
        }

        private void putFrame(int first, byte[] payload, int from, int to) {
            int length = to - from;
            var out = ByteBuffer.wrap(bytes).position(byteCount);
            int maskBit = isMasked ? 0x80 : 0;
            out.put((byte) first);
            if (length < 126) {
                out.put((byte) (maskBit | length));
            } else if (length < 65_536) {
                out.put((byte) (maskBit | 126)).putShort((short) length);
            } else {
                out.put((byte) (maskBit | 127)).putLong(length);
            }
            int key = !isMasked || random.nextInt(32) == 0 ? 0 : random.nextInt();
            if (isMasked) {
                out.putInt(key);
            }
            int start = out.position();
            System.arraycopy(payload, from, bytes, start, length);
            for (int i = 0; key != 0 && i < length; i++) {
                bytes[start + i] ^= (byte) (key >>> 24 - 8 * (i & 3));
            }
            byteCount = start + length;
        }

        void mutate(SplittableRandom source) {
            random = source;
            for (int i = random.nextInt(4); i >= 0 && byteCount > 0; i--) {
                // Mostly near the front, so that there is something left to come after.
                int at = random.nextInt(random.nextBoolean() ? byteCount : Math.min(16, byteCount));
                int count = Math.min(1 + random.nextInt(12), byteCount - at);
                switch (random.nextInt(6)) {
                    case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                    case 1 -> bytes[at] = (byte) random.nextInt();
                    case 2 -> remove(at, count);
                    case 3 -> copy(random.nextInt(at + 1), at, count);
                    case 4 -> byteCount = at;
                    default -> putLength(at);
                }
            }
        }

        private void remove(int at, int count) {
            System.arraycopy(bytes, at + count, bytes, at, byteCount - at - count);
            byteCount -= count;
        }

        private void copy(int from, int to, int count) {
            System.arraycopy(bytes, to, bytes, to + count, byteCount - to);
            System.arraycopy(bytes, from, bytes, to, count);
            byteCount += count;
        }

        /// Makes a promise of a length, as headers do.
        private void putLength(int at) {
            long length = 1L << random.nextInt(64);
            ByteBuffer.wrap(bytes).putLong(at, length - random.nextInt(2));
            byteCount = Math.max(byteCount, at + 8);
        }
    }
}
