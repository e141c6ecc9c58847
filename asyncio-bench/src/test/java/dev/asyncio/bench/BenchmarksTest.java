package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.ws.frame.FrameException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    void theFrameThatIsReadIsTheOneThatWasWritten() throws FrameException {
        var codec = new CodecBenchmark();
        codec.messageBytes = 1_000;
        codec.fill();
        assertEquals(codec.memoryCopy().flip(), codec.frameRead());
    }
}
