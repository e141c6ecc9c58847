package dev.asyncio.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.testing.AllDescriptors;
import dev.asyncio.core.testing.OwnProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A server that runs out of descriptors. In a process of its own, since none is left for anyone else in there.
class AcceptPauseTest {

    private static final Logger LOGGER = Logger.getLogger("dev.asyncio");

    /// One of them may be let in: the connection that came before them gives its descriptor back a turn of the loop later.
    private static final int CLIENTS = 3;

    @Test
    void lackOfDescriptorsPausesTheServerAndItGoesOnAfterwards(@TempDir Path directory) throws Exception {
        Path recording = directory.resolve("pauses.jfr");
        List<String> log = OwnProcess.of(OutOfDescriptors.class).descriptorLimit(200).run(recording);

        List<RecordedEvent> pauses = RecordingFile.readAllEvents(recording);
        assertEquals("dev.asyncio.AcceptPaused", pauses.getFirst().getEventType().getName());
        assertTrue(pauses.getFirst().getString("listener").startsWith("TcpListener[/127.0.0.1:"));
        assertTrue(pauses.getFirst().getString("reason").contains("Too many open files"));
        long logged = log.stream()
                .filter(line -> line.contains("pauses for"))
                .count();
        assertTrue(logged >= pauses.size(), "each pause is logged: " + log);
    }

    @Test
    void lackOfMemoryForTheWordsDoesNotEndTheServer() throws Exception {
        OwnProcess.of(OutOfWords.class).descriptorLimit(200).run();
    }

    /// Has more clients connect than descriptors are left, closes what took them, and talks to the clients.
    static final class OutOfDescriptors {

        static void main(String[] args) throws Exception {
            try (var recording = new Recording();
                    var server = startEcho()) {
                recording.enable("dev.asyncio.AcceptPaused");
                recording.start();
                roundTrip(connected(server)); // loads every class that a connection needs
                Deque<SocketChannel> clients = unconnected(CLIENTS);
                var pauses = new CountDownLatch(3); // with the third, two are over
                atEachEntry(pauses::countDown);
                AllDescriptors hogs = AllDescriptors.take();
                long startNanos = System.nanoTime();
                for (SocketChannel client : clients) {
                    client.connect(server.localAddress());
                }
                pauses.await();
                hogs.close();
                for (SocketChannel client : clients) {
                    roundTrip(client);
                }
                long spentMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
                recording.stop();
                recording.dump(Path.of(args[0]));
                int pauseCount = RecordingFile.readAllEvents(Path.of(args[0])).size();
                if (pauseCount < 2 || pauseCount > 1 + spentMillis / 100) {
                    throw new AssertionError(pauseCount + " pauses in " + spentMillis + " ms");
                }
            }
        }
    }

    /// Has the log find no memory for what is to be said of it, again and again, then closes what took the descriptors, and
    /// talks to the clients.
    static final class OutOfWords {

        static void main(String[] args) throws Exception {
            var failures = new CountDownLatch(2);
            atEachEntry(() -> {
                failures.countDown();
                throw new OutOfMemoryError("on purpose");
            });
            try (var server = startEcho()) {
                roundTrip(connected(server)); // loads every class that a connection needs
                Deque<SocketChannel> clients = unconnected(CLIENTS);
                AllDescriptors hogs = AllDescriptors.take();
                for (SocketChannel client : clients) {
                    client.connect(server.localAddress());
                }
                failures.await();
                hogs.close();
                for (SocketChannel client : clients) {
                    roundTrip(client);
                }
            }
        }
    }

    private static void atEachEntry(Runnable action) {
        LOGGER.addHandler(new Handler() {
            @Override
            public void publish(LogRecord entry) {
                action.run();
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    private static TcpServer startEcho() throws IOException {
        var listener = TcpListener.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), TcpOptions.defaults());
        return TcpServer.start(listener, stream -> stream.inputStream().transferTo(stream.outputStream()));
    }

    private static SocketChannel connected(TcpServer server) throws IOException {
        return SocketChannel.open(server.localAddress());
    }

    private static Deque<SocketChannel> unconnected(int count) throws IOException {
        var clients = new ArrayDeque<SocketChannel>();
        for (int i = 0; i < count; i++) {
            clients.add(SocketChannel.open());
        }
        return clients;
    }

    private static void roundTrip(SocketChannel client) throws IOException {
        try (client) {
            client.write(ByteBuffer.wrap(new byte[] {7}));
            var reply = ByteBuffer.allocate(1);
            while (reply.hasRemaining() && client.read(reply) != -1) {}
            if (reply.flip().get() != 7) {
                throw new AssertionError("no echo");
            }
        }
    }
}
