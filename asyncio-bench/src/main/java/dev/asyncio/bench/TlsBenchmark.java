package dev.asyncio.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/// What TLS takes, both ends in one JVM and by the same contender: a round trip of 64 bytes, a MiB that is echoed while
/// it is sent, connects with a whole handshake.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 3, jvmArgsAppend = {MemoryAccess.UNSAFE, MemoryAccess.NATIVE})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class TlsBenchmark {

    private static final int ROUND_TRIPS = 200;
    private static final int MEBIBYTES = 4;

    @Param
    TlsContender.Kind contender;

    private TlsContender server;
    private TlsContender.Client client;
    private final AtomicInteger hostNumber = new AtomicInteger();

    @Setup
    public void connect() throws IOException, InterruptedException {
        server = contender.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        client = server.connect(TlsContexts.HOST);
    }

    @TearDown
    public void close() throws IOException {
        client.close();
        server.close();
    }

    @Benchmark
    @OperationsPerInvocation(ROUND_TRIPS)
    public void roundTrip() throws IOException, InterruptedException {
        client.roundTrips(ROUND_TRIPS);
    }

    @Benchmark
    @OperationsPerInvocation(MEBIBYTES)
    public void mebibyte() throws IOException, InterruptedException {
        client.stream(MEBIBYTES * 1024L * 1024);
    }

    /// Eight at a time. One round trip tells that the server has the handshake behind it, too.
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @Threads(8)
    public void handshake() throws IOException, InterruptedException {
        try (var once = server.connect(hostNumber.getAndIncrement() + TlsContexts.DOMAIN)) {
            once.roundTrips(1);
        }
    }
}
