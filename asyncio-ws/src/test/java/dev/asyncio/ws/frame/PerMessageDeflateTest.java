package dev.asyncio.ws.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class PerMessageDeflateTest {

    private static final int LIMIT = 1 << 20;
    private static final byte[] HELLO = "Hello".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TAIL = bytes("0000ffff");

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static MessageDeflater deflater(int windowBits, boolean hasTakeover) {
        return new PerMessageDeflate(hasTakeover, windowBits, false, -1).newDeflater();
    }

    private static MessageInflater inflater(boolean hasTakeover) {
        return new PerMessageDeflate(false, 15, hasTakeover, -1).newInflater(LIMIT);
    }

    private static byte[] deflate(MessageDeflater deflater, byte[] message) throws IOException {
        return written(deflater.deflate(ByteBuffer.wrap(message), true, ByteBuffer.allocate(64), Overflow::grow));
    }

    private static byte[] inflate(MessageInflater inflater, byte[] payload) throws IOException {
        return written(inflater.inflate(ByteBuffer.wrap(payload), true, ByteBuffer.allocate(64), Overflow::grow));
    }

    private static byte[] written(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.position()];
        buffer.get(0, bytes);
        return bytes;
    }

    private static byte[] text(int byteCount, Random random) {
        var text = new StringBuilder();
        while (text.length() < byteCount) {
            text.append("word").append(random.nextInt(300)).append(random.nextInt(9) == 0 ? ".\n" : " ");
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), byteCount);
    }

    private static byte[] noise(int byteCount, Random random) {
        byte[] bytes = new byte[byteCount];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    // RFC 7692, section 7.2.3, example by example.

    @Test
    void oneBlock() throws IOException {
        try (var deflater = deflater(15, false); var inflater = inflater(false)) {
            assertArrayEquals(bytes("f248cdc9c90700"), deflate(deflater, HELLO));
            assertArrayEquals(HELLO, inflate(inflater, bytes("f248cdc9c90700")));
        }
    }

    @Test
    void twoFramesOfOneMessage() throws IOException {
        try (var inflater = inflater(false)) {
            ByteBuffer dst = ByteBuffer.allocate(64);
            for (String part : new String[] {"f248cd", "c9c90700"}) {
                dst = inflater.inflate(ByteBuffer.wrap(bytes(part)), part.startsWith("c9"), dst, Overflow::grow);
            }
            assertArrayEquals(HELLO, written(dst));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theWindowIsSharedWithTakeoverAlone(boolean hasTakeover) throws IOException {
        try (var deflater = deflater(15, hasTakeover); var inflater = inflater(hasTakeover)) {
            String[] payloads =
                    hasTakeover ? new String[] {"f248cdc9c90700", "f200110000"}
                            : new String[] {"f248cdc9c90700",
                                "f248cdc9c90700"};
            for (String payload : payloads) {
                assertArrayEquals(bytes(payload), deflate(deflater, HELLO));
                assertArrayEquals(HELLO, inflate(inflater, bytes(payload)));
            }
        }
    }

    @Test
    void withoutTakeoverAReferenceToTheMessageBeforeIsRefused() throws IOException {
        try (var inflater = inflater(false)) {
            inflate(inflater, bytes("f248cdc9c90700"));
            assertInvalid(inflater, bytes("f200110000"));
        }
    }

    @Test
    void aBlockWithoutCompression() throws IOException {
        try (var inflater = inflater(true)) {
            assertArrayEquals(HELLO, inflate(inflater, bytes("000500faff48656c6c6f00")));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBlockWithFinalSet(boolean hasTakeover) throws IOException {
        byte[] finalBlock = bytes("f348cdc9c90700");
        try (var inflater = inflater(hasTakeover)) {
            for (int i = 0; i < 2; i++) {
                assertArrayEquals(HELLO, inflate(inflater, concat(finalBlock, bytes("00"))));
                assertArrayEquals(HELLO, inflate(inflater, finalBlock));
                assertArrayEquals(concat(HELLO, HELLO, HELLO),
                        inflate(inflater, concat(finalBlock, finalBlock, bytes("f248cdc9c90700"))));
            }
        }
    }

    @Test
    void aMessageCutRightBehindAFinalBlock() throws IOException {
        try (var inflater = inflater(false)) {
            var dst = ByteBuffer.allocate(5); // also: a full buffer is no reason to ask for room
            for (String part : new String[] {"f348cd", "c9c90700", "00"}) {
                inflater.inflate(ByteBuffer.wrap(bytes(part)), part.equals("00"), dst, PerMessageDeflateTest::refuse);
            }
            assertArrayEquals(HELLO, written(dst));
        }
    }

    private static ByteBuffer refuse(ByteBuffer full) {
        throw new AssertionError("asked for room at " + full);
    }

    @Test
    void twoBlocksInOneMessage() throws IOException {
        try (var inflater = inflater(true)) {
            assertArrayEquals(HELLO, inflate(inflater, bytes("f24805000000ffffcac9c90700")));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEmptyMessageIsOneByte(boolean hasTakeover) throws IOException {
        try (var deflater = deflater(15, hasTakeover); var inflater = inflater(hasTakeover)) {
            for (byte[] message : new byte[][] {{}, HELLO, {}, {}, HELLO}) {
                byte[] payload = deflate(deflater, message);
                assertTrue(message.length > 0 || Arrays.equals(new byte[1], payload));
                assertArrayEquals(message, inflate(inflater, payload));
            }
            assertArrayEquals(new byte[0], inflate(inflater, new byte[0]));
            assertArrayEquals(HELLO, inflate(inflater, deflate(deflater, HELLO)));
        }
    }

    // Whatever is sent arrives.

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void messagesArriveInWhateverPartsTheyTravel(boolean hasTakeover) throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int windowBits = 8; windowBits <= 15; windowBits++) {
            for (int level : new int[] {-1, 0, 1, 9}) {
                var agreed = new PerMessageDeflate(hasTakeover, windowBits, hasTakeover, level);
                try (var deflater = agreed.newDeflater(); var inflater = agreed.newInflater(LIMIT)) {
                    for (int i = 0; i < 12; i++) {
                        int byteCount = random.nextInt(random.nextBoolean() ? 300 : 40_000);
                        byte[] message = random.nextInt(3) == 0 ? noise(byteCount, random) : text(byteCount, random);
                        byte[] arrived = roundTrip(deflater, inflater, message, random);
                        assertArrayEquals(message, arrived, "seed " + seed);
                    }
                }
            }
        }
    }

    @Test
    void noPartTakesMoreRoomThanItIsSaidTo() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int windowBits = 8; windowBits <= 15; windowBits++) {
            for (int level : new int[] {-1, 0, 1, 9}) {
                try (var deflater = new PerMessageDeflate(true, windowBits, false, level).newDeflater()) {
                    for (int i = 0; i < 16; i++) {
                        byte[] message = noise(random.nextInt(1 << random.nextInt(7, 19)), random);
                        for (ByteBuffer part : cut(message, random)) {
                            var room = ByteBuffer.allocate(deflater.maxBytes(part.remaining()));
                            deflater.deflate(part, part.limit() == message.length, room,
                                    _ -> fail("seed " + seed + ": " + part + " does not fit into " + room));
                        }
                    }
                }
            }
        }
    }

    /// 7.2.1: only the last part's tail is left out.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void eachPartCanBeInflatedAtOnce(boolean hasTakeover) throws IOException {
        byte[] part = text(1000, new Random(1));
        try (var deflater = deflater(15, hasTakeover); var inflater = inflater(hasTakeover)) {
            int wireBytes = 0;
            for (int i = 0; i < 3; i++) {
                ByteBuffer out =
                        deflater.deflate(ByteBuffer.wrap(part), false, ByteBuffer.allocate(64), Overflow::grow);
                wireBytes += out.position();
                assertTrue(endsWith(written(out), TAIL));
                ByteBuffer in = inflater.inflate(out.flip(), false, ByteBuffer.allocate(64), Overflow::grow);
                assertArrayEquals(part, written(in));
            }
            byte[] end = deflate(deflater, new byte[0]);
            assertArrayEquals(new byte[1], end);
            assertEquals(0, inflate(inflater, end).length);
            byte[] next = deflate(deflater, part);
            assertEquals(hasTakeover, next.length < wireBytes / 10, next.length + " bytes behind " + wireBytes);
            assertArrayEquals(part, inflate(inflater, next));
        }
    }

    /// Cuts a message into parts at random, and what comes of them into frames at random, each through small buffers.
    private static byte[] roundTrip(MessageDeflater deflater, MessageInflater inflater, byte[] message, Random random)
            throws IOException {
        var payload = new ByteArrayOutputStream();
        Overflow sender = full -> {
            payload.writeBytes(written(full));
            return full.clear();
        };
        ByteBuffer out =
                random.nextBoolean() ? ByteBuffer.allocate(16 + random.nextInt(99)) : ByteBuffer.allocateDirect(999);
        for (ByteBuffer part : cut(message, random)) {
            int limit = part.limit();
            out = deflater.deflate(part, limit == message.length, out, sender);
            assertEquals(limit, part.position());
            assertEquals(limit, part.limit());
            payload.writeBytes(written(out));
            out.clear();
        }
        var arrived = new ByteArrayOutputStream();
        Overflow receiver = full -> {
            arrived.writeBytes(written(full));
            return full.clear();
        };
        ByteBuffer in =
                random.nextBoolean() ? ByteBuffer.allocate(1 + random.nextInt(99)) : ByteBuffer.allocateDirect(999);
        for (ByteBuffer part : cut(payload.toByteArray(), random)) {
            in = inflater.inflate(part, part.limit() == payload.size(), in, receiver);
            assertFalse(part.hasRemaining());
        }
        arrived.writeBytes(written(in));
        return arrived.toByteArray();
    }

    private static List<ByteBuffer> cut(byte[] bytes, Random random) {
        var parts = new ArrayList<ByteBuffer>();
        int start = 0;
        do {
            int end = random.nextInt(3) == 0 ? bytes.length : start + random.nextInt(bytes.length - start + 1);
            ByteBuffer buffer = random.nextBoolean()
                    ? ByteBuffer.wrap(bytes).asReadOnlyBuffer()
                    : ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
            parts.add(buffer.limit(end).position(start));
            start = end;
        } while (start < bytes.length);
        return parts;
    }

    @Test
    void theTailIsCutWhereverItFalls() throws IOException {
        byte[] message = text(700, new Random(1));
        byte[] expected;
        try (var deflater = deflater(15, true)) {
            expected = deflate(deflater, message);
        }
        for (int room = 0; room <= expected.length + 8; room++) {
            try (var deflater = deflater(15, true); var inflater = inflater(true)) {
                var payload = new ByteArrayOutputStream();
                ByteBuffer last = deflater.deflate(ByteBuffer.wrap(message), true, ByteBuffer.allocate(room), full -> {
                    payload.writeBytes(written(full));
                    return ByteBuffer.allocate(16);
                });
                payload.writeBytes(written(last));
                assertArrayEquals(message, inflate(inflater, payload.toByteArray()));
                assertFalse(endsWith(payload.toByteArray(), TAIL));
            }
        }
    }

    private static boolean endsWith(byte[] bytes, byte[] end) {
        return Arrays.equals(bytes, Math.max(0, bytes.length - end.length), bytes.length, end, 0, end.length);
    }

    @Test
    void whatTheBufferHeldBeforeStays() throws IOException {
        try (var deflater = deflater(15, false); var inflater = inflater(false)) {
            ByteBuffer out = ByteBuffer.allocate(3).put(new byte[] {1, 2, 3});
            out = deflater.deflate(ByteBuffer.wrap(HELLO), true, out, Overflow::grow);
            assertArrayEquals(bytes("010203f248cdc9c90700"), written(out));
            ByteBuffer in = ByteBuffer.allocateDirect(3).put(new byte[] {1, 2, 3});
            in = inflater.inflate(out.flip().position(3), true, in, Overflow::grow);
            assertArrayEquals(concat(new byte[] {1, 2, 3}, HELLO), written(in));
            assertTrue(in.isDirect());
        }
    }

    @Test
    void noReferenceGoesFartherBackThanTheWindow() throws IOException {
        for (boolean hasTakeover : new boolean[] {true, false}) {
            for (int windowBits = 8; windowBits <= 15; windowBits++) {
                var random = new Random(windowBits);
                var wire = new ByteArrayOutputStream();
                var sent = new ByteArrayOutputStream();
                int maxDistance = 0;
                try (var deflater = deflater(windowBits, hasTakeover)) {
                    for (int i = 0; i < 25; i++) {
                        byte[] message = text(random.nextInt(1, 5000), random);
                        sent.writeBytes(message);
                        wire.writeBytes(deflate(deflater, message));
                        wire.writeBytes(TAIL);
                        if (!hasTakeover) {
                            maxDistance = Math.max(maxDistance, maxDistance(wire, sent));
                        }
                    }
                }
                maxDistance = hasTakeover ? maxDistance(wire, sent) : maxDistance;
                assertTrue(maxDistance <= 1 << windowBits, windowBits + " bits, went back " + maxDistance);
                assertTrue(maxDistance > 1 << Math.min(windowBits, 12) - 1, windowBits + " bits are not used");
            }
        }
    }

    @Test
    void aSmallWindowCostsOneFlushForEachPiece() throws IOException {
        byte[] message = text(3 * 256, new Random(1));
        try (var deflater = deflater(8, false)) {
            byte[] payload = deflate(deflater, message);
            String hex = HexFormat.of().formatHex(payload);
            assertEquals(2, hex.split("0000ffff", -1).length - 1, hex);
            assertArrayEquals(payload, deflate(deflater, message), "the message before leaves nothing behind");
        }
    }

    private static int maxDistance(ByteArrayOutputStream wire, ByteArrayOutputStream sent) {
        InflateReference.Result result = InflateReference.inflate(wire.toByteArray());
        assertArrayEquals(sent.toByteArray(), result.bytes());
        wire.reset();
        sent.reset();
        return result.maxDistance();
    }

    // What is too much, or wrong.

    @Test
    void aMessageOfTheLimitPassesAndOneByteMoreDoesNot() throws IOException {
        for (int room : new int[] {1, 999, 1000, 1001, 5000}) {
            var limited = new PerMessageDeflate(true, 15, true, -1);
            try (var deflater = limited.newDeflater(); var inflater = limited.newInflater(1000)) {
                for (int i = 0; i < 2; i++) {
                    var payload = ByteBuffer.wrap(deflate(deflater, new byte[1000]));
                    ByteBuffer out = inflater.inflate(payload, true, ByteBuffer.allocate(room), Overflow::grow);
                    assertArrayEquals(new byte[1000], written(out));
                }
                var tooBig = ByteBuffer.wrap(deflate(deflater, new byte[1001]));
                var e = assertThrows(FrameException.class,
                        () -> inflater.inflate(tooBig, true, ByteBuffer.allocate(room), Overflow::grow));
                assertEquals(1009, e.closeCode());
                assertEquals("message: expected at most 1000 bytes inflated, got more", e.getMessage());
            }
        }
    }

    @Test
    void aBombStopsAtTheLimit() throws IOException {
        byte[] bomb;
        try (var deflater = deflater(15, true)) {
            bomb = deflate(deflater, new byte[100_000_000]);
        }
        try (var inflater = inflater(true)) {
            var payload = ByteBuffer.wrap(bomb);
            var largest = new ByteBuffer[1];
            var e = assertThrows(FrameException.class,
                    () -> inflater.inflate(payload, true, ByteBuffer.allocate(1024),
                            full -> largest[0] = Overflow.grow(full)));
            assertEquals(1009, e.closeCode());
            assertEquals(LIMIT, largest[0].capacity());
            assertTrue(payload.position() < 4096, "read " + payload.position() + " of " + bomb.length);
            assertThrows(IllegalStateException.class, () -> inflate(inflater, bomb));
        }
    }

    @Test
    void aMessageCutShortIsRefusedNearlyAlways() throws IOException {
        var random = new Random(1);
        for (byte[] message : new byte[][] {HELLO, text(500, random), text(5000, random), noise(300, random)}) {
            byte[] payload;
            try (var deflater = deflater(15, false)) {
                payload = deflate(deflater, message);
            }
            int accepted = 0;
            for (int byteCount = 1; byteCount < payload.length; byteCount++) {
                try (var inflater = inflater(false)) {
                    inflate(inflater, Arrays.copyOf(payload, byteCount));
                    accepted++;
                } catch (FrameException e) {
                    assertEquals(1007, e.closeCode());
                }
            }
            // Not seen: some cuts within the head of a block, before it gives any byte.
            assertTrue(accepted <= payload.length / 50, accepted + " of " + payload.length);
        }
    }

    @Test
    void garbageIsRefusedOrInflatedAndNothingElse() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        byte[] payload;
        try (var deflater = deflater(15, false)) {
            payload = deflate(deflater, text(3000, random));
        }
        long end = System.nanoTime() + 1_000_000_000;
        while (System.nanoTime() < end) {
            byte[] garbage = random.nextBoolean() ? noise(random.nextInt(200), random) : payload.clone();
            for (int change = random.nextInt(3); change > 0 && garbage.length > 0; change--) {
                garbage[random.nextInt(garbage.length)] = (byte) random.nextInt(256);
            }
            try (var inflater = inflater(random.nextBoolean())) {
                for (ByteBuffer part : cut(garbage, random)) {
                    inflater.inflate(part, part.limit() == garbage.length, ByteBuffer.allocate(64), Overflow::grow);
                }
            } catch (FrameException e) {
                assertTrue(e.closeCode() == 1007 || e.closeCode() == 1009, "seed " + seed);
            } catch (RuntimeException | IOException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }

    private static void assertInvalid(MessageInflater inflater, byte[] payload) {
        var e = assertThrows(FrameException.class, () -> inflate(inflater, payload));
        assertEquals(1007, e.closeCode());
    }

    @Test
    void manyFinalBlocksCostTimeInProportion() throws IOException {
        byte[] empty = new byte[200_000];
        for (int i = 0; i < empty.length; i += 2) {
            empty[i] = 3; // an empty block with BFINAL set: 03 00
        }
        try (var inflater = inflater(true)) {
            assertEquals(0, inflate(inflater, empty).length);
        }
    }

    // Native memory.

    @Test
    void nativeMemoryIsLentForOneMessageAtATimeWithoutTakeover() throws IOException {
        try (var first = deflater(15, false); var second = deflater(15, false)) {
            for (int i = 0; i < 3; i++) {
                deflate(first, HELLO);
                assertFalse(first.holdsNative());
                second.deflate(ByteBuffer.wrap(HELLO), false, ByteBuffer.allocate(64), Overflow::grow);
                assertTrue(second.holdsNative());
                deflate(second, HELLO);
                assertFalse(second.holdsNative());
            }
        }
        try (var takeover = deflater(15, true); var inflater = inflater(false)) {
            inflate(inflater, deflate(takeover, HELLO));
            assertTrue(takeover.holdsNative());
            assertFalse(inflater.holdsNative());
            takeover.close();
            assertFalse(takeover.holdsNative());
        }
    }

    @Test
    void aPoolKeepsAFewAndEndsTheRest() {
        var ended = new ArrayList<Deflater>();
        var pool = new NativePool<>(() -> new Deflater(1, true), Deflater::reset, deflater -> {
            deflater.end();
            ended.add(deflater);
        });
        var borrowed = new ArrayList<Deflater>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors() + 3; i++) {
            borrowed.add(pool.borrow());
        }
        borrowed.forEach(pool::giveBack);
        assertEquals(3, ended.size());
        assertSame(borrowed.getFirst(), pool.borrow());
    }

    @Test
    void closedTwiceIsFineAndUseAfterIsNot() throws IOException {
        var deflater = deflater(15, true);
        var inflater = inflater(true);
        inflate(inflater, deflate(deflater, HELLO));
        for (int i = 0; i < 2; i++) {
            deflater.close();
            inflater.close();
        }
        assertThrows(IllegalStateException.class, () -> deflate(deflater, HELLO));
        assertThrows(IllegalStateException.class, () -> inflate(inflater, new byte[1]));
    }

    @Test
    void afterAnOverflowThatFailsBothAreClosed() throws IOException {
        var cause = new IOException("no room");
        Overflow failing = _ -> {
            throw cause;
        };
        try (var deflater = deflater(15, false); var inflater = inflater(false)) {
            byte[] payload = deflate(deflater, HELLO);
            assertSame(cause, assertThrows(IOException.class,
                    () -> deflater.deflate(ByteBuffer.wrap(HELLO), true, ByteBuffer.allocate(2), failing)));
            assertSame(cause, assertThrows(IOException.class,
                    () -> inflater.inflate(ByteBuffer.wrap(payload), true, ByteBuffer.allocate(2), failing)));
            assertFalse(deflater.holdsNative());
            assertFalse(inflater.holdsNative());
            assertThrows(IllegalStateException.class, () -> deflate(deflater, HELLO));
            assertThrows(IllegalStateException.class, () -> inflate(inflater, payload));
        }
    }

    @Test
    void aPartKeepsItsLimitEvenIfItsFirstPieceFails() {
        var part = ByteBuffer.allocate(1000);
        try (var deflater = deflater(8, true)) {
            ByteBuffer unfit = ByteBuffer.allocate(64).asReadOnlyBuffer();
            assertThrows(ReadOnlyBufferException.class, () -> deflater.deflate(part, true, unfit, Overflow::grow));
            assertEquals(1000, part.limit());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 16})
    void windowsOutsideTheRfcAreRefused(int windowBits) {
        assertThrows(IllegalArgumentException.class, () -> new PerMessageDeflate(true, windowBits, true, -1));
    }
}
