package dev.asyncio.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Runs comparisons one after the other, each into its result file. What a file has already is not run again, so a
/// suite that was cut short goes on where it was.
///
/// @param folder of the result files
record Suite(Path folder, Comparison.Pace pace, int roundCount) {

    /// Prints beforehand how long it will take, and each contender as its turn comes.
    ///
    /// @throws IOException if anything failed, or did not pass the [Gates]
    void run(List<Comparison> comparisons, Peers peers) throws IOException, InterruptedException {
        Run environment = Environment.ofServers(peers.versions());
        System.out.println(environment.toJson());
        double secondsLeft = comparisons.stream().mapToDouble(this::seconds).sum();
        System.out.println("about " + minutes(secondsLeft) + " in all, less what the files in " + folder + " have");
        for (Comparison comparison : comparisons) {
            ResultFile file = ResultFile.open(path(comparison.name()), environment);
            for (Run skipped : peers.skippedIn(comparison.name())) {
                if (!file.has(skipped.facts())) {
                    file.append(skipped);
                }
            }
            for (int round = 1; round <= roundCount; round++) {
                System.out.printf("%s, round %d of %d, about %s left%n",
                        comparison.name(), round, roundCount, minutes(secondsLeft));
                comparison.runRound(round, pace, file);
                secondsLeft -= comparison.roundSeconds(pace);
            }
            Gates.check(file);
        }
    }

    /// Whether a comparison has been run, or begun.
    boolean has(String name) {
        return Files.exists(path(name));
    }

    /// What a comparison has come to.
    ResultFile read(String name) throws IOException {
        return ResultFile.read(path(name));
    }

    private Path path(String name) {
        return folder.resolve(name + ResultFile.SUFFIX);
    }

    private double seconds(Comparison comparison) {
        return roundCount * comparison.roundSeconds(pace);
    }

    private static String minutes(double seconds) {
        return seconds < 90
                ? Math.round(seconds) + " s"
                : Duration.ofSeconds(Math.round(seconds)).toMinutes() + " min";
    }
}
