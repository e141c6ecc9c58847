package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.ws.frame.FrameException;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class BenchmarksTest {

    /// The lock keeps measurements apart, and this is none.
    @BeforeAll
    static void doNotTakeTheLock() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    private static ChainedOptionsBuilder briefly(Class<?> benchmark) {
        return new OptionsBuilder()
                .include(benchmark.getName())
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(1))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
    }

    /// Those of a benchmark that this system has: it may lack epoll.
    private static String[] contenders(Class<?> benchmark) throws NoSuchFieldException {
        Field contender = benchmark.getDeclaredField("contender");
        List<String> listed = List.of(contender.getAnnotation(Param.class).value());
        Stream<String> all = listed.equals(List.of(Param.BLANK_ARGS))
                ? Arrays.stream(contender.getType().getEnumConstants()).map(kind -> ((Enum<?>) kind).name())
                : listed.stream();
        EchoContender.Kind epoll = EchoContender.Kind.NETTY_EPOLL;
        return all.filter(name -> !name.equals(epoll.name()) || epoll.isAvailable()).toArray(String[]::new);
    }

    @ParameterizedTest
    @CsvSource({
        "dev.asyncio.bench.RoundTripBenchmark, 1",
        "dev.asyncio.bench.WebSocketBenchmark, 12",
        "dev.asyncio.bench.TlsBenchmark, 3"
    })
    void everyContenderRunsUnderJmh(Class<?> benchmark, int combinationsOfEach) throws Exception {
        String[] contenders = contenders(benchmark);
        assertTrue(contenders.length >= 3, Arrays.toString(contenders));
        var options = briefly(benchmark).param("contender", contenders).build();
        assertEquals(combinationsOfEach * contenders.length, new Runner(options).run().size());
    }

    @Test
    void allOfTheCodecRunsUnderJmh() throws RunnerException {
        assertEquals(27, new Runner(briefly(CodecBenchmark.class).build()).run().size());
    }

    /// Else Netty would be slower under JMH than in the tables.
    @Test
    void forksHaveTheOptionsThatServersHave() throws IOException {
        String flags = Environment.ofServers(Map.of()).facts().get("flags");
        List<String> ofServers = Arrays.stream(flags.split(" ")).filter(flag -> flag.startsWith("--")).toList();
        for (Class<?> benchmark : List.of(
                RoundTripBenchmark.class, WebSocketBenchmark.class, TlsBenchmark.class, CodecBenchmark.class)) {
            Fork fork = benchmark.getAnnotation(Fork.class);
            assertEquals(ofServers, List.of(fork.jvmArgsAppend()), benchmark.getName());
        }
    }

    @Test
    void theSuiteMeasuresAllThatThereIsOfTheCodec() {
        Set<String> all = Arrays.stream(CodecBenchmark.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Benchmark.class))
                .map(method -> method.getName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(all, new TreeSet<>(CodecMain.benchmarks(64)));
    }

    private static CodecBenchmark codec(int messageBytes) {
        var codec = new CodecBenchmark();
        codec.messageBytes = messageBytes;
        codec.fill();
        return codec;
    }

    @Test
    void theFrameThatIsReadIsTheOneThatWasWritten() throws FrameException {
        CodecBenchmark codec = codec(1_000);
        assertEquals(codec.memoryCopy().flip(), codec.frameRead());
    }

    @ParameterizedTest
    @CsvSource({"64, 8240", "1000, 827e03e8"})
    void aServersFrameIsAHeaderAndTheMessage(int messageBytes, String header) {
        CodecBenchmark codec = codec(messageBytes);
        assertEquals(frame(header, codec.memoryCopy().flip()), codec.frameWrite());
    }

    @ParameterizedTest
    @CsvSource({"64, 82c012345678", "1000, 82fe03e812345678"})
    void aClientsFrameIsAHeaderAndTheMaskedMessage(int messageBytes, String header) {
        CodecBenchmark codec = codec(messageBytes);
        codec.memoryCopy().flip();
        assertEquals(frame(header, codec.maskBytewise()), codec.frameWriteMasked());
    }

    private static ByteBuffer frame(String header, ByteBuffer payload) {
        byte[] head = HexFormat.of().parseHex(header);
        return ByteBuffer.allocate(head.length + payload.remaining()).put(head).put(payload).flip();
    }
}
