package dev.asyncio.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A connection in blocking style, on virtual threads.
final class BlockingTlsClient implements TlsContender.Client {

    private final Connection connection;
    private final ByteBuffer message = ByteBuffer.allocate(TlsContender.BUFFER_BYTES);
    private final ByteBuffer reply = ByteBuffer.allocate(TlsContender.BUFFER_BYTES);

    private BlockingTlsClient(Connection connection) {
        this.connection = connection;
    }

    static BlockingTlsClient connect(Connecting connecting) throws IOException, InterruptedException {
        var connection = new Connection[1];
        onVirtualThreads(() -> connection[0] = connecting.connect());
        return new BlockingTlsClient(connection[0]);
    }

    /// Connects and shakes hands.
    @FunctionalInterface
    interface Connecting {
        Connection connect() throws IOException;
    }

    /// What a contender has to offer. The buffers are arrays.
    interface Connection extends AutoCloseable {

        /// Writes all of a buffer.
        void write(ByteBuffer src) throws IOException;

        int read(ByteBuffer dst) throws IOException;

        /// Resets the connection.
        @Override
        void close() throws IOException;
    }

    @FunctionalInterface
    private interface Task {
        void run() throws IOException;
    }

    @Override
    public void roundTrips(int messageCount) throws IOException, InterruptedException {
        var sent = new TlsPayload();
        var checked = new TlsPayload();
        onVirtualThreads(() -> {
            for (int i = 0; i < messageCount; i++) {
                connection.write(sent.fill(message, TlsPayload.MESSAGE_BYTES));
                receive(checked, sent.position());
            }
        });
    }

    @Override
    public void stream(long byteCount) throws IOException, InterruptedException {
        onVirtualThreads(() -> send(byteCount), () -> receive(new TlsPayload(), byteCount));
    }

    private void send(long byteCount) throws IOException {
        var sent = new TlsPayload();
        while (sent.position() < byteCount) {
            connection.write(sent.fill(message, (int) Math.min(message.capacity(), byteCount - sent.position())));
        }
    }

    private void receive(TlsPayload checked, long end) throws IOException {
        while (checked.position() < end) {
            if (connection.read(reply.clear()) == -1) {
                throw new EOFException("the server ended the connection after " + checked.position() + " bytes");
            }
            checked.check(reply.flip());
        }
    }

    /// Returns when all have.
    private static void onVirtualThreads(Task... tasks) throws IOException, InterruptedException {
        var threads = new Thread[tasks.length];
        var failures = new Exception[tasks.length];
        for (int i = 0; i < tasks.length; i++) {
            int index = i;
            threads[i] = Thread.startVirtualThread(() -> {
                try {
                    tasks[index].run();
                } catch (IOException | RuntimeException e) {
                    failures[index] = e;
                }
            });
        }
        for (int i = 0; i < tasks.length; i++) {
            threads[i].join();
            if (failures[i] != null) {
                throw new IOException(failures[i].getMessage(), failures[i]);
            }
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
