package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// One fault at one point of one life.
interface FaultMatrixCell {

    /// Far more than any cell takes, a system's second try to connect included, and far less than a wait without end.
    Duration BOUND = Duration.ofSeconds(10);

    /// Those of [FaultMatrix] and [FaultMatrixServers].
    static List<FaultMatrixCell> all() {
        return Stream.<FaultMatrixCell>concat(FaultMatrix.cells().stream(), FaultMatrixServers.cells().stream())
                .toList();
    }

    /// Why it makes no sense; null if it does.
    String reason();

    /// Of what the whole process is short then; null for every other fault.
    FaultMatrixShortage.Kind shortage();

    /// Whether it is run without a shortage first where the process is short of something, so that all classes are there.
    boolean isWarmUp();

    /// Reaches the point, lets the fault happen, and checks what comes of it.
    void play() throws Exception;

    /// What that does not take in all, unless the machine stands still.
    default Duration bound() {
        return BOUND;
    }

    /// Plays it, in time: at the third attempt, if the machine has stood still.
    default void run() throws Exception {
        Duration spent = timedPlay();
        for (int i = 0; i < 2 && spent.compareTo(bound()) >= 0; i++) {
            spent = timedPlay();
        }
        Duration last = spent;
        assertTrue(last.compareTo(bound()) < 0, () -> "took " + last + ", and not for the first time");
    }

    private Duration timedPlay() throws Exception {
        long startNanos = System.nanoTime();
        play();
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
