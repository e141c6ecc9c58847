package dev.asyncio.bench;

import dev.asyncio.bench.DueTimes.Schedule;
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
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Many clients of a server: `OverloadClients PORT SEED PATIENCE_SECONDS`, and over TLS the `AUTHORITY` besides. Each line of
/// input is an [OverloadCrowd], which comes, is measured, and stays until the next line. Who is refused comes again later.
///
/// A client has one message under way; all are timed from when they were due (see [DueTimes]), and so are the attempts to
/// come in.
public final class OverloadClients {

    /// So many times their patience clients may take to leave, for they may still send, receive and close. Beyond it, they
    /// hang.
    static final int LEAVE_PATIENCES = 4;

    private static final int MESSAGE_BYTES = 64;

    private final URI server;
    private final WebSocketOptions options;
    private final Duration patience;
    private final OverloadCrowd crowd;
    private final CountedThreads threads = new CountedThreads();
    private final DueTimes replies = new DueTimes(threads);
    private final DueTimes refusals = new DueTimes(threads);

    /// Of each client: the first answer, whichever it is.
    private final CountDownLatch answers;

    private OverloadClients(URI server, WebSocketOptions options, Duration patience, OverloadCrowd crowd) {
        this.server = server;
        this.options = options;
        this.patience = patience;
        this.crowd = crowd;
        this.answers = new CountDownLatch(crowd.clientCount());
    }

    static void main(String[] args) throws Exception {
        OverloadScheme scheme = args.length > 3 ? OverloadScheme.WSS : OverloadScheme.WS;
        var server = URI.create(scheme + "://127.0.0.1:" + args[0] + "/");
        var random = new SplittableRandom(Long.parseLong(args[1]));
        Duration patience = Duration.ofSeconds(Long.parseLong(args[2]));
        var options = WebSocketOptions.builder().handshakeTimeout(patience);
        if (scheme == OverloadScheme.WSS) {
            options.tls(trusting(args[3], patience));
        }
        var input = new BufferedReader(new InputStreamReader(System.in));
        String line;
        while ((line = input.readLine()) != null) {
            var clients = new OverloadClients(server, options.build(), patience, OverloadCrowd.ofLine(line));
            clients.arrive(random);
            System.out.println("arrived");
            System.out.println(Values.format(clients.measure()));
            System.out.println(Values.format(clients.refusals.figures()));
            input.readLine();
            System.out.println(Values.format(clients.leave()));
        }
    }

    private static TlsOptions trusting(String authority, Duration patience) throws CertificateException {
        return TlsOptions.builder()
                .authorities(TlsContexts.ofWord(authority))
                .handshakeTimeout(patience)
                .build();
    }

    private void arrive(SplittableRandom seeds) throws InterruptedException {
        for (int i = 0; i < crowd.clientCount(); i++) {
            long number = i;
            SplittableRandom random = seeds.split();
            threads.start(Thread.ofVirtual(), () -> live(number, random));
        }
        sleep(crowd.arrivalSeconds());
        answers.await(patience.toNanos(), TimeUnit.NANOSECONDS); // who has none by then counts as late, or fails
        sleep(crowd.settleSeconds());
    }

    /// What became of the messages; [#refusals] has the rest.
    private Map<String, Double> measure() throws InterruptedException {
        long compiledMillis = ProcessCpu.compileMillis();
        replies.restart();
        refusals.restart();
        sleep(crowd.seconds());
        Map<String, Double> figures = replies.figures();
        figures.put(Figure.CLIENT_COMPILE_MILLIS, (double) (ProcessCpu.compileMillis() - compiledMillis));
        return figures;
    }

    private Map<String, Double> leave() throws InterruptedException {
        return threads.end(patience.multipliedBy(LEAVE_PATIENCES));
    }

    private void live(long number, SplittableRandom random) throws IOException, InterruptedException {
        WebSocket socket = comeIn(crowd.arrivalSeconds() * number / crowd.clientCount(), random);
        if (socket == null) {
            return;
        }
        long intervalNanos = crowd.messagesPerSecond() > 0 ? nanos(1 / crowd.messagesPerSecond()) : 0;
        try (var schedule = replies.begin((long) (random.nextDouble() * intervalNanos), intervalNanos)) {
            talk(socket, number, schedule, patience);
            socket.close(CloseCode.NORMAL, "", Deadline.after(patience));
        } finally {
            socket.abort(); // changes nothing where it is closed
        }
    }

    /// @return null if the end comes before it is let in
    private WebSocket comeIn(double secondsToFirst, SplittableRandom random)
            throws IOException, InterruptedException {
        try (var attempts = refusals.begin(nanos(secondsToFirst), nanos(crowd.returnSeconds()))) {
            for (boolean isFirst = true; attempts.awaitDue(); isFirst = false) {
                try {
                    return WebSocket.connect(server, options, Deadline.after(patience));
                } catch (WebSocketException.HandshakeRefused e) {
                    if (e.status() != 503) {
                        throw e;
                    }
                    attempts.done(nanos(crowd.returnSeconds() * random.nextExponential())); // no two in step
                } finally {
                    if (isFirst) {
                        answers.countDown();
                    }
                }
            }
            return null;
        }
    }

    /// Sends what is due and compares each reply, until the end.
    static void talk(WebSocket socket, long number, Schedule schedule, Duration patience)
            throws IOException, InterruptedException {
        for (long sequence = 0; schedule.awaitDue(); sequence++) {
            exchange(socket, number, sequence, patience);
            schedule.done();
        }
    }

    /// Sends one message, and waits for its echo.
    static void exchange(WebSocket socket, long number, long sequence, Duration patience) throws IOException {
        var message = ByteBuffer.allocate(MESSAGE_BYTES).putLong(0, number).putLong(Long.BYTES, sequence);
        socket.send(message.duplicate(), Deadline.after(patience));
        ByteBuffer reply = socket.receiveView(Deadline.after(patience)).bytes();
        if (!reply.equals(message)) {
            throw new IOException("reply " + sequence + " of client " + number + " differs from what was sent");
        }
    }

    private static long nanos(double seconds) {
        return (long) (seconds * 1e9);
    }

    private static void sleep(double seconds) throws InterruptedException {
        Thread.sleep(Duration.ofNanos(nanos(seconds)));
    }
}
