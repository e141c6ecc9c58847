package dev.asyncio.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs comparisons one after the other, each into its result file. What a file has already is not run again, so a
/// suite that was cut short goes on where it was. A file that has all is left alone, wherever it was measured.
///
/// @param folder of the result files
record Suite(Path folder, Comparison.Pace pace, int roundCount) {

    private static final int MAX_MORE_ROUNDS = 2;

    /// Prints beforehand how long it will take, and each contender as its turn comes. A comparison that fails does not
    /// keep the others from being run.
    ///
    /// @throws IOException if any failed, or did not pass the [Gates]
    void run(List<Comparison> comparisons, Peers peers) throws IOException, InterruptedException {
        Run environment = Environment.ofServers(peers.versions());
        System.out.println(Environments.inShort(environment));
        double secondsLeft = comparisons.stream().mapToDouble(this::seconds).sum();
        System.out.println("about " + minutes(secondsLeft) + " in all, less what the files in " + folder + " have");
        List<String> failures = new ArrayList<>();
        for (Comparison comparison : comparisons) {
            System.out.println(comparison.name() + ", about " + minutes(secondsLeft) + " left");
            try {
                if (isComplete(comparison, environment)) {
                    System.out.println(path(comparison.name()) + " has all of it");
                } else {
                    ResultFile file = ResultFile.open(path(comparison.name()), environment);
                    note(peers.skippedIn(comparison.name()), file);
                    run(comparison, file);
                }
            } catch (IOException e) {
                System.out.println("failed: " + e.getMessage());
                failures.add(comparison.name() + ": " + e.getMessage());
            }
            secondsLeft -= seconds(comparison);
        }
        if (!failures.isEmpty()) {
            throw new IOException("failed: " + String.join("; ", failures));
        }
    }

    private boolean isComplete(Comparison comparison, Run environment) {
        try {
            return has(comparison.name()) && isComplete(comparison, read(comparison.name()), environment);
        } catch (IOException _) {
            return false; // who goes on with it mends what can be mended, and tells of the rest
        }
    }

    /// What was measured elsewhere gets no round more: it would be of this environment.
    private boolean isComplete(Comparison comparison, ResultFile file, Run environment) throws IOException {
        Gates.check(file);
        int count = Rounds.of(file).count();
        for (int round = 1; round <= Math.max(roundCount, count); round++) {
            if (!comparison.facts(round).stream().allMatch(file::has)) {
                return false;
            }
        }
        return canDecide(file) || count >= mostRounds() || !Environments.differences(file, environment).isEmpty();
    }

    private int mostRounds() {
        return roundCount + MAX_MORE_ROUNDS;
    }

    private static void note(List<Run> skipped, ResultFile file) throws IOException {
        for (Run run : skipped) {
            if (!file.has(run.facts())) {
                file.append(run);
            }
        }
    }

    /// Where rounds contradict each other, or too few can be compared, there are a few more.
    private void run(Comparison comparison, ResultFile file) throws IOException, InterruptedException {
        for (int round = 1; round <= roundCount; round++) {
            System.out.printf("%s, round %d of %d%n", comparison.name(), round, roundCount);
            comparison.runRound(round, pace, file);
        }
        for (int round = roundCount + 1; round <= mostRounds() && (isBegun(round, file) || needsMore(file)); round++) {
            comparison.runRound(round, pace, file);
        }
        Gates.check(file);
    }

    private static boolean isBegun(int round, ResultFile file) {
        return round <= Rounds.of(file).count();
    }

    private boolean needsMore(ResultFile file) {
        try {
            Gates.check(file);
        } catch (IOException e) {
            System.out.println("one round more: " + e.getMessage());
            return true;
        }
        if (!canDecide(file)) {
            System.out.println("one round more: the A/A pair was disturbed, or its cores were apart");
            return true;
        }
        return false;
    }

    /// Whether the A/A pair can be compared in rounds enough; true where so few are asked for that it never can.
    private boolean canDecide(ResultFile file) {
        return roundCount < Noise.ENOUGH_ROUNDS || Column.columnsOf(file).stream().allMatch(Column::canDecide);
    }

    /// Whether a comparison has been run, or begun.
    boolean has(String name) {
        return Files.exists(path(name));
    }

    /// What a comparison has come to.
    ResultFile read(String name) throws IOException {
        return ResultFile.read(path(name));
    }

    /// The same, for another comparison that goes by it.
    ///
    /// @throws IOException if the [Gates] refuse it
    ResultFile readPassed(String name) throws IOException {
        ResultFile file = read(name);
        try {
            Gates.check(file);
        } catch (IOException e) {
            throw new IOException("goes by " + path(name) + ", which is refused: " + e.getMessage(), e);
        }
        return file;
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
                : Math.round(seconds / 60) + " min";
    }
}
