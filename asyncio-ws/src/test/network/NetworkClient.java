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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/// The client's side of network-faults.sh, which says what it is to do: `NetworkClient CA_FILE ADDRESS COMMAND ...`. A line
/// of input tells it that something has happened; what it prints has the transport in it, but for `connected`.
final class NetworkClient {

    private static final List<String> TRANSPORTS = List.of("tcp", "tls", "ws", "wss");

    /// The ports from which on there is a server that bears with a network that is cut, and one that does not.
    private static final int PATIENT_SERVER = 7001;
    private static final int IMPATIENT_SERVER = 7101;

    private static final String ECHO = "/echo";
    private static final String TICKS = "/ticks";

    /// What the script waits for: something has come back.
    private static final String CONNECTED = "connected";

    private static final int PIECE_BYTES = 10_000;
    private static final Duration PACE = Duration.ofMillis(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Of one attempt to be connected again.
    private static final Duration ATTEMPT = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(200);

    /// Nothing comes for so long only while the network is cut.
    private static final Duration STANDSTILL = Duration.ofMillis(500);

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration INTERVAL = SECOND;
    private static final Duration TIMEOUT = SECOND;
    private static final TcpOptions.KeepAlive PROBES = new TcpOptions.KeepAlive(SECOND, SECOND, 2);

    /// What keep-alive says, TCP's or WebSocket's; the second if not even the link knows the peer any more.
    private static final Pattern DEAD = Pattern.compile("Connection timed out|No route to host|no sign of life");

    /// Longer than it may take to find a dead peer, which says none.
    private static final Duration GOODBYE = Duration.ofSeconds(10);

    private final TlsOptions tls;
    private final String host;

    private NetworkClient(Path authorities, String host) throws IOException {
        this.tls = TlsOptions.builder().authorities(authorities).closeTimeout(GOODBYE).build();
        this.host = host;
    }

    static void main(String[] args) throws Exception {
        var client = new NetworkClient(Path.of(args[0]), args[1]);
        FutureTask<Long> told = awaitLine();
        switch (args[2]) {
            case "echo" -> byAllTransports(transport -> client.echo(transport, Integer.parseInt(args[3]), told));
            case "keep-alive" -> {
                var slack = Duration.ofMillis(Long.parseLong(args[3]));
                byAllTransports(transport -> client.keepAlive(transport, told, slack));
            }
            case "follow" -> byAllTransports(transport -> client.follow(transport, told));
            default -> throw new IllegalArgumentException(args[2]);
        }
    }

    /// When it was told something.
    private static FutureTask<Long> awaitLine() {
        FutureTask<Long> told = new FutureTask<>(() -> {
            require(System.in.read() != -1, "nobody tells anything any more");
            return System.nanoTime();
        });
        Thread.ofPlatform().daemon().start(told); // waits in the system for long, where no carrier should
        return told;
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

        /// One or more bytes, none at the end.
        ByteBuffer receive(Deadline deadline) throws IOException;

        @Override
        void close() throws IOException;
    }

    private Pipe connect(String transport, int server, String path, WebSocketOptions options) throws IOException {
        Deadline deadline = Deadline.after(options.handshakeTimeout());
        int port = path.equals(ECHO) ? server : server + 4; // without a path
        return switch (transport) {
            case "tcp" -> pipe(connectTcp(port, options, deadline));
            case "tls" -> pipe(TlsStream.client(connectTcp(port + 1, options, deadline), host, tls, deadline));
            case "ws" -> pipe(WebSocket.connect(uri("ws", server + 2, path), options, deadline));
            case "wss" -> pipe(WebSocket.connect(uri("wss", server + 3, path), options, deadline));
            default -> throw new IllegalArgumentException(transport);
        };
    }

    private URI uri(String scheme, int port, String path) {
        return URI.create(scheme + "://" + host + ":" + port + path);
    }

    private TcpStream connectTcp(int port, WebSocketOptions options, Deadline deadline) throws IOException {
        return TcpStream.connect(new InetSocketAddress(host, port), options.tcp(), deadline);
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
                return switch (socket.receive(deadline)) {
                    case Message.Binary(ByteBuffer bytes) -> bytes;
                    case Message other -> throw new IOException("expected bytes, got " + other);
                };
            }

            @Override
            public void close() {
                socket.close();
            }
        };
    }

    private WebSocketOptions.Builder options(Duration handshakeTimeout) {
        return WebSocketOptions.builder().tls(tls).handshakeTimeout(handshakeTimeout);
    }

    /// Sends so many bytes, and goes on, slowly, until it is told something; has them come back: the digests must be the same.
    private String echo(String transport, int byteCount, Future<Long> told) throws Exception {
        byte[] contents = new byte[byteCount];
        new Random(byteCount).nextBytes(contents);
        var received = MessageDigest.getInstance("SHA-256");
        var sentBytes = new AtomicLong(Long.MAX_VALUE); // until the last piece
        long receivedBytes = 0;
        long startNanos = System.nanoTime();
        long lastNanos = startNanos;
        try (Pipe pipe = connect(transport, PATIENT_SERVER, ECHO, options(PATIENCE).build())) {
            FutureTask<byte[]> sending = start(() -> send(contents, pipe, told, sentBytes));
            while (receivedBytes < sentBytes.get()) {
                ByteBuffer piece = pipe.receive(Deadline.after(PATIENCE));
                require(piece.hasRemaining(), "the end came after " + receivedBytes + " bytes");
                long nowNanos = System.nanoTime();
                if (receivedBytes == 0) {
                    System.out.println(CONNECTED);
                } else if (nowNanos - lastNanos > STANDSTILL.toNanos()) {
                    System.out.println("stood still " + transport + ": " + (nowNanos - lastNanos) / 1_000_000 + " ms");
                }
                lastNanos = nowNanos;
                receivedBytes += piece.remaining();
                received.update(piece);
            }
            String expected = HexFormat.of().formatHex(sending.get());
            String actual = HexFormat.of().formatHex(received.digest());
            require(actual.equals(expected), "sent " + expected + ", received " + actual);
            told.get(); // else the script has ended
            long millis = (lastNanos - startNanos) / 1_000_000;
            return receivedBytes + " bytes in " + millis + " ms, " + actual.substring(0, 16);
        }
    }

    /// @param sentBytes is set before all of it can have come back, and somebody waits for more
    /// @return the digest of what was sent
    private static byte[] send(byte[] contents, Pipe pipe, Future<Long> told, AtomicLong sentBytes) throws Exception {
        var digest = MessageDigest.getInstance("SHA-256");
        long count = 0;
        boolean isLast = false;
        while (!isLast) {
            int index = (int) (count % contents.length);
            int pieceBytes = Math.min(PIECE_BYTES, contents.length - index);
            count += pieceBytes;
            isLast = count >= contents.length && told.isDone();
            if (isLast) {
                sentBytes.set(count);
            }
            digest.update(contents, index, pieceBytes);
            pipe.send(ByteBuffer.wrap(contents, index, pieceBytes));
            if (count >= contents.length) {
                awaitEnd(told, PACE);
            }
        }
        return digest.digest();
    }

    /// However it ends: who asks for its value hears of that.
    private static void awaitEnd(Future<?> told, Duration atMost) throws InterruptedException {
        try {
            told.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException _) {
            // Not yet, or not well.
        }
    }

    /// Options of one who finds a dead peer, and within what time from its last sign of life.
    private record Watch(WebSocketOptions.Builder options, Duration bound) {}

    private Watch watch(String transport) {
        return transport.startsWith("ws")
                ? new Watch(options(ATTEMPT).keepAlive(INTERVAL, TIMEOUT), INTERVAL.plus(TIMEOUT))
                : new Watch(options(ATTEMPT).tcp(TcpOptions.builder().keepAlive(PROBES).build()),
                        PROBES.idle().plus(PROBES.interval().multipliedBy(PROBES.count())));
    }

    /// Waits for the script to cut the network, which it says by a line, and for the failure that this brings.
    private String keepAlive(String transport, Future<Long> cut, Duration slack) throws Exception {
        Watch watch = watch(transport);
        WebSocketOptions options = watch.options.handshakeTimeout(PATIENCE).build();
        try (Pipe pipe = connect(transport, IMPATIENT_SERVER, ECHO, options)) {
            pipe.send(ByteBuffer.allocate(1));
            require(pipe.receive(Deadline.after(PATIENCE)).hasRemaining(), "no echo");
            System.out.println(CONNECTED);
            String failure = awaitFailure(pipe);
            Duration took = Duration.ofNanos(System.nanoTime() - cut.get());
            String times = took.toMillis() + " ms, bound " + watch.bound.toMillis() + " ms: " + failure;
            require(took.compareTo(watch.bound.plus(slack)) < 0, "only after " + times);
            return times;
        }
    }

    private static String awaitFailure(Pipe pipe) throws IOException {
        try {
            pipe.receive(Deadline.after(PATIENCE));
        } catch (InterruptedIOException e) {
            throw new IOException("the dead peer was not noticed", e);
        } catch (IOException e) {
            require(DEAD.matcher(e.toString()).find(), "found something else: " + e);
            return e.getMessage();
        }
        throw new IOException("something came from a dead peer");
    }

    /// Follows the ticks until it is told something, and says when they begin, when they are lost and when they are back.
    private String follow(String transport, Future<Long> told) throws Exception {
        WebSocketOptions options = watch(transport).options.build();
        while (!told.isDone()) {
            String end = "not there ";
            try (Pipe pipe = connect(transport, IMPATIENT_SERVER, TICKS, options)) {
                receiveTick(pipe);
                System.out.println("following " + transport + ":");
                end = "lost ";
                while (!told.isDone()) {
                    receiveTick(pipe);
                }
            } catch (IOException e) {
                System.out.println(end + transport + ": " + e.getMessage());
            }
            awaitEnd(told, PAUSE);
        }
        told.get(); // else the script has ended
        return "followed";
    }

    private static void receiveTick(Pipe pipe) throws IOException {
        require(pipe.receive(Deadline.never()).hasRemaining(), "the server has ended");
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
