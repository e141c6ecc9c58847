package dev.asyncio.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/// All clients of a soak, in a process of their own: `SoakClients FAST SLOW SILENT RECONNECTING SEED`, how many of
/// each on each transport, and each hostile act once at a time.
///
/// Its first line of input is the server's [SoakTarget]; then `sample` has it print what it holds and has counted,
/// `begin` lets the clients loose, `end` waits until the last has left.
public final class SoakClients {

    /// Beyond it, a reply is lost.
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /// For all that clients may still wait for, one after the other, when they are to leave. Beyond it, they hang.
    private static final Duration MAX_END = PATIENCE.multipliedBy(6);

    private static final long PAUSE_AFTER_FAILURE_MILLIS = 100;

    private final SoakTarget target;
    private final int[] clientCounts;

    /// What each client draws, whatever the others do.
    private final SplittableRandom seeds;

    private final SoakCounts counts = new SoakCounts();
    private final SoakProbe probe = new SoakProbe();
    private final AtomicLong replyCount = new AtomicLong();
    private final Recorder roundTrips = new Recorder(3);
    private long sampledReplyCount;
    private long sampledNanos = System.nanoTime();

    private final List<Thread> threads = new ArrayList<>();
    private CountDownLatch ending = new CountDownLatch(0);

    /// What a client must never see; `kind` is what it is counted as.
    static final class Failure extends IOException {

        private static final long serialVersionUID = 1;

        private final String kind;

        Failure(String kind, String message) {
            this(kind, message, null);
        }

        Failure(String kind, String message, Throwable cause) {
            super(message, cause);
            this.kind = kind;
        }
    }

    /// What one client does until it is told to end. Its failures are counted, and it begins anew.
    @FunctionalInterface
    interface Life {

        void live(SoakClients clients) throws IOException, InterruptedException;
    }

    SoakClients(SoakTarget target, int[] clientCounts, long seed) {
        this.target = target;
        this.clientCounts = clientCounts;
        this.seeds = new SplittableRandom(seed);
    }

    static void main(String[] args) throws Exception {
        int[] clientCounts = Arrays.stream(args, 0, 4).mapToInt(Integer::parseInt).toArray();
        long seed = Long.parseLong(args[4]);
        var input = new BufferedReader(new InputStreamReader(System.in));
        var clients = new SoakClients(SoakTarget.ofLine(input.readLine()), clientCounts, seed);
        clients.counts.countLibraryLog();
        String line;
        while ((line = input.readLine()) != null) {
            System.out.println(switch (line) {
                case "begin" -> clients.begin();
                case "end" -> clients.end();
                case "sample" -> Values.format(clients.sample());
                default -> throw new IllegalArgumentException("expected begin, end or sample, got " + line);
            });
        }
    }

    private String begin() {
        ending = new CountDownLatch(1);
        for (SoakTransport transport : SoakTransport.values()) {
            for (SoakHabit habit : SoakHabit.values()) {
                for (int i = 0; i < clientCounts[habit.ordinal()]; i++) {
                    SplittableRandom random = seeds.split();
                    start(transport + "-" + habit, clients -> habit.live(clients, transport, random));
                }
            }
        }
        for (SoakHostility hostility : SoakHostility.values()) {
            start(hostility.toString(), hostility::live);
        }
        return "begun";
    }

    private void start(String name, Life life) {
        threads.add(Thread.ofVirtual().name(name).start(() -> liveOn(name, life)));
    }

    private void liveOn(String name, Life life) {
        while (!isEnding()) {
            try {
                life.live(this);
            } catch (Failure e) {
                fail(e.kind + ":" + name, e);
            } catch (IOException | InterruptedException | RuntimeException | Error e) {
                fail(name, e);
            }
        }
    }

    private void fail(String kind, Throwable reason) {
        counts.unexpected(kind, reason);
        try {
            pause(PAUSE_AFTER_FAILURE_MILLIS);
        } catch (InterruptedException e) {
            counts.unexpected(kind, e);
        }
    }

    private String end() throws InterruptedException {
        ending.countDown();
        for (Thread thread : CountedThreads.join(threads, MAX_END)) {
            counts.unexpected("hangs:" + thread.getName(), stackOf(thread));
        }
        threads.clear();
        return "ended";
    }

    private static Throwable stackOf(Thread thread) {
        var stack = new IllegalStateException(thread.getName());
        stack.setStackTrace(thread.getStackTrace());
        return stack;
    }

    /// The figures of a soak's clients, beside those of any process.
    private Map<String, Double> sample() throws IOException {
        Map<String, Double> sample = probe.sample();
        long nowNanos = System.nanoTime();
        long replies = replyCount.get();
        sample.put(SoakMeasure.RATE.key, (replies - sampledReplyCount) * 1e9 / (nowNanos - sampledNanos));
        sampledReplyCount = replies;
        sampledNanos = nowNanos;
        Histogram histogram = roundTrips.getIntervalHistogram();
        sample.put(SoakMeasure.ROUND_TRIP.key, histogram.getValueAtPercentile(99) / 1e3);
        sample.put(Soak.REPLIES, (double) replies);
        sample.putAll(counts.toFigures());
        return sample;
    }

    SoakTarget target() {
        return target;
    }

    SoakCounts counts() {
        return counts;
    }

    boolean isEnding() {
        return ending.getCount() == 0;
    }

    /// Shorter, if the end comes first.
    void pause(long millis) throws InterruptedException {
        ending.await(millis, TimeUnit.MILLISECONDS);
    }

    void replied() {
        replyCount.incrementAndGet();
    }

    void roundTripTook(long nanos) {
        roundTrips.recordValue(nanos);
    }
}
