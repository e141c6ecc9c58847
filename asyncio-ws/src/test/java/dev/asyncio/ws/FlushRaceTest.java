package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.Seed;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.net.testing.MemoryStream;
import dev.asyncio.ws.frame.Opcode;
import dev.asyncio.ws.frame.PerMessageDeflate;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Sends that are held back, others that are not, messages in pieces, pongs, flushes and a close, all at once on one
/// [Sender]. What was accepted goes out, whole and in its sender's order, although nobody ever sends again; what was
/// refused does not.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class FlushRaceTest {

    private static final int ROUNDS = 1_000;
    private static final int SENDER_COUNT = 4;

    /// The sender that sends its messages in pieces.
    private static final int IN_PIECES = 3;

    private static final int MESSAGE_COUNT = 30;

    /// Often enough that the last thing to be sent is a pong.
    private static final int MAX_PONG_COUNT = 150;

    /// Large enough that pongs alone fill the stream in memory.
    private static final int PONG_BYTES = 120;

    /// Whose payload is never copied, so that its frame is written through.
    private static final int LARGE_BYTES = 9_000;

    @RegisterExtension
    private final Seed seed = new Seed();

    private record Ends(ByteStream stream, ByteStream peer) {}

    private enum Transport {
        TCP,
        /// Has no loop, and so little room that writes wait.
        MEMORY;

        Ends connect() throws IOException {
            if (this == MEMORY) {
                var pair = MemoryStream.pair(2 * 1024);
                return new Ends(pair.left(), pair.right());
            }
            var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            try (var listener = TcpListener.bind(loopback, TcpOptions.defaults())) {
                var stream = TcpStream.connect(listener.localAddress(), TcpOptions.defaults(), patience());
                return new Ends(stream, listener.accept(patience()));
            }
        }
    }

    /// What becomes of a message on its way out.
    private enum Form {
        PLAIN(false, false),
        MASKED(true, false),
        COMPRESSED(false, true),
        COMPRESSED_AND_MASKED(true, true);

        private final boolean masks;
        private final boolean compresses;

        Form(boolean masks, boolean compresses) {
            this.masks = masks;
            this.compresses = compresses;
        }

        Sender newSender(ByteStream stream) {
            return new Sender(
                    stream, masks, compresses ? new PerMessageDeflate(true, 15, true, -1).newDeflater() : null);
        }
    }

    private enum Ending {
        NONE,
        CLOSE_FRAME,
        /// The stream is closed while everybody sends.
        CUT
    }

    @ParameterizedTest
    @EnumSource
    void whatIsAcceptedGoesOutAndNothingElse(Transport transport) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            SplittableRandom random = seed.random(round);
            Form form = Form.values()[round % Form.values().length];
            Ends ends = transport.connect();
            try (var stream = ends.stream(); var peer = ends.peer(); var received = new Received(form, random.split())) {
                new Race(stream, form.newSender(stream), peer, received, random).run();
            }
        }
    }

    private record Race(
            ByteStream stream, Sender sender, ByteStream peer, Received received, SplittableRandom random) {

        void run() throws Exception {
            Ending ending = Ending.values()[random.nextInt(3)];
            int pongCount = random.nextInt(MAX_PONG_COUNT);
            var receiving = Waiting.start(ThreadKind.VIRTUAL,
                    () -> received.read(new DataInputStream(peer.inputStream()), ending, pongCount));
            var sending = new ArrayList<Waiting<Integer>>();
            for (int i = 0; i < SENDER_COUNT; i++) {
                int id = i;
                SplittableRandom plan = random.split();
                sending.add(Waiting.start(
                        ThreadKind.VIRTUAL, () -> id == IN_PIECES ? sendInPieces(plan) : send(id, plan)));
            }
            SplittableRandom pongPlan = random.split();
            var answering = Waiting.start(ThreadKind.VIRTUAL, () -> answerPings(pongCount, pongPlan));
            for (int i = random.nextInt(30); i > 0; i--) {
                Seed.pause(random);
            }
            if (ending == Ending.CLOSE_FRAME) {
                sender.sendClose(ByteBuffer.allocate(0), patience());
                assertTrue(sender.isEnded());
            } else if (ending == Ending.CUT) {
                stream.close();
                sender.close();
            }
            var accepted = new int[SENDER_COUNT];
            for (int i = 0; i < SENDER_COUNT; i++) {
                accepted[i] = sending.get(i).value();
            }
            answering.value();
            receiving.value();
            if (ending != Ending.CUT) {
                assertArrayEquals(accepted, received.messageCounts, ending + " " + received.form);
            }
            stream.close();
            sender.close();
        }

        /// @return how many messages were accepted
        private int send(int id, SplittableRandom plan) throws IOException {
            int sequence = 0;
            while (sequence < MESSAGE_COUNT) {
                boolean isLarge = plan.nextInt(16) == 0;
                ByteBuffer message = message(id, sequence, isLarge ? LARGE_BYTES : 5 + plan.nextInt(200));
                boolean givesUp = !isLarge && plan.nextInt(8) == 0; // with a large one it would break the connection
                Deadline deadline = deadline(givesUp, plan);
                boolean moreFollows = plan.nextInt(4) > 0; // the last one's followers, too, never come
                try {
                    sender.sendMessage(Opcode.BINARY, message, moreFollows, deadline);
                } catch (InterruptedIOException e) {
                    assertTrue(givesUp, e::toString);
                } catch (IOException e) { // closed, or broken by that
                    return sequence;
                }
                sequence += message.hasRemaining() ? 0 : 1; // taken whole, it goes out, deadline or not
                Seed.pause(plan);
            }
            return sequence;
        }

        private static Deadline deadline(boolean givesUp, SplittableRandom plan) {
            return givesUp ? Deadline.after(Duration.ofNanos(plan.nextInt(50_000))) : patience();
        }

        /// @return how many messages were ended
        private int sendInPieces(SplittableRandom plan) {
            for (int sequence = 0; sequence < MESSAGE_COUNT; sequence++) {
                ByteBuffer message = message(IN_PIECES, sequence, 5 + plan.nextInt(200));
                try {
                    sender.beginMessage(patience());
                    var writer = new MessageWriter(sender, Opcode.BINARY);
                    while (writer.isOpen()) {
                        sendPieceOrEnd(writer, message, plan);
                        Seed.pause(plan);
                    }
                } catch (IOException _) { // closed, or broken by that
                    return sequence;
                }
            }
            return MESSAGE_COUNT;
        }

        private static void sendPieceOrEnd(MessageWriter writer, ByteBuffer rest, SplittableRandom plan)
                throws IOException {
            boolean givesUp = plan.nextInt(4) == 0;
            Deadline deadline = deadline(givesUp, plan);
            int end = rest.limit();
            try {
                if (rest.hasRemaining()) {
                    writer.write(rest.limit(rest.position() + 1 + plan.nextInt(rest.remaining())), deadline);
                } else {
                    writer.close(deadline);
                }
            } catch (InterruptedIOException e) { // taken or not, as the position says
                assertTrue(givesUp, e::toString);
            } finally {
                rest.limit(end);
            }
        }

        private void answerPings(int count, SplittableRandom plan) {
            for (int i = 1; i <= count; i++) {
                sender.sendPong(ByteBuffer.allocate(PONG_BYTES).putInt(i).array());
                Seed.pause(plan);
                if (plan.nextBoolean()) {
                    sender.flushHeldBack();
                }
            }
        }
    }

    private static ByteBuffer message(int id, int sequence, int byteCount) {
        var message = ByteBuffer.allocate(byteCount).put((byte) id).putInt(sequence);
        while (message.hasRemaining()) {
            message.put((byte) sequence);
        }
        return message.flip();
    }

    /// What the peer gets to see.
    private static final class Received implements AutoCloseable {

        private final int[] messageCounts = new int[SENDER_COUNT];
        private final Form form;
        private final SplittableRandom pauses;
        private final Inflater inflater = new Inflater(true);
        private int newestPong;

        /// What has come of a message; null between messages.
        private ByteArrayOutputStream parts;

        private boolean isCompressed;

        Received(Form form, SplittableRandom pauses) {
            this.form = form;
            this.pauses = pauses;
        }

        /// Until nothing more is to come.
        void read(DataInputStream in, Ending ending, int pongCount) throws DataFormatException {
            try {
                boolean goesOn = true;
                while (goesOn && (ending != Ending.NONE || !hasAll(pongCount))) {
                    goesOn = takeFrame(in);
                    Seed.pause(pauses);
                }
            } catch (IOException e) { // the end, too, anywhere within a frame
                assertEquals(Ending.CUT, ending, e::toString);
            }
        }

        /// @return false if it was a close
        private boolean takeFrame(DataInputStream in) throws IOException, DataFormatException {
            int first = in.readUnsignedByte();
            int second = in.readUnsignedByte();
            assertEquals(form.masks, second > 0x7F, "whether it is masked");
            int length = second & 0x7F;
            byte[] payload = new byte[length == 126 ? in.readUnsignedShort() : length];
            int key = form.masks ? in.readInt() : 0;
            in.readFully(payload);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= (byte) (key >>> 24 - 8 * (i & 3));
            }
            switch (first) {
                case Wire.FIN | Wire.PONG -> takePong(ByteBuffer.wrap(payload).getInt());
                case Wire.FIN | Wire.CLOSE -> {
                    return false;
                }
                default -> takePart(first, payload);
            }
            return true;
        }

        /// Of a message, or all of it.
        private void takePart(int first, byte[] part) throws DataFormatException {
            boolean isFirst = parts == null;
            int flags = isFirst && form.compresses ? Wire.FIN | Wire.RSV1 : Wire.FIN;
            assertEquals(isFirst ? Wire.BINARY : Wire.CONTINUATION, first & ~flags, "a frame that nobody sent");
            if (isFirst) {
                parts = new ByteArrayOutputStream();
                isCompressed = (first & Wire.RSV1) != 0;
            }
            parts.writeBytes(part);
            if ((first & Wire.FIN) != 0) {
                takeMessage(ByteBuffer.wrap(isCompressed ? inflated(parts) : parts.toByteArray()));
                parts = null;
            }
        }

        /// RFC 7692, 7.2.2.
        private byte[] inflated(ByteArrayOutputStream message) throws DataFormatException {
            message.writeBytes(Wire.hex("00 00 FF FF"));
            inflater.setInput(message.toByteArray());
            byte[] room = new byte[LARGE_BYTES + 1];
            return Arrays.copyOf(room, inflater.inflate(room));
        }

        private boolean hasAll(int pongCount) {
            for (int count : messageCounts) {
                if (count < MESSAGE_COUNT) {
                    return false;
                }
            }
            return newestPong == pongCount;
        }

        private void takeMessage(ByteBuffer message) {
            int id = message.get(0);
            assertEquals(message(id, messageCounts[id], message.remaining()), message);
            messageCounts[id]++;
        }

        private void takePong(int number) {
            assertTrue(number > newestPong, "pong " + number + " behind " + newestPong);
            newestPong = number;
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}
