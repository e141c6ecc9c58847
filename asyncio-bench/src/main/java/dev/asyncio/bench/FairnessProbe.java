package dev.asyncio.bench;

import dev.asyncio.core.Deadline;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketOptions;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;

/// Clients of a [FairnessServer] that want little: `FairnessProbe PORT SEED`. One line of input has them come, the next says
/// for how many seconds they are measured, a third has them leave.
///
/// Some send a message now and then, some come anew for one message, and some say nothing at all, for whom the server waits
/// with a deadline.
public final class FairnessProbe {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CLIENTS = 8;
    private static final long MESSAGE_NANOS = 20_000_000;
    private static final int NEWCOMERS = 4;
    private static final long NEWCOMER_NANOS = 100_000_000;

    private final URI server;
    private final CountedThreads threads = new CountedThreads();
    private final DueTimes replies = new DueTimes(threads);
    private final DueTimes newcomers = new DueTimes(threads);

    private FairnessProbe(URI server) {
        this.server = server;
    }

    static void main(String[] args) throws Exception {
        var server = URI.create("ws://127.0.0.1:" + args[0]);
        var random = new SplittableRandom(Long.parseLong(args[1]));
        var input = new BufferedReader(new InputStreamReader(System.in));
        while (input.readLine() != null) {
            var probe = new FairnessProbe(server);
            probe.come(random);
            System.out.println("come");
            probe.measure(Double.parseDouble(nextOrder(input)));
            System.out.println(Values.format(probe.replies.figures()));
            System.out.println(Values.format(probe.newcomers.figures()));
            nextOrder(input);
            System.out.println(Values.format(probe.leave()));
        }
    }

    private static String nextOrder(BufferedReader input) throws IOException {
        String order = input.readLine();
        if (order == null) {
            throw new EOFException("fairness probe: its input has ended amid a measurement");
        }
        return order;
    }

    private void come(SplittableRandom random) throws IOException {
        for (int i = 0; i < CLIENTS; i++) {
            long number = i;
            long firstNanos = random.nextLong(MESSAGE_NANOS);
            WebSocket speaker = connect(FairnessServer.ECHO);
            threads.start(Thread.ofVirtual(), () -> talk(speaker, number, firstNanos));
            WebSocket silent = connect(FairnessServer.DEADLINES);
            threads.start(Thread.ofVirtual(), () -> staySilent(silent));
        }
        for (int i = 0; i < NEWCOMERS; i++) {
            long number = CLIENTS + i;
            long firstNanos = random.nextLong(NEWCOMER_NANOS);
            threads.start(Thread.ofVirtual(), () -> comeAnew(number, firstNanos));
        }
    }

    private WebSocket connect(String path) throws IOException {
        return WebSocket.connect(
                URI.create(server + path), WebSocketOptions.defaults(), Deadline.after(PATIENCE));
    }

    private void talk(WebSocket socket, long number, long firstNanos) throws IOException, InterruptedException {
        try (socket;
                var schedule = replies.begin(firstNanos, MESSAGE_NANOS)) {
            OverloadClients.talk(socket, number, schedule, PATIENCE);
        }
    }

    private void staySilent(WebSocket socket) throws InterruptedException {
        try (socket) {
            threads.awaitEnd(Long.MAX_VALUE);
        }
    }

    private void comeAnew(long number, long firstNanos) throws IOException, InterruptedException {
        try (var schedule = newcomers.begin(firstNanos, NEWCOMER_NANOS)) {
            for (long sequence = 0; schedule.awaitDue(); sequence++) {
                try (WebSocket socket = connect(FairnessServer.NEWCOMERS)) {
                    OverloadClients.exchange(socket, number, sequence, PATIENCE);
                    schedule.done();
                }
            }
        }
    }

    private void measure(double seconds) throws InterruptedException {
        replies.restart();
        newcomers.restart();
        Thread.sleep(Duration.ofNanos((long) (seconds * 1e9)));
    }

    private Map<String, Double> leave() throws InterruptedException {
        return threads.end(PATIENCE.multipliedBy(2));
    }
}
