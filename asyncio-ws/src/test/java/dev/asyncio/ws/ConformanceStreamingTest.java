package dev.asyncio.ws;

import static dev.asyncio.ws.ConformanceLine.closed;
import static dev.asyncio.ws.ConformanceLine.sent;
import static dev.asyncio.ws.Wire.BINARY;
import static dev.asyncio.ws.Wire.CONTINUATION;
import static dev.asyncio.ws.Wire.FIN;
import static dev.asyncio.ws.Wire.PING;
import static dev.asyncio.ws.Wire.PONG;
import static dev.asyncio.ws.Wire.RSV1;
import static dev.asyncio.ws.Wire.TEXT;
import static dev.asyncio.ws.Wire.binary;
import static dev.asyncio.ws.Wire.close;
import static dev.asyncio.ws.Wire.cut;
import static dev.asyncio.ws.Wire.deflated;
import static dev.asyncio.ws.Wire.frame;
import static dev.asyncio.ws.Wire.hex;
import static dev.asyncio.ws.Wire.pattern;
import static dev.asyncio.ws.Wire.ping;
import static dev.asyncio.ws.Wire.pong;
import static dev.asyncio.ws.Wire.text;
import static dev.asyncio.ws.Wire.utf8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import dev.asyncio.net.buffers.PoolWatch;
import dev.asyncio.ws.ConformanceLine.Form;
import dev.asyncio.ws.ConformanceLine.Role;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What the table's lines do not show: a wait that is cut off at any byte takes nothing, messages are read and written
/// as they come, and a lent message stays as it is.
class ConformanceStreamingTest extends ConformanceTable {

    private static final Duration SHORT = Duration.ofNanos(300_000);
    private static final String DEFLATE = "permessage-deflate";
    private static final WebSocketOptions OPTIONS =
            WebSocketOptions.builder().compression(Compression.withContext()).build();

    /// How a wait is cut off.
    private enum Cut {
        DEADLINE,
        INTERRUPT
    }

    /// A message, in frames, and what is to come of it.
    private record Sent(String name, boolean isText, byte[] payload, Wire... frames) {
        Wire wire() {
            return Wire.of(frames);
        }
    }

    private static List<Sent> messages() {
        byte[] text = utf8("κό, \uD83D\uDE00!");
        byte[] deflated = deflated(utf8("Hello, Hello, Hello, Hello"));
        return List.of(
                new Sent("text", true, text, frame(FIN | TEXT, text)),
                new Sent("empty text", true, new byte[0], frame(FIN | TEXT)),
                new Sent("binary with a length of two bytes", false, pattern(130), binary(pattern(130))),
                new Sent("binary in fragments", false, pattern(6), frame(BINARY, pattern(2)),
                        frame(CONTINUATION), frame(FIN, Arrays.copyOfRange(pattern(6), 2, 6))),
                new Sent("text in fragments cut within characters", true, text, frame(TEXT, Arrays.copyOf(text, 3)),
                        frame(CONTINUATION, Arrays.copyOfRange(text, 3, 8)),
                        frame(FIN, Arrays.copyOfRange(text, 8, text.length))),
                new Sent("compressed text", true, utf8("Hello, Hello, Hello, Hello"),
                        frame(FIN | RSV1 | TEXT, deflated)),
                new Sent("compressed text in fragments", true, utf8("Hello, Hello, Hello, Hello"),
                        frame(RSV1 | TEXT, Arrays.copyOf(deflated, 5)),
                        frame(FIN, Arrays.copyOfRange(deflated, 5, deflated.length))));
    }

    /// Design, section 6: after a deadline or an interrupt "usable: nothing was taken".
    @TestFactory
    Stream<DynamicTest> cutOffAtEveryByte() {
        return Stream.of(Role.values()).flatMap(role -> messages().stream().flatMap(message -> Stream.of(Cut.values())
                .flatMap(cut -> Stream.of(Form.values()).flatMap(form -> Stream.of(
                        dynamicTest(
                                role + ": " + message.name + ", " + form + ", one " + cut + ", at each byte in turn",
                                () -> cutOnce(role, message, cut, form)),
                        dynamicTest(role + ": " + message.name + ", " + form + ", a " + cut + " at every byte",
                                () -> cutAlways(role, message, cut, form)))))));
    }

