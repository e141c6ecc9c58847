package dev.asyncio.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asyncio.bench.CoreDistance.Tried;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class CoreDistanceTest {

    private final Queue<Double> distances = new ArrayDeque<>();

    /// Measures what is put into the queue.
    private CoreDistance distance(Duration patience, Double... nanos) {
        distances.addAll(List.of(nanos));
        return new CoreDistance(new CoreDistance.Meter() {

            @Override
            public double nanos() {
                return distances.remove();
            }

            @Override
            public void close() {
                // there is nothing to end
            }
        }, patience);
    }

    @Test
    void coresThatAreFarAreWaitedFor() throws Exception {
        CoreDistance distance = distance(Duration.ofDays(1), 76.0, 375.0, 371.0, 80.0);
        distance.nanos();
        assertEquals(80, distance.awaitNear());
        assertTrue(distance.shouldWait(375));
    }

    @Test
    void onceItWasInVainNobodyWaitsUntilTheyHaveBeenNear() throws Exception {
        CoreDistance distance = distance(Duration.ZERO, 76.0, 375.0, 371.0, 372.0, 78.0);
        distance.nanos();
        assertEquals(371, distance.awaitNear());
        assertFalse(distance.shouldWait(371));
        assertEquals(372, distance.awaitNear());
        assertEquals(78, distance.awaitNear());
        assertTrue(distance.shouldWait(371));
    }

    @Test
    void whatWasMeasuredWhileTheyWentApartIsMeasuredAgain() throws Exception {
        CoreDistance distance = distance(Duration.ofDays(1), 76.0, 375.0, 77.0, 78.0);
        Queue<Double> figures = new ArrayDeque<>(List.of(1.0, 2.0));
        Map<String, Double> measured =
                distance.measureNear(() -> new HashMap<>(Map.of(Figure.MESSAGES, figures.remove())));
        assertEquals(Map.of(Figure.MESSAGES, 2.0, Figure.CORE_NANOS, 78.0), measured);
    }

    @Test
    void whatDoesNotGoWellWhileTheyGoApartIsTriedAgain() throws Exception {
        CoreDistance distance = distance(Duration.ofDays(1), 76.0, 375.0, 77.0, 78.0);
        Queue<Integer> results = new ArrayDeque<>(List.of(1, 2));
        assertEquals(new Tried<>(2, false), distance.<Integer>tryNear(results::remove, result -> result == 2));
    }

    @Test
    void whatGoesWellAlthoughTheyGoApartIsNotTriedAgain() throws Exception {
        assertEquals(new Tried<>(1, false), distance(Duration.ofDays(1), 76.0, 375.0).tryNear(() -> 1, _ -> true));
    }

    @Test
    void whatDoesNotGoWellWhileTheyStayNearIsNotExcused() throws Exception {
        assertEquals(new Tried<>(1, false), distance(Duration.ofDays(1), 76.0, 77.0).tryNear(() -> 1, _ -> false));
    }

    @Test
    void whatNeverGoesWellSinceTheyGoApartEachTimeIsExcused() throws Exception {
        CoreDistance distance = distance(Duration.ofDays(1), 76.0, 375.0, 76.0, 375.0, 76.0, 375.0, 76.0, 375.0);
        assertEquals(new Tried<>(1, true), distance.tryNear(() -> 1, _ -> false));
    }

    @Test
    void whereTheDistanceIsUnknownNothingIsExcused() throws Exception {
        try (CoreDistance unknown = CoreDistance.unknown()) {
            assertEquals(new Tried<>(1, false), unknown.tryNear(() -> 1, _ -> false));
        }
    }

    @Test
    void coresThatAreAlwaysEquallyFarAreNear() throws Exception {
        CoreDistance distance = distance(Duration.ofDays(1), 375.0, 390.0);
        assertEquals(375, distance.awaitNear());
        assertEquals(390, distance.awaitNear());
    }

    @Test
    void coresThatHaveOtherThingsToDoForAMomentAreLookedAtAgain() throws Exception {
        CoreDistance distance = distance(Duration.ofDays(1), Double.NaN, Double.NaN, 76.0);
        assertEquals(76, distance.nanos());
    }

    @Test
    void coresThatAlwaysHaveOtherThingsToDoAreNotWaitedFor() throws Exception {
        CoreDistance distance = distance(Duration.ofDays(1), 76.0);
        distance.nanos();
        Collections.addAll(distances, Collections.nCopies(10, Double.NaN).toArray(Double[]::new));
        assertEquals(Double.NaN, distance.awaitNear());
    }

    @Test
    void aDistanceThatWasSeenIsNotForgottenForOneThatWasNot() throws Exception {
        CoreDistance distance = distance(Duration.ofDays(1), 76.0);
        Collections.addAll(distances, Collections.nCopies(10, Double.NaN).toArray(Double[]::new));
        Map<String, Double> measured = distance.measureNear(HashMap::new);
        assertEquals(Map.of(Figure.CORE_NANOS, 76.0), measured);
    }

    @Test
    void theCoresOfThisMachineAreMeasured() throws Exception {
        assumeTrue(Pinning.isPossible(), "nobody is pinned here");
        try (CoreDistance distance = CoreDistance.start()) {
            double nanos = distance.nanos();
            for (int attempt = 1; attempt < 50 && Double.isNaN(nanos); attempt++) { // on a machine that is busy
                nanos = distance.nanos();
            }
            assertTrue(nanos > 0, () -> "no distance");
        }
    }
}
