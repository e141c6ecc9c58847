import dev.asyncio.core.Deadline;
import dev.asyncio.net.ByteStream;
import dev.asyncio.net.TcpOptions;
import dev.asyncio.net.TcpStream;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.net.tls.TlsStream;
import dev.asyncio.ws.Message;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketOptions;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// The client's side of network-faults.sh, which says what it is to do: `NetworkClient CA_FILE ADDRESS COMMAND ...`.
final class NetworkClient {

    private static final List<String> TRANSPORTS = List.of("tcp", "tls", "ws", "wss");

    /// What the script waits for.
    private static final String CONNECTED = "connected";

    private static final int PIECE_BYTES = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SLACK = Duration.ofSeconds(2);
    private static final Duration INTERVAL = Duration.ofMillis(400);
    private static final Duration TIMEOUT = Duration.ofMillis(400);
    private static final int PROBE_COUNT = 2;

    /// Longer than it may take to find a dead peer, which says none.
    private static final Duration GOODBYE = Duration.ofSeconds(10);

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final TlsOptions tls;
    private final String host;

    private NetworkClient(Path authorities, String host) throws IOException {
        this.tls = TlsOptions.builder().authorities(authorities).closeTimeout(GOODBYE).build();
        this.host = host;
    }

    static void main(String[] args) throws Exception {
        var client = new NetworkClient(Path.of(args[0]), args[1]);
        switch (args[2]) {
            case "echo" -> byAllTransports(transport -> client.echo(transport, Integer.parseInt(args[3])));
            case "keep-alive" -> client.keepAlive();
            case "follow" -> client.follow();
            default -> throw new IllegalArgumentException(args[2]);
        }
    }

    @FunctionalInterface
    private interface Case {
        String by(String transport) throws Exception;
    }

    /// Prints a line for each that goes well, "tcp: " and what is to be told, and another for each that does not.
    private static void byAllTransports(Case what) throws InterruptedException {
        var results = new LinkedHashMap<String, FutureTask<String>>();
        TRANSPORTS.forEach(transport -> results.put(transport, start(() -> what.by(transport))));
        for (var result : results.entrySet()) {
            try {
                System.out.println(result.getKey() + ": " + result.getValue().get());
            } catch (ExecutionException e) {
                System.out.println(result.getKey() + " failed: " + e.getCause());
            }
        }
    }

    /// What the transports have in common here.
    private interface Pipe extends AutoCloseable {

        void send(ByteBuffer piece) throws IOException;

        /// One or more bytes.
        ByteBuffer receive(Deadline deadline) throws IOException;

        @Override
        void close() throws IOException;
    }

    private Pipe connect(String transport, WebSocketOptions options) throws IOException {
        Deadline deadline = Deadline.after(PATIENCE);
        return switch (transport) {
            case "tcp" -> pipe(TcpStream.connect(new InetSocketAddress(host, 7001), options.tcp(), deadline));
            case "tls" -> pipe(TlsStream.client(
                    TcpStream.connect(new InetSocketAddress(host, 7002), options.tcp(), deadline), host, tls, deadline));
            case "ws" -> pipe(WebSocket.connect(URI.create("ws://" + host + ":7003/echo"), options, deadline));
            case "wss" -> pipe(WebSocket.connect(URI.create("wss://" + host + ":7004/echo"), options, deadline));
            default -> throw new IllegalArgumentException(transport);
        };
    }

