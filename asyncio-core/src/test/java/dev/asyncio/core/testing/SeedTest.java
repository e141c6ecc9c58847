package dev.asyncio.core.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SeedTest {

    private static final int PLAN_COUNT = 500;
    private static final int DRAW_COUNT = 200;

    private final Seed seed = new Seed();

    @Test
    void noPlanDrawsWhatAnotherDoes() {
        Set<Long> draws = new HashSet<>();
        for (int plan = 0; plan < PLAN_COUNT; plan++) {
            seed.random(plan).longs(DRAW_COUNT).forEach(draws::add);
        }
        assertEquals(PLAN_COUNT * DRAW_COUNT, draws.size());
    }

    @Test
    void aPlanIsTheSameAgain() {
        SplittableRandom again = seed.random(7);
        seed.random(7).longs(DRAW_COUNT).forEach(draw -> assertEquals(draw, again.nextLong()));
    }
}
