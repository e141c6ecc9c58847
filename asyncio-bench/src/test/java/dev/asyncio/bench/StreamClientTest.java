package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.LoadDialogue.Timing;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StreamClientTest {

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
        var request = new StreamRequest(64, StreamRequest.Mode.WHOLE);
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var sending = Waiting.start(ThreadKind.VIRTUAL, () -> sendBlocks(listener, request, 0, 1, 3));
            var server = (InetSocketAddress) listener.getLocalSocketAddress();
            IOException failure =
                    assertThrows(IOException.class, () -> run(new LoadClient.Bare(), server, request));
            assertTrue(failure.getMessage().startsWith("block 2, byte 7"), failure.getMessage());
            sending.value();
        }
    }

    @Test
    void aSilentServerFailsTheRun() throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var server = (InetSocketAddress) listener.getLocalSocketAddress();
            var failure = assertThrows(
                    SocketTimeoutException.class,
                    () -> run(new LoadClient.Bare(), server, new StreamRequest(64, StreamRequest.Mode.WHOLE)));
            assertTrue(failure.getMessage().contains("silent"), failure.getMessage());
        }
    }

    private static void sendBlocks(ServerSocket listener, StreamRequest request, long... numbers) throws IOException {
        try (var socket = listener.accept()) {
            socket.getInputStream().readNBytes(StreamRequest.BYTES);
            byte[] block = new byte[request.blockBytes()];
            request.newBlock().get(block);
            for (long number : numbers) {
                ByteBuffer.wrap(block).putLong(0, number);
                socket.getOutputStream().write(block);
            }
        } catch (SocketException _) {
            // The receiver has gone, as it should.
        }
    }
}