    private void cutOnce(Role role, Sent message, Cut cut, Form form) throws Exception {
        byte[] bytes = message.wire().bytes(role == Role.SERVER);
        var steps = new Handover<Integer>();
        try (Connection connection = connect(role, OPTIONS, DEFLATE, Integer.MAX_VALUE, socket -> {
            for (int at = 0; at < bytes.length; at++) {
                var receiving = new Receiving(socket, form);
                assertEquals(at, steps.take());
                receiving.cut(cut);
                steps.put(-1);
                receiving.expect(message);
            }
            return echo(socket, form);
        })) {
            for (int at = 0; at < bytes.length; at++) {
                connection.peer.write(Arrays.copyOf(bytes, at));
                steps.put(at);
                steps.take();
                connection.peer.write(Arrays.copyOfRange(bytes, at, bytes.length));
            }
            finish(connection);
        }
    }

    private void cutAlways(Role role, Sent message, Cut cut, Form form) throws Exception {
        byte[] bytes = message.wire().bytes(role == Role.SERVER);
        var steps = new Handover<Integer>();
        try (Connection connection = connect(role, OPTIONS, DEFLATE, Integer.MAX_VALUE, socket -> {
            var receiving = new Receiving(socket, form);
            for (int at = 0; at < bytes.length - 1; at++) {
                assertEquals(at, steps.take());
                receiving.cut(cut);
                steps.put(-1);
            }
            receiving.expect(message);
            return echo(socket, form);
        })) {
            for (int at = 0; at < bytes.length - 1; at++) {
                connection.peer.write(bytes[at]);
                steps.put(at);
                steps.take();
            }
            connection.peer.write(bytes[bytes.length - 1]);
            finish(connection);
        }
    }

    /// What was received before is over: the connection goes on.
    private static void finish(Connection connection) throws Exception {
        connection.peer.write(Wire.of(text("still there?"), ping("p"), close(1000, "")));
        connection.peer.expect(text("still there?"));
        connection.peer.expect(pong("p"));
        connection.peer.expect(close(1000, ""));
        connection.expectEndAfterClose();
        assertEquals(new Message.Close(CloseCode.NORMAL, ""), connection.outcome());
    }

    /// One message under way, in any form, that can be cut off again and again.
    private static final class Receiving {

        private final WebSocket socket;
        private final Form form;
        private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
        private MessageReader reader;
        private boolean isText;

        Receiving(WebSocket socket, Form form) {
            this.socket = socket;
            this.form = form;
        }

        void cut(Cut cut) throws Exception {
            if (cut == Cut.DEADLINE) {
                var waiting = Waiting.start(ThreadKind.VIRTUAL, () -> receive(Deadline.after(SHORT)));
                waiting.failure(SocketTimeoutException.class);
            } else {
                var waiting = Waiting.parked(ThreadKind.VIRTUAL, () -> receive(Waiting.patience()));
                waiting.interrupt();
                waiting.failure(InterruptedIOException.class);
                assertEquals(true, waiting.interruptStatus());
            }
        }

        void expect(Sent message) throws IOException {
            receive(Waiting.patience());
            assertEquals(message.isText, isText, "kind");
            assertArrayEquals(message.payload, payload.toByteArray());
        }

        private void receive(Deadline deadline) throws IOException {
            switch (form) {
                case RECEIVE -> {
                    switch (socket.receive(deadline)) {
                        case Message.Text(String text) -> keep(true, ByteBuffer.wrap(utf8(text)));
                        case Message.Binary(ByteBuffer bytes) -> keep(false, bytes);
                        case Message.Close close -> throw new IOException("closed: " + close);
                    }
                }
                case VIEW -> {
                    MessageView view = socket.receiveView(deadline);
                    keep(view.kind() == MessageView.Kind.TEXT, view.bytes());
                }
                case READER -> receivePieces(deadline);
            }
        }

        private void receivePieces(Deadline deadline) throws IOException {
            if (reader == null) {
                reader = socket.receiveReader(deadline).orElseThrow();
            }
            var piece = ByteBuffer.allocate(7);
            while (reader.read(piece, deadline) != -1) {
                keep(reader.isText(), piece.flip());
                piece.clear();
            }
            isText = reader.isText();
        }

