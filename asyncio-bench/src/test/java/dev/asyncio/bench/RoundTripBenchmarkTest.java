package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class RoundTripBenchmarkTest {

    /// The lock keeps measurements apart, and this is none.
    @BeforeAll
    static void doNotTakeTheLock() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    @Test
    void everyContenderRunsUnderJmh() throws RunnerException {
        var options = new OptionsBuilder()
                .include(RoundTripBenchmark.class.getSimpleName())
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(1))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        assertEquals(3, new Runner(options).run().size());
    }
}
