package dev.asyncio.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.Warmup;

/// How long a message takes to an echo server in the same JVM and back, on one connection.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 3, jvmArgsAppend = {MemoryAccess.UNSAFE, MemoryAccess.NATIVE})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RoundTripBenchmark {

    private static final int ROUND_TRIPS = 1_000;

    @Param({"ASYNCIO", "JDK_VIRTUAL", "JDK_PLATFORM", "NETTY_NIO", "NETTY_EPOLL"})
    EchoContender.Kind contender;

    @Param("64")
    int messageBytes;

    private final long[] nanos = new long[ROUND_TRIPS];
    private EchoContender server;
    private RoundTripClient client;

    @Setup
    public void connect() throws IOException {
        server = contender.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        client = RoundTripClient.connect(contender, server.address(), messageBytes);
    }

    @TearDown
    public void close() throws IOException {
        client.close();
        server.close();
    }

    @Benchmark
    @OperationsPerInvocation(ROUND_TRIPS)
    public void roundTrip() throws IOException, InterruptedException {
        client.run(nanos);
    }
}
