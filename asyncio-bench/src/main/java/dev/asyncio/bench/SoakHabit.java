package dev.asyncio.bench;

import dev.asyncio.bench.SoakClients.Failure;
import dev.asyncio.bench.SoakTransport.Connection;
import dev.asyncio.core.Deadline;
import dev.asyncio.net.TcpOptions;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// What honest clients of a soak do, each on one connection after another. Every reply is compared with what was sent.
enum SoakHabit {

    /// One message after the other, some large.
    FAST(1_000) {
        @Override
        void use(Talk talk) throws IOException {
            int messageBytes = 8 << talk.random.nextInt(14);
            long startNanos = System.nanoTime();
            talk.exchange(messageBytes);
            talk.clients.roundTripTook(System.nanoTime() - startNanos);
        }
    },

    /// Sends at once what it then takes in slowly, so that the server waits for it.
    SLOW(5) {
        @Override
        void use(Talk talk) throws IOException, InterruptedException {
            var sending = new FutureTask<Void>(() -> {
                for (int i = 0; i < BURST_COUNT; i++) {
                    talk.connection.send(talk.message(talk.nextNumber + i, BURST_BYTES), talk.deadline());
                }
                return null;
            });
            Thread.ofVirtual().start(sending);
            try {
                for (int i = 0; i < BURST_COUNT; i++) {
                    talk.clients.pause(BURST_PAUSE_MILLIS);
                    talk.check(talk.nextNumber + i, BURST_BYTES);
                }
                sending.get();
            } catch (ExecutionException e) {
                throw new IOException("sending failed", e.getCause());
            }
            talk.nextNumber += BURST_COUNT;
        }
    },

    /// Says something every few seconds.
    SILENT(3) {
        @Override
        void use(Talk talk) throws IOException, InterruptedException {
            talk.clients.pause(talk.random.nextLong(500, 4_000));
            talk.exchange(64);
        }
    },

    /// Comes, says little and goes; one in two without a word.
    RECONNECTING(2) {
        @Override
        void use(Talk talk) throws IOException, InterruptedException {
            talk.exchange(talk.random.nextInt(8, 512));
            talk.clients.pause(10);
        }
    };

    private static final int BURST_COUNT = 128;
    private static final int BURST_BYTES = 32 * 1024;
    private static final long BURST_PAUSE_MILLIS = 4;

    /// Of slow clients, so that little of a burst is on its way.
    private static final int RECEIVE_BUFFER_BYTES = 32 * 1024;

    /// Where all messages are cut from: one half is text that repeats itself, one is random.
    private static final byte[] CONTENTS = newContents();

    private final int usesOfAConnection;

    SoakHabit(int usesOfAConnection) {
        this.usesOfAConnection = usesOfAConnection;
    }

    abstract void use(Talk talk) throws IOException, InterruptedException;

    /// Lives with one connection.
    void live(SoakClients clients, SoakTransport transport, SplittableRandom random)
            throws IOException, InterruptedException {
        Connection connection =
                transport.connect(clients.target(), tcpOptions(), Deadline.after(SoakClients.PATIENCE));
        boolean isDone = false;
        try {
            var talk = new Talk(clients, connection, random);
            for (int i = 0; i < usesOfAConnection && !clients.isEnding(); i++) {
                use(talk);
            }
            if (this != RECONNECTING || random.nextBoolean()) {
                connection.close();
                isDone = true;
            }
        } finally {
            if (!isDone) {
                connection.abort();
            }
        }
    }

    private TcpOptions tcpOptions() {
        return this == SLOW
                ? TcpOptions.builder().receiveBufferBytes(RECEIVE_BUFFER_BYTES).build()
                : TcpOptions.defaults();
    }

    private static byte[] newContents() {
        byte[] contents = new byte[1 << 20];
        new Random(7).nextBytes(contents);
        for (int i = 0; i < contents.length / 2; i++) {
            contents[i] = (byte) ('a' + i % 23);
        }
        return contents;
    }

    /// What is said on one connection.
    static final class Talk {

        private final SoakClients clients;
        private final Connection connection;
        private final SplittableRandom random;
        private long nextNumber;

        private Talk(SoakClients clients, Connection connection, SplittableRandom random) {
            this.clients = clients;
            this.connection = connection;
            this.random = random;
            this.nextNumber = random.nextLong();
        }

        private Deadline deadline() {
            return Deadline.after(SoakClients.PATIENCE);
        }

        private void exchange(int messageBytes) throws IOException {
            connection.send(message(nextNumber, messageBytes), deadline());
            check(nextNumber, messageBytes);
            nextNumber++;
        }

        private ByteBuffer message(long number, int messageBytes) {
            int start = (int) Long.remainderUnsigned(number * 31, CONTENTS.length - messageBytes);
            return ByteBuffer.allocate(messageBytes)
                    .put(CONTENTS, start, messageBytes)
                    .putLong(0, number)
                    .flip();
        }

        private void check(long number, int messageBytes) throws IOException {
            ByteBuffer reply;
            try {
                reply = connection.receive(messageBytes, deadline());
            } catch (SocketTimeoutException e) {
                throw new Failure("lost reply", e.toString(), e);
            }
            int wrong = reply.mismatch(message(number, messageBytes));
            if (wrong != -1) {
                throw new Failure("wrong reply", "byte " + wrong + " of " + messageBytes + " differs");
            }
            clients.replied();
        }
    }
}
