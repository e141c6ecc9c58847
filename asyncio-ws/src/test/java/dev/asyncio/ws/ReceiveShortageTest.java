package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.FullHeap;
import dev.asyncio.core.testing.OwnProcess;
import dev.asyncio.net.testing.MemoryStream;
import dev.asyncio.ws.handshake.DeflateParameters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
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

    /// What comes, the first text that is more than ASCII among it.
    enum Arrival {
        TEXT_OF_A_CLIENT(true, Wire.text(TEXT), new Message.Text(TEXT)),
        LONG_TEXT_OF_A_CLIENT(true, Wire.text(LONG_TEXT), new Message.Text(LONG_TEXT)),
        TEXT_OF_A_SERVER(false, Wire.text(TEXT), new Message.Text(TEXT)),
        COMPRESSED_TEXT(true, compressed(TEXT), new Message.Text(TEXT)),
        CLOSE(true, Wire.close(1000, TEXT), new Message.Close(CloseCode.NORMAL, TEXT));

        private final boolean isFromClient;
        private final Wire frame;
        private final Message expected;

        Arrival(boolean isFromClient, Wire frame, Message expected) {
            this.isFromClient = isFromClient;
            this.frame = frame;
            this.expected = expected;
        }

        private static Wire compressed(String text) {
            return Wire.frame(Wire.FIN | Wire.RSV1 | Wire.TEXT, Wire.deflated(Wire.utf8(text)));
        }

        /// A WebSocket that has it at hand, and the end behind it.
        private WebSocket atHand(MemoryStream.Pair pair) throws IOException {
            var options = WebSocketOptions.builder().maxMessageBytes(MAX_MESSAGE_BYTES).build();
            var deflate = new DeflateParameters(15, 15, false, false);
            WebSocket socket = Sockets.over(pair.left(), isFromClient, Optional.of(deflate), options);
            byte[] both = Wire.of(compressed("first"), frame).bytes(isFromClient);
            pair.right().write(ByteBuffer.wrap(both), patience());
            pair.right().shutdownOutput(patience());
            assertEquals(new Message.Text("first"), socket.receive(patience()));
            return socket;
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

        /// Whether that is enough for the receive. If not, the next one is to have the message, or find it closed.
        private static boolean hasRoom(Arrival arrival, int leftBytes) throws IOException {
            try (var pair = MemoryStream.pair()) {
                WebSocket socket = arrival.atHand(pair);
                MessageView view;
                takeAllBut(leftBytes);
                try {
                    view = socket.receiveView();
                } catch (OutOfMemoryError _) {
                    view = null;
                } finally {
                    FullHeap.giveBack();
                }
                if (view == null) {
                    checkNext(socket, arrival);
                } else {
                    assertEquals(arrival.expected, view.toMessage());
                }
                socket.abort();
                return view != null;
            }
        }

        private static void checkNext(WebSocket socket, Arrival arrival) throws IOException {
            try {
                assertEquals(arrival.expected, socket.receive(patience()));
            } catch (ClosedChannelException _) {
                assertFalse(socket.isOpen());
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
