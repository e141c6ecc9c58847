package dev.asyncio.examples;

import dev.asyncio.core.Deadline;
import dev.asyncio.ws.Message;
import dev.asyncio.ws.WebSocket;
import dev.asyncio.ws.WebSocketException.HandshakeRefused;
import dev.asyncio.ws.WebSocketOptions;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;

/// Follows a feed for as long as it takes: prints what comes, and connects again when the server goes away or falls
/// silent. It waits before, twice as long each time nothing came, and never exactly so, that a thousand followers do
/// not all come back in the same instant.
///
/// Run it: `FeedFollower ws://HOST:PORT/PATH`, beside a [FeedServer]. Stop it by Ctrl-C.
public final class FeedFollower {

    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(250);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(30);
    private static final WebSocketOptions OPTIONS = WebSocketOptions.builder()
            .keepAlive(Duration.ofSeconds(10), Duration.ofSeconds(5)) // or a vanished server would go unnoticed
            .build();

    private FeedFollower() {}

    static void main(String[] args) throws IOException {
        if (args.length != 1) {
            System.err.println("usage: FeedFollower ws://HOST:PORT/PATH");
            System.exit(2);
        }
        Thread follower = Thread.currentThread();
        var hasStopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(follower, hasStopped)));
        try {
            follow(URI.create(args[0]));
        } catch (InterruptedException _) {
            System.err.println("stopped");
        } finally {
            hasStopped.countDown();
        }
    }

    private static void stop(Thread follower, CountDownLatch hasStopped) {
        follower.interrupt();
        try {
            hasStopped.await(); // it says goodbye to the server
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void follow(URI feed) throws IOException, InterruptedException {
        Duration backOff = FIRST_BACK_OFF;
        while (true) {
            try (var socket = WebSocket.connect(feed, OPTIONS, Deadline.never())) {
                Message message = socket.receive();
                while (!(message instanceof Message.Close)) {
                    print(message);
                    backOff = FIRST_BACK_OFF;
                    message = socket.receive();
                }
                System.err.println("the server has closed: " + message);
            } catch (IOException e) {
                if (e instanceof HandshakeRefused refused && refused.status() / 100 == 4) {
                    throw e; // asking again would not help
                }
                if (!Thread.currentThread().isInterrupted()) {
                    System.err.println(e.getMessage());
                }
            }
            Thread.sleep(withJitter(backOff)); // ends at once after an interrupt
            backOff = min(backOff.multipliedBy(2), LONGEST_BACK_OFF);
        }
    }

    private static void print(Message message) {
        if (message instanceof Message.Text(String text)) { // what else a feed may send is no news for a terminal
            System.out.println(text);
        }
    }

    /// Between half of it and all of it.
    private static Duration withJitter(Duration backOff) {
        return backOff.multipliedBy(ThreadLocalRandom.current().nextInt(50, 101)).dividedBy(100);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
