package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.FullHeap;
import dev.asyncio.core.testing.OwnProcess;
import dev.asyncio.net.testing.MemoryStream;
import dev.asyncio.ws.handshake.DeflateParameters;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A receive finds no memory for one of the small things that it makes: in a process of its own, whose heap is full but
/// for a few bytes, a few more each time, until all is made.
class ReceiveShortageTest {

    /// As much as a small object takes, so that there is room for the one before it, and not for it.
    private static final int STEP_BYTES = 32;

    private static final int ENOUGH_BYTES = 64 * 1024;

    /// Little memory is wanted for a message that is put together.
    private static final int MAX_MESSAGE_BYTES = 128;

    private static final String TEXT = "gr\u00fcn";

    /// Long enough for loops that want views of it.
    private static final String LONG_TEXT = TEXT.repeat(25);

    /// One that is read in pieces.
    private static final String VARIED_TEXT = "Zw\u00f6lf Boxk\u00e4mpfer jagen Viktor quer \u00fcber den Sylter Deich";

    /// What comes, the first text that is more than ASCII among it.
    enum Arrival {
        TEXT_OF_A_CLIENT(true, Wire.text(TEXT), new Message.Text(TEXT)),
        LONG_TEXT_OF_A_CLIENT(true, Wire.text(LONG_TEXT), new Message.Text(LONG_TEXT)),
        TEXT_OF_A_SERVER(false, Wire.text(TEXT), new Message.Text(TEXT)),
        COMPRESSED_TEXT(true, compressed(TEXT), new Message.Text(TEXT)),
        COMPRESSED_PIECE(true, inTwo(Wire.RSV1 | Wire.TEXT, Wire.deflated(Wire.utf8(VARIED_TEXT))),
                new Message.Text(VARIED_TEXT), NextPiece::new),
        REST_OF_A_RECEIVE(true, inTwo(Wire.TEXT, Wire.utf8(VARIED_TEXT)),
                new Message.Text(VARIED_TEXT), Rest::new),
        CLOSE(true, Wire.close(1000, TEXT), new Message.Close(CloseCode.NORMAL, TEXT));

        private final boolean isFromClient;
        private final Wire frames;
        private final Message expected;
        private final Preparation preparation;

        Arrival(boolean isFromClient, Wire frames, Message expected) {
            this(isFromClient, frames, expected, Whole::new);
        }

        Arrival(boolean isFromClient, Wire frames, Message expected, Preparation preparation) {
            this.isFromClient = isFromClient;
            this.frames = frames;
            this.expected = expected;
            this.preparation = preparation;
        }

        private static Wire compressed(String text) {
            return Wire.frame(Wire.FIN | Wire.RSV1 | Wire.TEXT, Wire.deflated(Wire.utf8(text)));
        }

        private static Wire inTwo(int first, byte[] payload) {
            int half = payload.length / 2;
            return Wire.of(Wire.frame(first, Arrays.copyOf(payload, half)),
                    Wire.frame(Wire.FIN | Wire.CONTINUATION, Arrays.copyOfRange(payload, half, payload.length)));
        }

        /// A WebSocket that has it at hand, and the end behind it.
        private WebSocket atHand(MemoryStream.Pair pair) throws IOException {
            var options = WebSocketOptions.builder().maxMessageBytes(MAX_MESSAGE_BYTES).build();
            var deflate = new DeflateParameters(15, 15, false, false);
            WebSocket socket = Sockets.over(pair.left(), isFromClient, Optional.of(deflate), options);
            byte[] all = Wire.of(compressed("first"), frames).bytes(isFromClient);
            pair.right().write(ByteBuffer.wrap(all), patience());
            pair.right().shutdownOutput(patience());
            assertEquals(new Message.Text("first"), socket.receive(patience()));
            return socket;
        }
    }

    /// Does what comes before the call.
    private interface Preparation {
        Call on(WebSocket socket) throws IOException;
    }

    /// The call that may find no memory, and is made again then.
    private interface Call {

        void run() throws IOException;

        /// What has come of it, and perhaps of more calls.
        Message received() throws IOException;
    }