        private void keep(boolean isTextNow, ByteBuffer bytes) {
            isText = isTextNow;
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            payload.writeBytes(copy);
        }
    }

    /// The pieces of a message come to the reader before the rest was sent.
    @TestFactory
    Stream<DynamicTest> readAsItComes() {
        return Stream.of(Role.values()).flatMap(role -> Stream.of(
                dynamicTest(role + ": pieces of one frame come as they are sent",
                        () -> readPieces(role, cut(role == Role.SERVER ? 7 : 3, text("abc")), "a",
                                List.of("b", "c"), false)),
                dynamicTest(role + ": fragments come as they are sent",
                        () -> readPieces(role, frame(TEXT, utf8("a")), "a", List.of("b", "c"), true))));
    }

    private void readPieces(Role role, Wire first, String firstPiece, List<String> pieces, boolean inFrames)
            throws Exception {
        var read = new Handover<String>();
        try (Connection connection = connect(role, WebSocketOptions.defaults(), "", Integer.MAX_VALUE, socket -> {
            MessageReader reader = socket.receiveReader(Waiting.patience()).orElseThrow();
            var piece = ByteBuffer.allocate(10);
            while (reader.read(piece.clear(), Waiting.patience()) != -1) {
                read.put(StandardCharsets.UTF_8.decode(piece.flip()).toString());
            }
            return echo(socket, Form.READER);
        })) {
            byte[] whole = text("abc").bytes(role == Role.SERVER);
            connection.peer.write(first);
            assertEquals(firstPiece, read.take());
            for (int i = 0; i < pieces.size(); i++) {
                boolean isLast = i == pieces.size() - 1;
                if (inFrames) {
                    connection.peer.write(frame(isLast ? FIN : CONTINUATION, utf8(pieces.get(i))));
                } else {
                    connection.peer.write(whole[whole.length - pieces.size() + i]);
                }
                assertEquals(pieces.get(i), read.take());
            }
            finish(connection);
        }
    }

    /// A reader that is closed early drops its message, and no more.
    @TestFactory
    Stream<DynamicTest> closedEarly() {
        return Stream.of(Role.values()).flatMap(role -> messages().stream().map(message -> dynamicTest(
                role + ": a reader of " + message.name + " is closed early", () -> {
                    try (Connection connection = connect(role, OPTIONS, DEFLATE, Integer.MAX_VALUE, socket -> {
                        socket.receiveReader(Waiting.patience()).orElseThrow().close();
                        return echo(socket, Form.READER);
                    })) {
                        connection.peer.write(message.wire());
                        finish(connection);
                    }
                })));
    }

    /// 5.4: each write is a fragment, and an empty one ends the message.
    @TestFactory
    Stream<DynamicTest> writtenInPieces() {
        return Stream.of(Role.values()).flatMap(role -> Stream.of(
                written(role, "nothing", true, List.of(), frame(FIN | TEXT)),
                written(role, "nothing as binary", false, List.of(), frame(FIN | BINARY)),
                written(role, "one piece", true, List.of(utf8("Hello")), frame(TEXT, utf8("Hello")), frame(FIN)),
                written(role, "three pieces of binary", false, List.of(pattern(3), pattern(200), pattern(70_000)),
                        frame(BINARY, pattern(3)), frame(0, pattern(200)), frame(0, pattern(70_000)), frame(FIN)),
                written(role, "an empty piece, which is none", false, List.of(new byte[0], pattern(3)),
                        frame(BINARY, pattern(3)), frame(FIN)),
                written(role, "text cut within a character", true, List.of(hex("F0 9F"), hex("98 80 61")),
                        frame(TEXT, hex("F0 9F")), frame(0, hex("98 80 61")), frame(FIN))));
    }

