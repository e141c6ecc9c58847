package dev.asyncio.ws;

import static dev.asyncio.core.testing.Waiting.patience;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.testing.Seed;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// One client's random conversation with an echo of messages.
///
/// @param random of this conversation alone, and of its main thread
record SocketTalk(WebSocket socket, SplittableRandom random) {

    private static final String LEAVING = "/leaving";
    private static final String BREAKING = "/breaking";

    /// What servers do, by path. All echo; the last two only once.
    static final Map<String, WebSocketHandler> HANDLERS = Map.of(
            "/copies", SocketTalk::echoCopies,
            "/views", SocketTalk::echoViews,
            "/pieces", SocketTalk::echoPieces,
            LEAVING, socket -> send(socket, socket.receive()),
            BREAKING, socket -> {
                send(socket, socket.receive());
                socket.abort();
            });

    private static final int MAX_STEPS = 6;
    private static final int MAX_BYTES = 60_000;
    private static final int MAX_BURST = 20;

    private static void echoCopies(WebSocket socket) throws IOException {
        while (true) {
            Message message = socket.receive();
            if (message instanceof Message.Close) {
                return;
            }
            send(socket, message);
        }
    }

    private static void echoViews(WebSocket socket) throws IOException {
        MessageView message = socket.receiveView();
        while (message.kind() != MessageView.Kind.CLOSE) {
            socket.send(message);
            message = socket.receiveView();
        }
    }

    private static void echoPieces(WebSocket socket) throws IOException {
        var buffer = ByteBuffer.allocate(4 * 1024);
        for (var reader = socket.receiveReader(); reader.isPresent(); reader = socket.receiveReader()) {
            try (var from = reader.get(); var to = from.isText() ? socket.sendText() : socket.sendBinary()) {
                while (from.read(buffer.clear()) != -1) {
                    to.write(buffer.flip());
                }
            }
        }
    }

    void run() throws Exception {
        try (socket) {
            switch (socket.request().path()) {
                case LEAVING -> {
                    exchange(randomMessage());
                    var close = assertInstanceOf(Message.Close.class, socket.receive(patience()));
                    assertEquals(CloseCode.NORMAL, close.code());
                }
                case BREAKING -> {
                    exchange(randomMessage());
                    assertThrows(IOException.class, () -> socket.receive(patience()));
                }
                default -> converse();
            }
        }
    }

    private void converse() throws Exception {
        for (int steps = random.nextInt(MAX_STEPS); steps > 0; steps--) {
            switch (random.nextInt(6)) {
                case 0 -> giveUp();
                case 1 -> beInterrupted();
                case 2 -> socket.ping(patience());
                case 3 -> sendInPieces();
                default -> exchange(
                        Stream.generate(this::randomMessage).limit(1 + random.nextInt(MAX_BURST))
                                .toArray(Message[]::new));
            }
        }
        switch (random.nextInt(3)) {
            case 0 -> closeWhileReceiving();
            case 1 -> socket.abort();
            default -> {
                socket.close(CloseCode.NORMAL, "", patience());
                assertEquals(CloseCode.NORMAL, socket.peerClose().orElseThrow().code());
            }
        }
    }

    private Message randomMessage() {
        byte[] bytes = StreamTalk.randomBytes(random, MAX_BYTES);
        return random.nextBoolean()
                ? new Message.Binary(ByteBuffer.wrap(bytes))
                : new Message.Text(String.valueOf(random.nextLong()).repeat(1 + bytes.length / 20));
    }

    /// Two threads send, and a third pings, while this one receives. Each sender's messages come in its order.
    private void exchange(Message... messages) throws Exception {
        int half = messages.length / 2;
        var sending = Stream.of(new int[] {0, half}, new int[] {half, messages.length})
                .map(range -> Waiting.start(ThreadKind.VIRTUAL, () -> {
                    for (int i = range[0]; i < range[1]; i++) {
                        send(socket, messages[i]);
                    }
                }))
                .toList();
        var pinging = new ArrayList<Waiting<Duration>>();
        if (messages.length > 1 && random.nextBoolean()) {
            pinging.add(Waiting.start(ThreadKind.VIRTUAL, () -> socket.ping(patience())));
        }
        int first = 0;
        int second = half;
        while (first < half || second < messages.length) {
            Message received = socket.receive(patience());
            if (first < half && received.equals(messages[first])) {
                first++;
            } else {
                assertEquals(messages[second], received);
                second++;
            }
        }
        for (var sender : sending) {
            sender.value();
        }
        for (var ping : pinging) {
            ping.value();
        }
    }

    private static void send(WebSocket socket, Message message) throws IOException {
        switch (message) {
            case Message.Text(String text) -> socket.send(text, patience());
            case Message.Binary(ByteBuffer bytes) -> socket.send(bytes.duplicate(), patience());
            case Message.Close _ -> throw new AssertionError("no message");
        }
    }

    private void sendInPieces() throws Exception {
        byte[] sent = StreamTalk.randomBytes(random, MAX_BYTES);
        SplittableRandom pieces = random.split();
        var sending = Waiting.start(ThreadKind.VIRTUAL, () -> {
            try (var message = socket.sendBinary(patience())) {
                for (int index = 0; index < sent.length;) {
                    int count = 1 + pieces.nextInt(sent.length - index);
                    message.write(ByteBuffer.wrap(sent, index, count), patience());
                    index += count;
                }
            }
        });
        assertEquals(new Message.Binary(ByteBuffer.wrap(sent)), socket.receive(patience()));
        sending.value();
    }

    private void giveUp() {
        var soon = Deadline.after(Duration.ofNanos(random.nextInt(200_000)));
        assertThrows(SocketTimeoutException.class, () -> socket.receive(soon));
    }

    private void beInterrupted() {
        var receiving = Waiting.start(ThreadKind.VIRTUAL, () -> socket.receive(patience()));
        Seed.pause(random);
        receiving.interrupt();
        receiving.failure(InterruptedIOException.class);
    }

    /// The one that receives may get the answer to the close, or come too late for it.
    private void closeWhileReceiving() throws Exception {
        var receiving = Waiting.start(ThreadKind.VIRTUAL, () -> {
            try {
                assertInstanceOf(Message.Close.class, socket.receive(patience()));
            } catch (ClosedChannelException _) {
                assertFalse(socket.isOpen());
            }
        });
        Seed.pause(random);
        socket.close(CloseCode.NORMAL, "", patience());
        receiving.value();
    }
}
