package dev.asyncio.bench;

import static dev.asyncio.bench.PinnedComparison.load;

import dev.asyncio.bench.NettyServer.ReceiveBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Settings of the contenders that have a choice, tried one after the other, so that in all other comparisons each stands
/// at its best. Ours has its defaults everywhere.
///
/// @param name of the result file
record Sweep(String name, Suite suite) {

    /// The names of all.
    static final List<String> ALL = List.of(FullSuite.TCP_SETTINGS, FullSuite.WEBSOCKET_SETTINGS);

    /// Under which settings are tried. Each counts as much as another: the best setting is that with the greatest product
    /// of rates. But a contender keeps its own choice, unless another is better in the mean by more than what is called
    /// [equal][Noise#isEqual]: else chance would choose, and otherwise in each run.
    static final List<Map<String, String>> LOADS =
            List.of(load(1, 64, 1), load(64, 64, 1), load(64, 64, 16), load(8, 64 * 1024, 1));

    // Of all these, a contender's own choice comes first.

    private static final List<Setting> SCHEDULERS = schedulers();
    private static final List<Setting> BUFFERS = List.of(
            buffers("adaptive", ReceiveBuffer.ADAPTIVE), buffers("pooled", ReceiveBuffer.ADAPTIVE),
            buffers("adaptive", ReceiveBuffer.FIXED), buffers("pooled", ReceiveBuffer.FIXED));

    /// The second is that of the other servers in Java: a message of 64 KiB with its frame's head.
    private static final List<Setting> READS = List.of(new Setting("reads of 64 KiB", List.of()),
            new Setting("reads of 128 KiB",
                    List.of("-D" + JavaWebSocketEcho.RECEIVE_BYTES_PROPERTY + "=" + 128 * 1024)));

    /// @param title as a table has it
    private record Setting(String title, List<String> jvmOptions) {}

    /// By itself, the scheduler has a carrier for each core that it may use, and polls by virtual threads on Linux.
    private static List<Setting> schedulers() {
        int own = Pinning.isPossible() ? 1 : Runtime.getRuntime().availableProcessors();
        return IntStream.of(own, 1, 2)
                .distinct()
                .boxed()
                .flatMap(parallelism -> Stream.of(scheduler(parallelism, 2), scheduler(parallelism, 1)))
                .toList();
    }

    private static Setting scheduler(int parallelism, int pollerMode) {
        return new Setting("parallelism %d, poller mode %d".formatted(parallelism, pollerMode), List.of(
                "-Djdk.virtualThreadScheduler.parallelism=" + parallelism, "-Djdk.pollerMode=" + pollerMode));
    }

    private static Setting buffers(String allocator, ReceiveBuffer receiveBuffer) {
        // Fixed ones are not named: files have them from before there was a choice.
        String title = receiveBuffer == ReceiveBuffer.FIXED ? "" : ", " + receiveBuffer + " receive buffer";
        return new Setting(allocator + " allocator" + title, List.of(
                "-Dio.netty.allocator.type=" + allocator,
                "-D" + NettyServer.RECEIVE_BUFFER_PROPERTY + "=" + receiveBuffer));
    }

    /// Those of a contender.
    private static List<Setting> settingsOf(String contender) {
        if (contender.equals(EchoContender.Kind.JDK_VIRTUAL.toString())) {
            return SCHEDULERS;
        }
        if (contender.equals(WebSocketContender.Kind.JAVA_WEBSOCKET.toString())) {
            return READS;
        }
        return contender.startsWith("Netty") ? BUFFERS : List.of();
    }

    /// A server of each of a contender's settings.
    ///
    /// @param main which serves as this contender, named by `argument`
    List<Subject> trials(String contender, Class<?> main, String argument) {
        List<Subject> trials = new ArrayList<>();
        for (Setting setting : settingsOf(contender)) {
            trials.add(Subject.main(title(contender, setting), () -> setting.jvmOptions, main, argument));
        }
        return trials;
    }