    private static Pipe pipe(ByteStream stream) {
        return new Pipe() {
            @Override
            public void send(ByteBuffer piece) throws IOException {
                stream.write(piece, Deadline.after(PATIENCE));
            }

            @Override
            public ByteBuffer receive(Deadline deadline) throws IOException {
                var buffer = ByteBuffer.allocate(PIECE_BYTES);
                stream.read(buffer, deadline);
                return buffer.flip();
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
    }

    private static Pipe pipe(WebSocket socket) {
        return new Pipe() {
            @Override
            public void send(ByteBuffer piece) throws IOException {
                socket.send(piece, Deadline.after(PATIENCE));
            }

            @Override
            public ByteBuffer receive(Deadline deadline) throws IOException {
                return ((Message.Binary) socket.receive(deadline)).bytes();
            }

            @Override
            public void close() {
                socket.close();
            }
        };
    }

    private WebSocketOptions.Builder options() {
        return WebSocketOptions.builder().tls(tls).handshakeTimeout(PATIENCE);
    }

    /// Sends so many bytes, and has them come back: the digests must be the same.
    private String echo(String transport, int byteCount) throws Exception {
        byte[] sent = new byte[byteCount];
        new Random(byteCount).nextBytes(sent);
        var received = MessageDigest.getInstance("SHA-256");
        long startNanos = System.nanoTime();
        try (Pipe pipe = connect(transport, options().build())) {
            System.out.println(CONNECTED);
            var sending = start(() -> {
                for (int index = 0; index < byteCount; index += PIECE_BYTES) {
                    pipe.send(ByteBuffer.wrap(sent, index, Math.min(PIECE_BYTES, byteCount - index)));
                }
                return null;
            });
            int count = 0;
            while (count < byteCount) {
                ByteBuffer piece = pipe.receive(Deadline.after(PATIENCE));
                require(piece.hasRemaining(), "the end came after " + count + " bytes");
                count += piece.remaining();
                received.update(piece);
            }
            sending.get();
        }
        long millis = (System.nanoTime() - startNanos) / 1_000_000;
        String expected = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(sent));
        String actual = HexFormat.of().formatHex(received.digest());
        require(actual.equals(expected), "sent " + expected + ", received " + actual);
        return byteCount + " bytes in " + millis + " ms, " + actual.substring(0, 16);
    }

    /// Waits for the script to cut the network, which it says by a line, and for the failures that this brings.
    private void keepAlive() throws InterruptedException {
        var connecting = new CountDownLatch(TRANSPORTS.size());
        FutureTask<Long> cut = start(() -> {
            connecting.await();
            System.out.println(CONNECTED);
            require(System.in.read() != -1, "not told of the cut");
            return System.nanoTime();
        });
        byAllTransports(transport -> keepAlive(transport, connecting, cut));
    }

    private String keepAlive(String transport, CountDownLatch connecting, FutureTask<Long> cut) throws Exception {
        var probes = new TcpOptions.KeepAlive(SECOND, SECOND, PROBE_COUNT);
        boolean isWebSocket = transport.startsWith("ws");
        WebSocketOptions options = isWebSocket
                ? options().keepAlive(INTERVAL, TIMEOUT).build()
                : options().tcp(TcpOptions.builder().keepAlive(probes).build()).build();
        Duration bound = isWebSocket ? INTERVAL.plus(TIMEOUT) : SECOND.multipliedBy(1 + PROBE_COUNT);
        try (Pipe pipe = connect(transport, options)) {
            pipe.send(ByteBuffer.allocate(1));
            require(pipe.receive(Deadline.after(PATIENCE)).hasRemaining(), "no echo");
            connecting.countDown();
            String failure = awaitFailure(pipe);
            Duration took = Duration.ofNanos(System.nanoTime() - cut.get());
            require(took.compareTo(bound.plus(SLACK)) < 0, failure + ", only after " + took + ", bound " + bound);
            return took.toMillis() + " ms, bound " + bound.toMillis() + " ms: " + failure;
        }
    }

    private static String awaitFailure(Pipe pipe) throws IOException {
        try {
            pipe.receive(Deadline.after(PATIENCE));
        } catch (InterruptedIOException e) {
            throw new IOException("the dead peer was not noticed", e);
        } catch (IOException e) {
            return e.getMessage();
        }
        throw new IOException("something came from a dead peer");
    }

    /// Follows the ticks for ever, and says when they begin, when they are lost and when they are back.
    private void follow() throws InterruptedException {
        WebSocketOptions options =
                options().keepAlive(INTERVAL, TIMEOUT).handshakeTimeout(SECOND).build();
        while (true) {
            String end = "not there: ";
            try (var socket = WebSocket.connect(URI.create("ws://" + host + ":7003/ticks"), options)) {
                require(socket.receive() instanceof Message.Text, "no tick");
                System.out.println("following");
                end = "lost: ";
                while (socket.receive() instanceof Message.Text) {}
            } catch (IOException e) {
                System.out.println(end + e.getMessage());
            }
            Thread.sleep(INTERVAL);
        }
    }

    private static <T> FutureTask<T> start(Callable<T> call) {
        var task = new FutureTask<>(call);
        Thread.ofVirtual().start(task);
        return task;
    }

    private static void require(boolean holds, String what) throws IOException {
        if (!holds) {
            throw new IOException(what);
        }
    }
}