    private static final class Whole implements Call {

        private final WebSocket socket;
        private MessageView view;

        Whole(WebSocket socket) {
            this.socket = socket;
        }

        @Override
        public void run() throws IOException {
            view = socket.receiveView();
        }

        @Override
        public Message received() {
            return view.toMessage();
        }
    }

    /// Of a message whose first piece has been read.
    private static final class NextPiece implements Call {

        private final MessageReader reader;
        private final ByteBuffer read = ByteBuffer.allocate(1_000);

        NextPiece(WebSocket socket) throws IOException {
            this.reader = socket.receiveReader().orElseThrow();
            reader.read(read);
        }

        @Override
        public void run() throws IOException {
            reader.read(read);
        }

        @Override
        public Message received() throws IOException {
            var all = new ByteArrayOutputStream();
            all.write(read.array(), 0, read.position());
            reader.inputStream().transferTo(all);
            return new Message.Text(all.toString(StandardCharsets.UTF_8));
        }
    }

    /// A reader, where a receive was cut off.
    private static final class Rest implements Call {

        private final WebSocket socket;
        private MessageReader reader;

        Rest(WebSocket socket) {
            this.socket = socket;
            assertThrows(SocketTimeoutException.class, () -> socket.receive(Deadline.after(Duration.ZERO)));
        }

        @Override
        public void run() throws IOException {
            reader = socket.receiveReader().orElseThrow();
        }

        @Override
        public Message received() throws IOException {
            return new Message.Text(new String(reader.inputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReceiveWithoutMemoryLeavesTheMessageToTheNextOrClosesTheWebSocket(Arrival arrival) throws Exception {
        OwnProcess.of(Process.class).jvmOptions("-Xmx16m", "-XX:+UseSerialGC").run(arrival);
    }

    /// The process.
    static final class Process {

        @SuppressWarnings("unused") // takes room
        private static byte[] left;

        private Process() {}

        static void main(String[] args) throws Exception {
            var arrival = Arrival.valueOf(args[0]);
            assertTrue(hasRoom(arrival, ENOUGH_BYTES)); // all classes are there
            breakProtocol(); // and those that close for a loss
            int leftBytes = 0;
            while (!hasRoom(arrival, leftBytes)) {
                leftBytes += STEP_BYTES;
            }
            assertTrue(leftBytes > 0 && leftBytes < ENOUGH_BYTES, leftBytes + " bytes are enough");
        }

        /// Whether that is enough for the call. If not, the next one is to have what has come, or find the WebSocket closed.
        private static boolean hasRoom(Arrival arrival, int leftBytes) throws IOException {
            try (var pair = MemoryStream.pair()) {
                WebSocket socket = arrival.atHand(pair);
                Call call = arrival.preparation.on(socket);
                boolean hasRoom = false;
                takeAllBut(leftBytes);
                try {
                    call.run();
                    hasRoom = true;
                } catch (OutOfMemoryError _) {
                    // There was none.
                } finally {
                    FullHeap.giveBack();
                }
                if (hasRoom || isLeftToTheNext(call, socket)) {
                    assertEquals(arrival.expected, call.received());
                }
                socket.abort();
                return hasRoom;
            }
        }

        private static boolean isLeftToTheNext(Call call, WebSocket socket) throws IOException {
            try {
                call.run();
                return true;
            } catch (ClosedChannelException _) {
                assertFalse(socket.isOpen());
                return false;
            }
        }

        /// To the byte.
        private static void takeAllBut(int leftBytes) {
            left = new byte[leftBytes];
            FullHeap.take();
            left = null;
        }

        private static void breakProtocol() throws IOException {
            try (var pair = MemoryStream.pair()) {
                WebSocket socket = Sockets.over(pair.left(), true, WebSocketOptions.defaults());
                pair.right().write(ByteBuffer.wrap(Wire.hex("FF FF")), patience());
                pair.right().shutdownOutput(patience());
                assertThrows(WebSocketException.ProtocolBroken.class, socket::receive);
            }
        }
    }
}
