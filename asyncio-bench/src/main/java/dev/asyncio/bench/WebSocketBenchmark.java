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

/// What a WebSocket message costs in time that goes to an echo server in the same JVM and back, under the same
/// [LoadGenerator] for all contenders.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 3, jvmArgsAppend = {MemoryAccess.UNSAFE, MemoryAccess.NATIVE})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class WebSocketBenchmark {

    private static final int MESSAGES = 1_000;

    @Param({"ASYNCIO", "NETTY_NIO", "NETTY_EPOLL", "JAVA_WEBSOCKET"})
    WebSocketContender.Kind contender;

    @Param({"64", "1024", "65536"})
    int messageBytes;

    @Param({"1", "64"})
    int connections;

    @Param({"1", "16"})
    int window;

    private WebSocketContender server;
    private LoadGenerator client;

    @Setup
    public void connect() throws IOException {
        server = contender.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), WebSocketContender.Deflate.OFF);
        client = LoadGenerator.connect(
                WebSocketLoadClient.Frames.BINARY,
                server.address(),
                new LoadGenerator.Load(connections, messageBytes, window));
    }

    @TearDown
    public void close() throws IOException {
        client.end();
        client.close();
        server.close();
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public void echo() throws IOException {
        client.exchange(MESSAGES);
    }
}
