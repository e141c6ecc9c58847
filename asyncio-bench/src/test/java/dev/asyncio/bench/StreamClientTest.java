package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.LoadDialogue.Timing;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NothingLeftOver.class)
class StreamClientTest {

    private static final StreamRequest BLOCKS = new StreamRequest(64, StreamRequest.Mode.WHOLE);

    private static Map<String, Double> run(LoadProtocol protocol, InetSocketAddress server, StreamRequest request)
            throws IOException {
        return StreamClient.run(protocol, server, request, Timing.ofSeconds(0.02, 0.02), Unmarked.INSTANCE);
    }

    @ParameterizedTest
    @EnumSource
    void everySourceSendsWhatWasAskedFor(StreamSource.Kind kind) throws Exception {
        Assumptions.assumeTrue(kind.isAvailable(), "this system does not have it: " + kind);
        LoadProtocol protocol = kind.isFramed() ? WebSocketLoadClient.Frames.BINARY : new LoadClient.Bare();
        try (var source = kind.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            for (StreamRequest.Mode mode : StreamRequest.Mode.values()) {
                for (int bytes : new int[] {8, 64, 65_536}) {
                    var figures = run(protocol, source.address(), new StreamRequest(bytes, mode));
                    assertTrue(figures.get(Figure.MESSAGES) > 0, kind + " " + mode + " " + bytes);
                }
            }
        }
    }

    @Test
    void aBlockOutOfOrderFailsTheRun() throws Exception {
        var speech = Speech.BARE;
        IOException failure = failureWith(speech, block(speech, 0), block(speech, 1), block(speech, 3));
        assertEquals("block 2, byte 7: not what was asked for", failure.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"BARE, 0", "BARE, 8", "BARE, 40", "BARE, 63", "WEBSOCKET, 0", "WEBSOCKET, 1", "WEBSOCKET, 65"})
    void anAlteredByteFailsTheRun(Speech speech, int position) throws Exception {
        byte[] altered = block(speech, 2);
        altered[position] ^= 1;
        IOException failure = failureWith(speech, block(speech, 0), block(speech, 1), altered);
        assertEquals("block 2, byte %d: not what was asked for".formatted(position), failure.getMessage());
    }

    @ParameterizedTest
    @EnumSource
    void aStreamThatEndsFailsTheRun(Speech speech) throws Exception {
        IOException failure = failureWith(speech, block(speech, 0), block(speech, 1));
        assertEquals("the server ended its stream after 2 blocks", failure.getMessage());
    }

    @Test
    void aServerNeverStartedFailsTheRun() throws IOException {
        InetSocketAddress nobody = LoadClientTest.nobody();
        assertThrows(ConnectException.class, () -> run(new LoadClient.Bare(), nobody, BLOCKS));
    }

    @Test
    void aSilentServerFailsTheRun() throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var server = (InetSocketAddress) listener.getLocalSocketAddress();
            var failure = assertThrows(
                    SocketTimeoutException.class,
                    () -> run(new LoadClient.Bare(), server, BLOCKS));
            assertTrue(failure.getMessage().contains("silent"), failure.getMessage());
        }
    }

    /// One of [#BLOCKS] with what goes before it.
    private static byte[] block(Speech speech, long number) {
        byte[] header = speech.protocol().replyHeader(BLOCKS.blockBytes());
        return ByteBuffer.allocate(header.length + BLOCKS.blockBytes())
                .put(header)
                .put(BLOCKS.newBlock())
                .putLong(header.length, number)
                .array();
    }

    /// What a run comes to with a server that sends this and goes away.
    private static IOException failureWith(Speech speech, byte[]... blocks) throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var sending = Waiting.start(ThreadKind.VIRTUAL, () -> send(listener, speech, blocks));
            var server = (InetSocketAddress) listener.getLocalSocketAddress();
            IOException failure = assertThrows(IOException.class, () -> run(speech.protocol(), server, BLOCKS));
            sending.value();
            return failure;
        }
    }

    /// All at once, so that no run is over before it has seen the last.
    private static void send(ServerSocket listener, Speech speech, byte[]... blocks) throws IOException {
        var all = new ByteArrayOutputStream();
        for (byte[] block : blocks) {
            all.write(block);
        }
        try (var socket = listener.accept()) {
            speech.begin(socket);
            speech.honestReply(socket, StreamRequest.BYTES); // the request
            socket.getOutputStream().write(all.toByteArray());
        }
    }
}
