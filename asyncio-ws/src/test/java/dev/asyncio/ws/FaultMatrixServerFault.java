package dev.asyncio.ws;

/// What befalls a server.
enum FaultMatrixServerFault {
    LISTENERS_LOOP_FAILS("the listener's loop fails", scene -> scene.failLoop(FaultMatrixServerScene.LISTENERS_LOOP)),
    ITS_LOOP_FAILS("the connection's loop fails", scene -> scene.failLoop(FaultMatrixServerScene.ITS_LOOP)),
    ANOTHER_LOOP_FAILS("another loop fails", scene -> scene.failLoop(FaultMatrixServerScene.ANOTHER_LOOP)),
    LOOPS_CLOSE("the loops are closed", FaultMatrixServerScene::closeLoops),
    DESCRIPTORS_RUN_OUT("descriptors run out", FaultMatrixServerScene::runOutOfDescriptors),
    MEMORY_RUNS_OUT("memory outside the heap runs out", FaultMatrixServerScene::runOutOfMemory),
    HEAP_RUNS_OUT("the heap is short", FaultMatrixServerScene::runOutOfHeap),
    HANDLER_FAILS("a handler fails", FaultMatrixServerScene::failHandler),
    CLIENT_STALLS("a client stalls", FaultMatrixServerScene::stallClient),
    CLIENT_SENDS_GARBAGE("a client sends garbage", FaultMatrixServerScene::sendGarbage),
    CLOSES("it is closed", FaultMatrixServerScene::closeServer),
    WINDS_DOWN("it winds down", FaultMatrixServerScene::windDown),
    WINDS_DOWN_IN_VAIN("it winds down until its deadline", FaultMatrixServerScene::windDownInVain);

    final String words;
    private final Strike strike;

    private interface Strike {
        void on(FaultMatrixServerScene scene) throws Exception;
    }

    FaultMatrixServerFault(String words, Strike strike) {
        this.words = words;
        this.strike = strike;
    }

    /// Of what the whole process is short then; null for every other fault.
    FaultMatrixShortage.Kind shortage() {
        return switch (this) {
            case DESCRIPTORS_RUN_OUT -> FaultMatrixShortage.Kind.DESCRIPTORS;
            case MEMORY_RUNS_OUT -> FaultMatrixShortage.Kind.DIRECT_MEMORY;
            case HEAP_RUNS_OUT -> FaultMatrixShortage.Kind.HEAP;
            default -> null;
        };
    }

    /// Whether it befalls loops, the connection's or another.
    boolean isOfLoops() {
        return switch (this) {
            case LISTENERS_LOOP_FAILS, ITS_LOOP_FAILS, ANOTHER_LOOP_FAILS, LOOPS_CLOSE -> true;
            default -> false;
        };
    }

    /// Lets it happen, and returns once it has.
    void strike(FaultMatrixServerScene scene) throws Exception {
        strike.on(scene);
    }
}
