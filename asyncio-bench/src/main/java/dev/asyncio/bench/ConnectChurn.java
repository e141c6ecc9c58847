package dev.asyncio.bench;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.TcpListener;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpServer;
import dev.asyncio.net.TcpStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// Connects, echoes one message and closes, over and over, both ends in this process; then nothing may be left:
/// `ConnectChurn [CONNECTIONS [CONCURRENCY]]`.
public final class ConnectChurn {

    private static final int MESSAGE_BYTES = 64;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /// The others reset: a politely closed connection occupies its port for a minute, and ports are few.
    private static final int POLITE_ONE_IN = 16;

    private final InetSocketAddress server;
    private final AtomicInteger next = new AtomicInteger();
    private final int connectionCount;

    private ConnectChurn(InetSocketAddress server, int connectionCount) {
        this.server = server;
        this.connectionCount = connectionCount;
    }

    static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        int connectionCount = args.length > 0 ? Arguments.number("connections", 1, args[0]) : 100_000;
        int concurrency = args.length > 1 ? Arguments.number("at once", 1, args[1]) : 32;
        check(connectionCount, concurrency).report();
    }

    static Verdict check(int connectionCount, int concurrency)
            throws IOException, InterruptedException, ExecutionException {
        run(concurrency, concurrency); // opens what stays open for the life of a process
        HeldResources before = HeldResources.settled();
        double seconds = run(connectionCount, concurrency);
        HeldResources after = HeldResources.awaitWithin(before);
        return new Verdict(
                after.isWithin(before),
                "%,d connections opened, echoed on and closed in %.1f s, %,d at a time (%,.0f/s); before %s; after %s"
                        .formatted(connectionCount, seconds, concurrency, connectionCount / seconds, before, after));
    }

    /// Returns the seconds it took.
    private static double run(int connectionCount, int concurrency)
            throws IOException, InterruptedException, ExecutionException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (var server = TcpServer.start(TcpListener.bind(address, TcpOptions.defaults()), ConnectChurn::echoOnce);
                var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var churn = new ConnectChurn(server.localAddress(), connectionCount);
            long startNanos = System.nanoTime();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < concurrency; i++) {
                running.add(clients.submit(churn::connectRepeatedly));
            }
            for (Future<?> client : running) {
                client.get();
            }
            return (System.nanoTime() - startNanos) / 1e9;
        }
    }

    private static void echoOnce(TcpStream stream) throws IOException {
        var message = ByteBuffer.allocate(MESSAGE_BYTES);
        stream.readFully(message, Deadline.after(TIMEOUT));
        stream.write(message.flip());
    }

    private Void connectRepeatedly() throws IOException {
        int number;
        while ((number = next.getAndIncrement()) < connectionCount) {
            TcpStream stream = TcpStream.connect(server, TcpOptions.defaults(), Deadline.after(TIMEOUT));
            try (stream) {
                echo(stream, number);
                if (number % POLITE_ONE_IN != 0) {
                    stream.abort();
                }
            }
        }
        return null;
    }

    private static void echo(TcpStream stream, int number) throws IOException {
        var message = ByteBuffer.allocate(MESSAGE_BYTES).putInt(0, number);
        var reply = ByteBuffer.allocate(MESSAGE_BYTES);
        stream.write(message);
        stream.readFully(reply, Deadline.after(TIMEOUT));
        if (reply.flip().mismatch(message.flip()) != -1) {
            throw new IOException("reply on connection " + number + " differs from what was sent");
        }
    }
}
