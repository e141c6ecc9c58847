package dev.asyncio.bench;

import dev.asyncio.bench.LoadDialogue.Marks;
import dev.asyncio.bench.LoadDialogue.Timing;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Connects, shakes hands where that is due, has one message echoed, and closes, over and over: `SetUpClient HOST PORT
/// [websocket]`. Its loads come as those of [LoadClient]: `connections=16 warmUp=1 seconds=1`, each connection a thread
/// of its own. A connection counts once its echo was checked: until then nobody knows that it was accepted.
public final class SetUpClient {

    private static final byte[] MESSAGE = {1, 2, 3, 4, 5, 6, 7, 8};
    private static final int SILENCE_LIMIT_MILLIS = 5_000;
    private static final boolean IS_LINUX = System.getProperty("os.name").equals("Linux");
    private static final int LOCAL_ADDRESSES = 250;

    private final LoadProtocol protocol;
    private final InetSocketAddress server;
    private final int connectionCount;
    private final AtomicInteger addressCount = new AtomicInteger();
    private final AtomicLong setUpCount = new AtomicLong();

    SetUpClient(LoadProtocol protocol, InetSocketAddress server, int connectionCount) {
        this.protocol = protocol;
        this.server = server;
        this.connectionCount = connectionCount;
    }

    static void main(String[] args) throws IOException {
        LoadProtocol protocol = args.length > 2 ? WebSocketLoadClient.Frames.BINARY : new LoadClient.Bare();
        LoadDialogue.serve(args, (server, load, timing, marks) -> {
            var client = new SetUpClient(protocol, server, Values.number(load, "connections", 1));
            return client.run(timing, marks);
        });
    }

    Map<String, Double> run(Timing timing, Marks marks) throws IOException {
        repeatFor(timing.warmUp());
        marks.measuring();
        long countBefore = setUpCount.get();
        long cpuBefore = ProcessCpu.nanos();
        double seconds = repeatFor(timing.measured());
        double cpuSeconds = (ProcessCpu.nanos() - cpuBefore) / 1e9;
        marks.measured();
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(Figure.MESSAGES, (double) setUpCount.get() - countBefore);
        figures.put(Figure.SECONDS, seconds);
        figures.put(Figure.CLIENT_CPU_SECONDS, cpuSeconds);
        return figures;
    }

    /// Returns the seconds that it really took.
    private double repeatFor(Duration duration) throws IOException {
        long startNanos = System.nanoTime();
        long endNanos = startNanos + duration.toNanos();
        try (ExecutorService threads = Executors.newFixedThreadPool(connectionCount)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < connectionCount; i++) {
                running.add(threads.submit(() -> repeatUntil(endNanos)));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        } catch (ExecutionException e) {
            throw new IOException("a connection failed: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException _) {
            throw Interruption.in("setting up connections");
        }
        return (System.nanoTime() - startNanos) / 1e9;
    }

    /// Once at least, however late its thread comes to it.
    private Void repeatUntil(long endNanos) throws IOException {
        do {
            setUp();
            setUpCount.incrementAndGet();
        } while (System.nanoTime() < endNanos);
        return null;
    }

    private void setUp() throws IOException {
        try (SocketChannel channel = protocol.connect(nextLocal(), server)) {
            channel.write(ByteBuffer.wrap(request()));
            byte[] header = protocol.replyHeader(MESSAGE.length);
            byte[] expected = ByteBuffer.allocate(header.length + MESSAGE.length).put(header).put(MESSAGE).array();
            channel.socket().setSoTimeout(SILENCE_LIMIT_MILLIS);
            InputStream input = channel.socket().getInputStream();
            byte[] reply = input.readNBytes(expected.length);
            if (!ByteBuffer.wrap(reply).equals(ByteBuffer.wrap(expected))) {
                throw new IOException("the first reply differs from what was sent: " + Arrays.toString(reply));
            }
            protocol.end(channel);
            input.transferTo(OutputStream.nullOutputStream()); // until the server has ended it, too
        }
    }

    /// A closed connection occupies its port for a minute, and an address has 28,000 of them; but Linux has many
    /// addresses of its own.
    private InetSocketAddress nextLocal() throws IOException {
        if (!IS_LINUX) {
            return null;
        }
        byte last = (byte) (1 + addressCount.getAndIncrement() % LOCAL_ADDRESSES);
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, last}), 0);
    }

    /// A protocol's masking keys come from one thread at a time.
    private synchronized byte[] request() {
        return protocol.request(MESSAGE);
    }
}
