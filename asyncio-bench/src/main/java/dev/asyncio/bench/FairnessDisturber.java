package dev.asyncio.bench;

import dev.asyncio.core.Deadline;
import dev.asyncio.ws.CloseCode;
import dev.asyncio.ws.MessageView;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Clients of a [FairnessServer] that take more than their share: `FairnessDisturber PORT`. A line of input has it begin,
/// `KIND CONNECTIONS MILLIS`, and the next one end; then it prints how many of its messages came back, or what it had
/// of its floods.
public final class FairnessDisturber {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MESSAGE_BYTES = 64;

    private final URI server;
    private final Disturbance disturbance;
    private final CountedThreads threads = new CountedThreads();
    private final AtomicLong replyCount = new AtomicLong();

    private enum Kind {
        NOTHING,
        FLOOD,
        COMPUTE,
        HAND_OVER,
        LONG_TURN,
        BURST,
        PONGS,
        POUR
    }

    /// What is done, on how many connections.
    ///
    /// @param millis that a handler or a loop computes, or that lie between two bursts
    record Disturbance(String kind, int connectionCount, long millis) {

        static final Disturbance NOTHING = new Disturbance("nothing", 0, 0);

        /// One connection sends without end.
        static Disturbance flood() {
            return new Disturbance("flood", 1, 0);
        }

        static Disturbance computing(int handlerCount, long millis) {
            return new Disturbance("compute", handlerCount, millis);
        }

        static Disturbance handingOver(int handlerCount, long millis) {
            return new Disturbance("hand_over", handlerCount, millis);
        }

        /// The event loop computes.
        static Disturbance longTurns(long millis) {
            return new Disturbance("long_turn", 1, millis);
        }

        /// All connections send one message at once, now and then.
        static Disturbance bursts(int connectionCount, long millis) {
            return new Disturbance("burst", connectionCount, millis);
        }

        /// Connections send without end what is no message.
        static Disturbance pongs(int connectionCount) {
            return new Disturbance("pongs", connectionCount, 0);
        }

        /// Handlers send without end.
        static Disturbance pouring(int handlerCount) {
            return new Disturbance("pour", handlerCount, 0);
        }

        private static Disturbance ofLine(String line) {
            String[] words = line.split(" ");
            return new Disturbance(words[0], Integer.parseInt(words[1]), Long.parseLong(words[2]));
        }

        String toLine() {
            return kind + " " + connectionCount + " " + millis;
        }
    }

    private FairnessDisturber(URI server, Disturbance disturbance) {
        this.server = server;
        this.disturbance = disturbance;
    }

    static void main(String[] args) throws Exception {
        var server = URI.create("ws://127.0.0.1:" + args[0]);
        var input = new BufferedReader(new InputStreamReader(System.in));
        String line;
        while ((line = input.readLine()) != null) {
            var disturber = new FairnessDisturber(server, Disturbance.ofLine(line));
            disturber.begin();
            System.out.println("begun");
            input.readLine();
            System.out.println(disturber.end());
        }
    }

    private void begin() throws IOException {
        switch (Names.find("disturbance", Kind.values(), disturbance.kind)) {
            case NOTHING -> {}
            case FLOOD -> flood();
            case COMPUTE -> startEach(FairnessServer.COMPUTE);
            case HAND_OVER -> startEach(FairnessServer.HAND_OVER);
            case LONG_TURN -> startEach(FairnessServer.LONG_TURN);
            case BURST -> burst();
            case PONGS -> startFloods(FairnessServer.ECHO, flood -> flood.sendPongs(threads, replyCount));
            case POUR -> startFloods(FairnessServer.POUR, flood -> flood.takeAll(threads, replyCount));
        }
    }

    private String end() throws InterruptedException {
        Map<String, Double> figures = threads.end(PATIENCE.multipliedBy(2));
        figures.put(Figure.MESSAGES, (double) replyCount.get());
        return Values.format(figures);
    }

    private void start(CountedThreads.Life life) {
        threads.start(Thread.ofPlatform().daemon(), life);
    }

    private WebSocket connect(String path) throws IOException {
        return WebSocket.connect(
                URI.create(server + path), WebSocketOptions.defaults(), Deadline.after(PATIENCE));
    }

    /// What is sent without end is answered without end.
    private void flood() throws IOException {
        WebSocket socket = connect(FairnessServer.ECHO);
        var sentCount = new AtomicLong();
        start(() -> {
            var message = ByteBuffer.allocate(MESSAGE_BYTES);
            while (!threads.areEnding()) {
                socket.send(message.clear().putLong(0, sentCount.getAndIncrement()), Deadline.after(PATIENCE));
            }
            socket.shutdownOutput(CloseCode.NORMAL, "", Deadline.after(PATIENCE));
        });
        start(() -> {
            MessageView reply = socket.receiveView(Deadline.after(PATIENCE));
            while (reply.kind() != MessageView.Kind.CLOSE) {
                requireNext(reply.bytes(), replyCount.getAndIncrement());
                reply = socket.receiveView(Deadline.after(PATIENCE));
            }
            socket.close();
            if (replyCount.get() != sentCount.get()) {
                throw new IOException(replyCount + " replies to " + sentCount + " messages");
            }
        });
    }

    private void startEach(String path) {
        for (int i = 0; i < disturbance.connectionCount; i++) {
            start(() -> {
                try (WebSocket socket = connect(path)) {
                    while (!threads.areEnding()) {
                        socket.send(Long.toString(disturbance.millis), Deadline.after(PATIENCE));
                        socket.receiveView(Deadline.after(PATIENCE));
                        replyCount.getAndIncrement();
                    }
                }
            });
        }
    }

    private void burst() throws IOException {
        List<WebSocket> sockets = new ArrayList<>();
        for (int i = 0; i < disturbance.connectionCount; i++) {
            sockets.add(connect(FairnessServer.ECHO));
        }
        start(() -> {
            var message = ByteBuffer.allocate(MESSAGE_BYTES);
            for (long number = 0; !threads.areEnding(); number++) {
                for (WebSocket socket : sockets) {
                    socket.send(message.clear().putLong(0, number), Deadline.after(PATIENCE));
                }
                for (WebSocket socket : sockets) {
                    requireNext(socket.receiveView(Deadline.after(PATIENCE)).bytes(), number);
                    replyCount.getAndIncrement();
                }
                threads.awaitEnd(TimeUnit.MILLISECONDS.toNanos(disturbance.millis));
            }
            for (WebSocket socket : sockets) {
                socket.close();
            }
        });
    }

    private interface FloodLife {

        void live(FairnessFlood flood) throws IOException;
    }

    /// All are connected before the first floods: then nobody may be.
    private void startFloods(String path, FloodLife life) throws IOException {
        List<FairnessFlood> floods = new ArrayList<>();
        for (int i = 0; i < disturbance.connectionCount; i++) {
            floods.add(FairnessFlood.connect(server.getPort(), path));
        }
        for (FairnessFlood flood : floods) {
            start(() -> life.live(flood));
        }
    }

    private static void requireNext(ByteBuffer reply, long number) throws IOException {
        if (reply.remaining() != MESSAGE_BYTES || reply.getLong(reply.position()) != number) {
            throw new IOException("expected reply " + number + ", got another");
        }
    }
}
