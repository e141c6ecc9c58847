package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.ws.frame.FrameException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class BenchmarksTest {

    /// The lock keeps measurements apart, and this is none.
    @BeforeAll
    static void doNotTakeTheLock() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @ParameterizedTest
    @CsvSource({"RoundTripBenchmark, 5", "WebSocketBenchmark, 48", "TlsBenchmark, 12", "CodecBenchmark, 27"})
    void everyContenderRunsUnderJmh(String benchmark, int combinationCount) throws RunnerException {
        var options = new OptionsBuilder()
                .include(benchmark)
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(1))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        assertEquals(combinationCount, new Runner(options).run().size());
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
