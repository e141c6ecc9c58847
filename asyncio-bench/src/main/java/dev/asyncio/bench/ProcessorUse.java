package dev.asyncio.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.zip.GZIPInputStream;

/// What a server, its clients and everybody together have had of the processors so far. Between two of these lies what each
/// has had meanwhile: which of both was the busy one, and whether the machine had other things to do.
///
/// @param allSeconds 0 where the system does not tell
record ProcessorUse(double serverSeconds, double clientSeconds, double allSeconds, long nanos) {

    /// What neither of the two has had, in percent of all processors.
    static final String OTHERS_PERCENT = "othersPercent";

    static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private static final Path STATISTICS = Path.of("/proc/stat");

    /// The line of all processors; each has one with its number behind this.
    private static final String ALL = "cpu";

    /// What the kernel was built with, where it tells.
    private static final Path KERNEL = Path.of("/proc/config.gz");

    /// proc(5), of the ticks in such a line: user, nice, system, and steal, which is what machines beside this one have
    /// had; and interrupts, hard and soft, where processes are charged with those that come while they run.
    private static final int[] FIELDS =
            chargesProcessesWithInterrupts() ? new int[] {1, 2, 3, 6, 7, 8} : new int[] {1, 2, 3, 8};

    /// False where it is not known: to look for less is better than to blame others for what is ours.
    private static boolean chargesProcessesWithInterrupts() {
        if (!Files.isReadable(KERNEL)) {
            return false;
        }
        try (var settings = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(KERNEL)), StandardCharsets.US_ASCII))) {
            return settings.lines().noneMatch("CONFIG_IRQ_TIME_ACCOUNTING=y"::equals);
        } catch (IOException | UncheckedIOException _) {
            return false;
        }
    }

    static ProcessorUse now(ChildJvm server, ChildJvm clients) throws IOException {
        double allSeconds = secondsOf(ALL).orElse(0);
        return new ProcessorUse(seconds(server), seconds(clients), allSeconds, System.nanoTime());
    }

    private static double seconds(ChildJvm process) throws IOException {
        return process.cpu().toNanos() / 1e9;
    }

    /// What everybody has had so far of the processors that server and client are pinned to, in seconds; not a number where
    /// they are not, or the system does not tell.
    static double secondsOfBothCores() throws IOException {
        return !Pinning.isPossible() ? Double.NaN
                : secondsOf(ALL + PinnedComparison.SERVER_CORE).orElse(Double.NaN)
                        + secondsOf(ALL + PinnedComparison.CLIENT_CORE).orElse(Double.NaN);
    }

    /// Empty where the system does not tell of this one.
    private static OptionalDouble secondsOf(String processor) throws IOException {
        if (!Files.isReadable(STATISTICS)) {
            return OptionalDouble.empty();
        }
        return Files.readAllLines(STATISTICS).stream()
                .map(line -> line.split(" +"))
                .filter(words -> words[0].equals(processor))
                .mapToDouble(ProcessorUse::seconds)
                .findFirst();
    }

    private static double seconds(String[] words) {
        return Arrays.stream(FIELDS).mapToLong(field -> Long.parseLong(words[field])).sum() / ProcessCpu.TICKS_A_SECOND;
    }

    /// As figures.
    Map<String, Double> since(ProcessorUse before) {
        double server = serverSeconds - before.serverSeconds;
        double clients = clientSeconds - before.clientSeconds;
        double others = Math.max(0, allSeconds - before.allSeconds - server - clients);
        double seconds = (nanos - before.nanos) / 1e9;
        return Map.of(
                Figure.SECONDS_SEEN, seconds,
                Figure.SERVER_CPU_SECONDS, server,
                Figure.CLIENT_CPU_SECONDS, clients,
                OTHERS_PERCENT, 100 * others / (seconds * PROCESSORS));
    }
}