    /// A contender's server at its best, or with its defaults where the sweep has not run.
    Subject atItsBest(String contender, Class<?> main, String argument) {
        return atItsBest(contender, List.of(), main, argument);
    }

    /// The same, with more options for its JVM.
    Subject atItsBest(String contender, List<String> options, Class<?> main, String argument) {
        return Subject.main(
                contender, () -> Stream.concat(bestOptions(contender).stream(), options.stream()).toList(), main,
                argument);
    }

    List<String> bestOptions(String contender) throws IOException {
        if (!suite.has(name)) {
            return List.of();
        }
        return best(contender, Column.columnsOf(suite.readPassed(name))).map(Setting::jvmOptions).orElse(List.of());
    }

    private static Optional<Setting> best(String contender, List<Column> columns) {
        List<Setting> ranked = ranked(contender, columns);
        return ranked.stream()
                .filter(setting -> setting.equals(settingsOf(contender).getFirst())
                        && Noise.isEqual(timesBetter(contender, ranked.getFirst(), setting, columns)))
                .findFirst()
                .or(() -> ranked.stream().findFirst());
    }

    /// In the geometric mean over the loads.
    private static double timesBetter(String contender, Setting one, Setting other, List<Column> columns) {
        return Math.exp(meanLogOfRates(contender, one, columns) - meanLogOfRates(contender, other, columns));
    }

    /// The best first; without those that were not tried under all loads. None of a sweep that has just begun.
    private static List<Setting> ranked(String contender, List<Column> columns) {
        return columns.isEmpty() ? List.of()
                : settingsOf(contender).stream()
                        .filter(setting -> columns.stream()
                                .allMatch(column -> column.contenders().contains(title(contender, setting))))
                        .sorted(Comparator.comparingDouble(setting -> -meanLogOfRates(contender, setting, columns)))
                        .toList();
    }

    private static double meanLogOfRates(String contender, Setting setting, List<Column> columns) {
        return columns.stream()
                .mapToDouble(column -> Math.log(column.median(title(contender, setting), Metric.RATE)))
                .average()
                .orElseThrow();
    }

    /// Whether a contender ran with what the columns of a sweep have decided for; true if they are of no sweep, or have no
    /// choice for it.
    static boolean isChosen(String contender, String jvmOptions, List<Column> columns) {
        return columns.isEmpty() || best(contender, columns)
                .map(setting -> List.of(jvmOptions.split(" ")).containsAll(setting.jvmOptions))
                .orElse(true);
    }

    /// Which settings the columns of a sweep have decided for, in words; empty if they are of no sweep.
    static String chosen(List<Column> columns) {
        return contenders(columns)
                .flatMap(contender -> best(contender, columns).map(setting -> title(contender, setting)).stream())
                .collect(Collectors.joining("; "));
    }

    /// The same, each with how many times the rate of the best of its others it has, in the geometric mean over the loads,
    /// if there are others.
    static String chosenAndBetter(List<Column> columns) {
        return contenders(columns)
                .flatMap(contender -> chosenAndBetter(contender, columns).stream())
                .collect(Collectors.joining("; "));
    }

    private static Optional<String> chosenAndBetter(String contender, List<Column> columns) {
        return best(contender, columns).map(best -> title(contender, best) + ranked(contender, columns).stream()
                .filter(setting -> !setting.equals(best))
                .findFirst()
                .map(other -> " (%s)".formatted(
                        Metric.formatRatio(timesBetter(contender, best, other, columns))))
                .orElse(""));
    }

    private static Stream<String> contenders(List<Column> columns) {
        return columns.stream()
                .flatMap(column -> column.contenders().stream())
                .map(Sweep::contenderOf)
                .distinct();
    }

    private static String contenderOf(String trial) {
        return Stream.of(SCHEDULERS, BUFFERS, READS)
                .flatMap(List::stream)
                .map(setting -> title("", setting))
                .filter(trial::endsWith)
                .findFirst()
                .map(end -> trial.substring(0, trial.length() - end.length()))
                .orElse(trial);
    }

    private static String title(String contender, Setting setting) {
        return contender + ", " + setting.title;
    }
}
