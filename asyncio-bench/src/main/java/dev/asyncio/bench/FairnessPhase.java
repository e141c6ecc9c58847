package dev.asyncio.bench;

import dev.asyncio.bench.FairnessDisturber.Disturbance;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Who takes more than a share while others are looked at, and what those may see of it.
///
/// @param isOnOtherLoop whether the others are on another loop than whoever disturbs
/// @param bounded what the library can bound
/// @param times of what is seen alone, how many are too many
record FairnessPhase(String name, Disturbance disturbance, boolean isOnOtherLoop, Set<FairnessKind> bounded,
        double times) {

    /// A carrier of virtual threads for each processor, unless the JVM is told otherwise.
    private static final int CARRIERS = Runtime.getRuntime().availableProcessors();

    static final String MORE_CARRIERS = "-Djdk.virtualThreadScheduler.parallelism=" + (CARRIERS + 1);

    private static final int BURST_CONNECTIONS = 1_000;
    private static final long BURST_MILLIS = 100;

    private static final Set<FairnessKind> ALL = EnumSet.allOf(FairnessKind.class);

    /// What needs a carrier, but not the loop that its clients are on.
    private static final Set<FairnessKind> WITHOUT_THE_LOOP =
            EnumSet.of(FairnessKind.DEADLINES, FairnessKind.NEW_THREADS);

    private static final Set<FairnessKind> NOTHING = EnumSet.noneOf(FairnessKind.class);

    static final FairnessPhase ALONE = new FairnessPhase("alone", Disturbance.NOTHING, false, NOTHING, 0);

    /// What is compiled then is not looked at.
    static final List<FairnessPhase> WARM_UP = List.of(
            new FairnessPhase("warm-up", Disturbance.flood(), false, NOTHING, 0),
            new FairnessPhase("warm-up", Disturbance.NOTHING, true, NOTHING, 0));

    private static FairnessPhase beside(String whom, Disturbance disturbance) {
        return new FairnessPhase("beside " + whom, disturbance, false, ALL, FairnessJudge.TIMES);
    }

    private FairnessPhase onOtherLoop() {
        return new FairnessPhase(name, disturbance, true, bounded, times);
    }

    private FairnessPhase crowded() {
        return new FairnessPhase(name, disturbance, isOnOtherLoop, bounded, FairnessJudge.CROWDED_TIMES);
    }

    private FairnessPhase bounding(Set<FairnessKind> kinds) {
        return new FairnessPhase(name, disturbance, isOnOtherLoop, kinds, times);
    }

    /// @param computeMillis of each computation
    static List<FairnessPhase> all(long computeMillis) {
        Disturbance bursts = Disturbance.bursts(BURST_CONNECTIONS, BURST_MILLIS);
        Disturbance longTurns = Disturbance.longTurns(computeMillis);
        boolean hasCarrierLeft = CARRIERS > 1;
        List<FairnessPhase> phases = new ArrayList<>(List.of(
                ALONE,
                beside("one that floods", Disturbance.flood()),
                beside("bursts of %,d on their loop".formatted(BURST_CONNECTIONS), bursts),
                beside("bursts on the other loop", bursts).onOtherLoop(),
                beside(CARRIERS + " that send pongs without end", Disturbance.pongs(CARRIERS)).crowded(),
                beside(CARRIERS + " that are sent to without end", Disturbance.pouring(CARRIERS)).crowded(),
                beside(CARRIERS + ", on all carriers", Disturbance.computing(CARRIERS, computeMillis))
                        .bounding(NOTHING),
                beside(CARRIERS + ", on platform threads", Disturbance.handingOver(CARRIERS, computeMillis)),
                beside("long turns of their loop", longTurns)
                        .bounding(hasCarrierLeft ? WITHOUT_THE_LOOP : NOTHING)));
        if (hasCarrierLeft) {
            phases.add(beside("1 handler that computes", Disturbance.computing(1, computeMillis)));
            phases.add(beside("long turns of the other loop", longTurns).onOtherLoop());
        }
        return phases;
    }

    /// For a server with [#MORE_CARRIERS].
    static List<FairnessPhase> withMoreCarriers(long computeMillis) {
        return List.of(
                beside(CARRIERS + ", with a carrier more", Disturbance.computing(CARRIERS, computeMillis)));
    }

    /// Else it would be no disturbance for those on another loop either.
    boolean mustHoldUp() {
        return !isOnOtherLoop && disturbance.equals(Disturbance.longTurns(disturbance.millis()));
    }
}
