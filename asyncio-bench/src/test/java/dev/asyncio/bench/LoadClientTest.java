package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.bench.LoadDialogue.Timing;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadClientTest {

    private static final int MESSAGE_BYTES = 64;
    private static final long SLOW_ECHO_NANOS = 40_000_000;
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static LoadGenerator.Result run(Speech speech, InetSocketAddress server, int connectionCount, int window)
            throws IOException {
        return LoadGenerator.run(
                speech.protocol(),
                server,
                new LoadGenerator.Load(connectionCount, MESSAGE_BYTES, window),
                Timing.ofSeconds(0.1, 0.1),
                Unmarked.INSTANCE);
    }

    @ParameterizedTest
    @EnumSource
    void anHonestServerIsMeasured(Speech speech) throws IOException {
        try (var server = FaultyEcho.start(speech, FaultyEcho.Fault.NONE, MESSAGE_BYTES)) {
            LoadGenerator.Result result = run(speech, server.address(), 3, 4);
            assertTrue(result.replyCount() > 0);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bytes=64 window=1                        | expected connections=…, got "bytes=64 window=1"
            connections=1 window=1                   | expected bytes=…, got "connections=1 window=1"
            connections=1 bytes=64                   | expected window=…, got "connections=1 bytes=64"
            connections=0 bytes=64 window=1          | connections: expected a number of at least 1, got "0"
            connections=1 bytes=7 window=1           | bytes: expected a number of at least 8, got "7"
            connections=1 bytes=64 window=many       | window: expected a number of at least 1, got "many"
            connections=1 bytes=64 window=1 rate=-1  | rate: expected a number of at least 0, got "-1"
            connections=1 bytes=64 window=1 rate=NaN | rate: expected a number of at least 0, got "NaN"
            """)
    void aLoadThatCannotBeIsNamed(String load, String reason) {
        var refused = assertThrows(
                IllegalArgumentException.class, () -> LoadGenerator.Load.of(Values.parse(load)));
        assertEquals(reason, refused.getMessage());
    }

    @Test
    void aServerThatDoesNotEndItsConnectionsIsNamed() throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var served = Waiting.start(ThreadKind.PLATFORM, () -> {
                Socket socket = listener.accept();
                socket.getInputStream().transferTo(socket.getOutputStream());
                return socket;
            });
            var address = (InetSocketAddress) listener.getLocalSocketAddress();
            var failure = assertThrows(IOException.class, () -> run(Speech.BARE, address, 1, 1));
            assertEquals("the server has not ended its connections after PT5S", failure.getMessage());
            served.value().close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOpenLoopAsksForItsRate(Speech speech) throws IOException {
        try (var server = FaultyEcho.start(speech, FaultyEcho.Fault.NONE, MESSAGE_BYTES)) {
            var load = new LoadGenerator.Load(3, MESSAGE_BYTES, 4, 500);
            LoadGenerator.Result result = LoadGenerator.run(
                    speech.protocol(), server.address(), load, Timing.ofSeconds(0.1, 0.4), Unmarked.INSTANCE);
            assertEquals(200, result.latencies().getTotalCount(), 1);
            assertTrue(result.seconds() >= 0.4, result.seconds() + " s");
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOpenLoopFailsForOneLostReply(Speech speech) throws IOException {
        try (var server = FaultyEcho.start(speech, FaultyEcho.Fault.DROPPED, MESSAGE_BYTES)) {
            var load = new LoadGenerator.Load(1, MESSAGE_BYTES, 4, 500);
            assertThrows(IOException.class, () -> LoadGenerator.run(
                    speech.protocol(), server.address(), load, Timing.ofSeconds(0.1, 0.1), Unmarked.INSTANCE));
        }
    }

    @Test
    void anOpenLoopTimesMessagesFromWhenTheyWereToBeSent() throws IOException {
        try (var server = FaultyEcho.start(Speech.BARE, FaultyEcho.Fault.NONE, MESSAGE_BYTES)) {
            var more = new LoadGenerator.Load(1, MESSAGE_BYTES, 1, 3e5); // than anybody can echo one by one
            LoadGenerator.Result result = LoadGenerator.run(
                    Speech.BARE.protocol(), server.address(), more, Timing.ofSeconds(0.1, 0.1), Unmarked.INSTANCE);
            assertTrue(result.latencies().getMinValue() >= 90_000_000, result.latencies().getMinValue() + " ns");
            assertEquals(30_000, result.latencies().getTotalCount(), 1, "none is forgotten, however late");
            assertTrue(result.replyCount() / result.seconds() < 3e5, result.replyCount() + " in " + result.seconds());
        }
    }

    @Test
    void whatIsLateWhenAnOpenLoopIsMeasuredIsNotOfTheMeasuredTime() throws IOException {
        try (var server = FaultyEcho.start(Speech.BARE, FaultyEcho.Fault.NONE, MESSAGE_BYTES)) {
            var load = new LoadGenerator.Load(3, MESSAGE_BYTES, 100, 500);
            var timing = Timing.ofSeconds(0.1, 0.2);
            var marks = new SlowMarks();
            LoadGenerator.Result result =
                    LoadGenerator.run(Speech.BARE.protocol(), server.address(), load, timing, marks);
            assertEquals(100, result.latencies().getTotalCount(), 1);
            long leastNanos = timing.measured().plus(LoadGenerator.SETTLING).toNanos();
            assertTrue(marks.nanosBetween >= leastNanos, marks.nanosBetween + " ns");
        }
    }

    /// Of a client that has no core while its parent reads that it measures.
    private static final class SlowMarks implements LoadDialogue.Marks {

        private long nanosBetween;

        @Override
        public void measuring() {
            long startNanos = System.nanoTime();
            while (System.nanoTime() - startNanos < 400_000_000) {
                Thread.onSpinWait();
            }
            nanosBetween = -System.nanoTime();
        }

        @Override
        public void measured() {
            nanosBetween += System.nanoTime();
        }
    }

    static Stream<Arguments> faultsInEachSpeech() {
        return Stream.of(Speech.values())
                .flatMap(speech -> EnumSet.complementOf(EnumSet.of(FaultyEcho.Fault.NONE)).stream()
                        .map(fault -> Arguments.of(speech, fault)));
    }

    @ParameterizedTest
    @MethodSource("faultsInEachSpeech")
    void anyFaultFailsTheRun(Speech speech, FaultyEcho.Fault fault) throws IOException {
        try (var server = FaultyEcho.start(speech, fault, MESSAGE_BYTES)) {
            assertThrows(IOException.class, () -> run(speech, server.address(), 3, 4));
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneLostReplyFailsTheRunHoweverBusyTheOtherConnectionsAre(Speech speech) throws IOException {
        try (var server = FaultyEcho.start(speech, FaultyEcho.Fault.DROPPED, MESSAGE_BYTES)) {
            IOException failure = assertThrows(IOException.class, () -> run(speech, server.address(), 3, 1));
            assertEquals("1 replies are missing after PT5S", failure.getMessage());
        }
    }

    @Test
    void aChangedByteIsNamed() throws IOException {
        try (var server = FaultyEcho.start(Speech.WEBSOCKET, FaultyEcho.Fault.ALTERED_FIRST_BYTE, MESSAGE_BYTES)) {
            IOException failure = assertThrows(IOException.class, () -> run(Speech.WEBSOCKET, server.address(), 1, 1));
            assertEquals("connection 0, reply 10, byte 0: expected 82, got 81", failure.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n"
    })
    void aServerThatDoesNotShakeHandsFailsTheRun(String response) throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var answering = Waiting.start(ThreadKind.VIRTUAL, () -> {
                try (var socket = listener.accept()) {
                    Speech.readHead(socket);
                    socket.getOutputStream().write(response.getBytes(StandardCharsets.US_ASCII));
                }
            });
            var address = (InetSocketAddress) listener.getLocalSocketAddress();
            assertThrows(IOException.class, () -> run(Speech.WEBSOCKET, address, 1, 1));
            answering.value();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "binary"})
    void framesOfEveryLengthFormComeBack(String messages) throws IOException {
        var frames = WebSocketLoadClient.Frames.valueOf(messages.toUpperCase(Locale.ROOT));
        try (var server = WebSocketContender.Kind.ASYNCIO.start(ANY_PORT, WebSocketContender.Deflate.OFF)) {
            for (int messageBytes : new int[] {8, 125, 126, 65_535, 65_536}) {
                LoadGenerator.Load load = new LoadGenerator.Load(2, messageBytes, 3);
                try (var client = LoadGenerator.connect(frames, server.address(), load)) {
                    client.exchange(100);
                    client.end();
                }
            }
        }
    }

    /// Where no server is.
    static InetSocketAddress nobody() throws IOException {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return (InetSocketAddress) listener.getLocalSocketAddress();
        }
    }

    @Test
    void aServerNeverStartedFailsTheRun() throws IOException {
        InetSocketAddress nobody = nobody();
        assertThrows(ConnectException.class, () -> run(Speech.BARE, nobody, 1, 1));
    }

    @Test
    void theSecondsOfFewMessagesAndOfManyAreThoseThatTheyTook() throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var echoing = Waiting.start(ThreadKind.PLATFORM, () -> echoSlowly(listener));
            var server = (InetSocketAddress) listener.getLocalSocketAddress();
            var timing = Timing.ofSeconds(0.1, 0.3);
            var begin = new BeginMark();
            Counting counting = LoadGenerator.run(
                    Speech.BARE.protocol(), server, new LoadGenerator.Load(1, MESSAGE_BYTES, 1), timing, begin)
                    .counting();
            echoing.value();
            begin.assertContains(timing.warmUp(), counting.fewSeconds(), counting.manySeconds());
            // The first of the many was under way already.
            double least = (Figure.FEW_TIMES - 1) * SLOW_ECHO_NANOS / 1e9;
            assertTrue(counting.manySeconds() >= least, counting::toString);
        }
    }

    @Test
    void aClientThatSleepsUntilAReplyComesIsIdle() throws Exception {
        try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var echoing = Waiting.start(ThreadKind.PLATFORM, () -> echoSlowly(listener));
            var server = (InetSocketAddress) listener.getLocalSocketAddress();
            LoadGenerator.Result result = run(Speech.BARE, server, 1, 1);
            echoing.value();
            assertTrue(result.idlePercent() > 50, result.idlePercent() + " %");
        }
    }

    /// To one client, which sends one message at a time.
    private static void echoSlowly(ServerSocket listener) throws IOException {
        try (var socket = listener.accept()) {
            byte[] reply;
            while ((reply = Speech.BARE.honestReply(socket, MESSAGE_BYTES)) != null) {
                long readyNanos = System.nanoTime() + SLOW_ECHO_NANOS;
                while (System.nanoTime() < readyNanos) {
                    Thread.onSpinWait();
                }
                socket.getOutputStream().write(reply);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFailedRunIsAFailedProcess(Speech speech) throws Exception {
        Class<?> main = speech == Speech.BARE ? LoadClient.class : WebSocketLoadClient.class;
        try (var server = FaultyEcho.start(speech, FaultyEcho.Fault.ALTERED, MESSAGE_BYTES);
                var client = ChildJvm.start(main, "127.0.0.1", server.address().getPort())) {
            client.writeLine("connections=1 bytes=64 window=1 warmUp=0.1 seconds=0.1");
            assertThrows(IOException.class, client::finish);
        }
    }
}
