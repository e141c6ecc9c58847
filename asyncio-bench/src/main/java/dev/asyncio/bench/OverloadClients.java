package dev.asyncio.bench;

import dev.asyncio.core.Deadline;
import dev.asyncio.net.tls.TlsOptions;
import dev.asyncio.ws.CloseCode;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketException;
import dev.asyncio.ws.WebSocketOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/// Many clients of a server, each with one message under way: `OverloadClients PORT`, or `OverloadClients PORT AUTHORITY`
/// over TLS. Each line of input is a [Crowd], which comes, is measured, and stays until the next line. Who is refused comes
/// again later.
public final class OverloadClients {

    static final String REFUSED = "refused";

    private static final int MESSAGE_BYTES = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final URI server;
    private final WebSocketOptions options;
    private final Crowd crowd;
    private final SoakCounts counts = new SoakCounts();
    private final Recorder latencies = new Recorder(3);
    private final AtomicLong refusedCount = new AtomicLong();
    private final CountDownLatch ending = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    /// One load.
    ///
    /// @param messagesPerSecond that each client would send; 0 for as many as it can
    /// @param arrivalSeconds within which they come, one after the other; it is measured after that
    /// @param returnSeconds until one that was refused comes again, on average
    record Crowd(int clientCount, double messagesPerSecond, double arrivalSeconds, double seconds,
            double returnSeconds) {

        String toLine() {
            return "clients=%d rate=%s arrival=%s seconds=%s return=%s"
                    .formatted(clientCount, messagesPerSecond, arrivalSeconds, seconds, returnSeconds);
        }

        static Crowd ofLine(String line) {
            Map<String, Double> values = Values.parseFigures(line);
            return new Crowd(values.get("clients").intValue(), values.get("rate"), values.get("arrival"),
                    values.get("seconds"), values.get("return"));
        }
    }

    private OverloadClients(URI server, WebSocketOptions options, Crowd crowd) {
        this.server = server;
        this.options = options;
        this.crowd = crowd;
    }

    static void main(String[] args) throws Exception {
        OverloadScheme scheme = args.length > 1 ? OverloadScheme.WSS : OverloadScheme.WS;
        var server = URI.create(scheme + "://127.0.0.1:" + args[0] + "/");
        WebSocketOptions options = scheme == OverloadScheme.WSS ? trusting(args[1]) : WebSocketOptions.defaults();
        var input = new BufferedReader(new InputStreamReader(System.in));
        String line;
        while ((line = input.readLine()) != null) {
            var clients = new OverloadClients(server, options, Crowd.ofLine(line));
            System.out.println(Values.format(clients.measure()));
            input.readLine();
            System.out.println(Values.format(clients.leave()));
        }
    }

    private static WebSocketOptions trusting(String authority) throws CertificateException {
        TlsOptions tls = TlsOptions.builder().authorities(TlsContexts.ofWord(authority)).build();
        return WebSocketOptions.builder().tls(tls).build();
    }

    private Map<String, Double> measure() throws InterruptedException {
        for (int i = 0; i < crowd.clientCount; i++) {
            long number = i;
            threads.add(Thread.ofVirtual().start(() -> live(number)));
        }
        Thread.sleep(millis(crowd.arrivalSeconds));
        latencies.reset();
        long startNanos = System.nanoTime();
        Thread.sleep(millis(crowd.seconds));
        Histogram histogram = latencies.getIntervalHistogram();
        Map<String, Double> figures = Figure.ofLatencies(histogram);
        figures.put(Figure.MESSAGES, (double) histogram.getTotalCount());
        figures.put(Figure.SECONDS, (System.nanoTime() - startNanos) / 1e9);
        return figures;
    }

    /// @return what was counted
    private Map<String, Double> leave() throws InterruptedException {
        ending.countDown();
        for (Thread thread : threads) {
            if (!thread.join(PATIENCE.plus(PATIENCE))) {
                counts.unexpected("hangs", new IllegalStateException(thread.toString()));
            }
        }
        Map<String, Double> figures = counts.toFigures();
        figures.put(REFUSED, (double) refusedCount.get());
        return figures;
    }

    private void live(long number) {
        try {
            pause(crowd.arrivalSeconds * number / crowd.clientCount);
            while (!isEnding()) {
                comeOnce(number);
            }
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            counts.unexpected("failed", e);
        }
    }

    private void comeOnce(long number) throws IOException, InterruptedException {
        WebSocket socket;
        try {
            socket = WebSocket.connect(server, options, Deadline.after(PATIENCE));
        } catch (WebSocketException.HandshakeRefused e) {
            if (e.status() != 503) {
                throw e;
            }
            refusedCount.incrementAndGet();
            pause(crowd.returnSeconds * (0.5 + ThreadLocalRandom.current().nextDouble())); // or all came back at once
            return;
        }
        try {
            talk(socket, number);
            socket.close(CloseCode.NORMAL, "", Deadline.after(PATIENCE));
        } finally {
            socket.abort(); // changes nothing where it is closed
        }
    }

    /// Sends at its rate, or as close to it as replies allow; what could not be sent in time is not made up for.
    private void talk(WebSocket socket, long number) throws IOException, InterruptedException {
        var message = ByteBuffer.allocate(MESSAGE_BYTES).putLong(0, number);
        pause(new Random().nextDouble() * intervalSeconds());
        for (long sequence = 0; !isEnding(); sequence++) {
            long startNanos = System.nanoTime();
            message.clear().putLong(Long.BYTES, sequence);
            socket.send(message, Deadline.after(PATIENCE));
            ByteBuffer reply = socket.receiveView(Deadline.after(PATIENCE)).bytes();
            long nanos = System.nanoTime() - startNanos;
            if (!reply.equals(message.clear())) {
                throw new IOException("reply " + sequence + " of client " + number + " differs from what was sent");
            }
            latencies.recordValue(nanos);
            pause(intervalSeconds() - nanos / 1e9);
        }
    }

    private double intervalSeconds() {
        return crowd.messagesPerSecond > 0 ? 1 / crowd.messagesPerSecond : 0;
    }

    private boolean isEnding() {
        return ending.getCount() == 0;
    }

    private void pause(double seconds) throws InterruptedException {
        if (seconds > 0) {
            ending.await((long) (seconds * 1e9), TimeUnit.NANOSECONDS);
        }
    }

    private static long millis(double seconds) {
        return (long) (seconds * 1_000);
    }
}
