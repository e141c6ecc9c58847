package dev.asyncio.bench;

import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// One of [CodecBenchmark] in this process, which is JMH's fork: `CodecMain BENCHMARK MESSAGE_BYTES SECONDS`. Prints the
/// nanoseconds of one message.
public final class CodecMain {

    static final String NANOS = "nanosPerMessage";

    /// The benchmark that the others are seen beside.
    static final String MEMORY_COPY = "memoryCopy";

    static final Metric BYTES_PER_NANO =
            new Metric("bytes/ns", run -> run.parameter("bytes") / run.figure(NANOS), true);

    private CodecMain() {}

    static void main(String[] args) throws RunnerException {
        var iteration = TimeValue.milliseconds((long) (Double.parseDouble(args[2]) * 1_000 / 4));
        var options = new OptionsBuilder()
                .include(CodecBenchmark.class.getSimpleName() + "\\." + args[0] + "$")
                .param("messageBytes", args[1])
                .forks(0)
                .warmupIterations(4)
                .warmupTime(iteration)
                .measurementIterations(4)
                .measurementTime(iteration)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        RunResult result = new Runner(options).runSingle();
        System.out.println(Values.format(Map.of(NANOS, result.getPrimaryResult().getScore())));
    }
}
