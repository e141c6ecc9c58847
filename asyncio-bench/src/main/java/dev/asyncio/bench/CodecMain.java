package dev.asyncio.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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

    private static final String MASKED_COPY = "maskedCopy";
    private static final List<String> WRITES = List.of("frameWrite", "frameWriteMasked");

    /// Those that do what [#MEMORY_COPY] does, and more.
    static final List<String> COPYING = Stream.concat(Stream.of(MASKED_COPY), WRITES.stream()).toList();

    static final Metric BYTES_PER_NANO =
            new Metric("bytes/ns", run -> run.parameter("bytes") / run.figure(NANOS), true);

    /// A longer frame is not written like this: our server writes the header alone, and the payload from where it lies; our
    /// client masks it in pieces.
    private static final int MAX_WRITTEN_BYTES = 1024;

    private CodecMain() {}

    /// The benchmarks that there are for messages of a length.
    static List<String> benchmarks(int messageBytes) {
        List<String> names = new ArrayList<>(List.of(MEMORY_COPY, "maskInPlace", "maskBytewise", MASKED_COPY,
                "utf8CheckOfAscii", "utf8CheckOfMixedText", "frameRead"));
        if (messageBytes <= MAX_WRITTEN_BYTES) {
            names.addAll(WRITES);
        }
        return names;
    }

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