    private DynamicTest written(Role role, String name, boolean isText, List<byte[]> pieces, Wire... frames) {
        return dynamicTest(role + ": a writer of " + name, () -> {
            try (Connection connection = connect(role, WebSocketOptions.defaults(), "", Integer.MAX_VALUE, socket -> {
                try (MessageWriter writer = isText
                        ? socket.sendText(Waiting.patience())
                        : socket.sendBinary(Waiting.patience())) {
                    for (byte[] piece : pieces) {
                        writer.write(ByteBuffer.wrap(piece), Waiting.patience());
                    }
                }
                return echo(socket, Form.RECEIVE);
            })) {
                for (Wire frame : frames) {
                    connection.peer.expect(frame);
                }
                finish(connection);
            }
        });
    }

    /// 5.4: a control frame may come between the fragments of a message, another message may not.
    @TestFactory
    Stream<DynamicTest> pongsBetweenPieces() {
        return Stream.of(Role.values())
                .map(role -> dynamicTest(role + ": a pong between the pieces of a writer", () -> {
                    try (Connection connection =
                            connect(role, WebSocketOptions.defaults(), "", Integer.MAX_VALUE, socket -> {
                                try (MessageWriter writer = socket.sendText(Waiting.patience())) {
                                    writer.write(ByteBuffer.wrap(utf8("a")));
                                    var other = Waiting.parked(ThreadKind.VIRTUAL, () -> socket.send("other"));
                                    assertEquals(new Message.Text("answer the ping before"),
                                            socket.receive(Waiting.patience()));
                                    assertEquals(true, other.isAlive());
                                    writer.write(ByteBuffer.wrap(utf8("b")));
                                    writer.close();
                                    other.value();
                                }
                                return echo(socket, Form.RECEIVE);
                            })) {
                        connection.peer.expect(frame(TEXT, utf8("a")));
                        connection.peer.write(Wire.of(ping("between"), text("answer the ping before")));
                        connection.peer.expect(pong("between"));
                        connection.peer.expect(frame(CONTINUATION, utf8("b")));
                        connection.peer.expect(frame(FIN));
                        connection.peer.expect(text("other"));
                        finish(connection);
                    }
                }));
    }

    /// A lent message stays as it is until the next receive, whatever comes meanwhile.
    @TestFactory
    Stream<DynamicTest> lent() {
        return Stream.of(Role.values()).flatMap(role -> Stream.of(3, 200, 20_000, 70_000).map(length -> dynamicTest(
                role + ": a view of " + length + " bytes stays, whatever comes", () -> {
                    var held = new Handover<Boolean>();
                    try (Connection connection = connect(role, WebSocketOptions.defaults(), "", Integer.MAX_VALUE,
                            socket -> {
                                MessageView view = socket.receiveView(Waiting.patience());
                                assertEquals(ByteBuffer.wrap(pattern(length)), view.bytes());
                                held.put(true);
                                socket.ping(Waiting.patience()); // reads
                                assertEquals(ByteBuffer.wrap(pattern(length)), view.bytes());
                                socket.send(view);
                                return echo(socket, Form.VIEW);
                            })) {
                        connection.peer.write(binary(pattern(length)));
                        held.take();
                        connection.peer.write(Wire.of(ping("x".repeat(100)), pong("y".repeat(125))));
                        byte[] ping = payloadOfPing(connection.peer);
                        connection.peer.write(frame(FIN | PONG, ping));
                        connection.peer.expect(binary(pattern(length)));
                        finish(connection);
                    }
                    PoolWatch.fillPools(); // a buffer lent while more room is needed is its reader's from then on
                })));
    }

    /// Our pong and our ping may come in either order.
    private static byte[] payloadOfPing(ConformancePeer peer) throws IOException {
        byte[] ping = null;
        for (int i = 0; i < 2; i++) {
            byte[] frame = peer.readFrame();
            if (frame[0] == (byte) (FIN | PING)) {
                ping = Arrays.copyOfRange(frame, 2, frame.length);
            } else {
                assertArrayEquals(pong("x".repeat(100)).bytes(false), frame);
            }
        }
        return ping;
    }

    /// Hands values to a thread that waits for them. Neither waits for ever for one that has failed.
    private static final class Handover<T> {

        private final SynchronousQueue<T> queue = new SynchronousQueue<>();

        void put(T value) throws InterruptedException {
            assertTrue(queue.offer(value, Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS), "nobody takes " + value);
        }

        T take() throws InterruptedException {
            T value = queue.poll(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertNotNull(value, "the other thread puts nothing");
            return value;
        }
    }
}
