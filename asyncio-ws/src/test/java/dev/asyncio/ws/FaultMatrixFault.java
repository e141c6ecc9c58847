package dev.asyncio.ws;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoopClosedException;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.EOFException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;

/// What goes wrong, and what a call says that fails of it.
enum FaultMatrixFault {
    RESETS("the peer resets", SocketException.class, true) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) throws Exception {
            scene.resetPeer();
        }
    },
    ENDS("the peer ends", EOFException.class, true) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) throws Exception {
            if (scene.hasHandshaken()) {
                scene.sendEnd();
            } else {
                scene.peer.shutdownOutput();
            }
        }
    },
    IS_CUT_OFF("the connection ends beneath the protocol", EOFException.class, true) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) throws Exception {
            scene.peer.shutdownOutput();
        }
    },
    STALLS("the peer stalls", null) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) {
            call.untilParked();
        }
    },
    SENDS_GARBAGE("the peer sends garbage", null, true) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) throws Exception {
            scene.sendGarbage();
            if (scene.point != FaultMatrixPoint.MID_WRITE) {
                scene.takeNotice();
            }
        }

        @Override
        Waiting<Object> readAfterwards(FaultMatrixScene<?> scene) {
            scene.takeNotice();
            return super.readAfterwards(scene);
        }

        @Override
        Class<? extends Throwable> failure(FaultMatrixScene<?> scene) {
            return scene.garbageFailure();
        }
    },
    CLOSES("our side closes", AsynchronousCloseException.class) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) throws Exception {
            Waiting.start(ThreadKind.VIRTUAL, scene::closeOurs).value();
        }

        @Override
        Class<? extends Throwable> failure(FaultMatrixScene<?> scene) {
            return scene.point == FaultMatrixPoint.IDLE ? ClosedChannelException.class : super.failure(scene);
        }

        /// A call of several reads may be between two.
        @Override
        boolean isFailure(FaultMatrixScene<?> scene, Throwable failure) {
            return super.isFailure(scene, failure)
                    || !scene.surelyWaits() && failure.getClass() == ClosedChannelException.class;
        }

        @Override
        Duration closeTimeout(FaultMatrixPoint point) {
            return point == FaultMatrixPoint.CLOSING ? super.closeTimeout(point) : FaultMatrixScene.SOON;
        }
    },
    INTERRUPTS("our side is interrupted", InterruptedIOException.class) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) {
            call.interrupt();
        }

        @Override
        Waiting<Object> strikeIdle(FaultMatrixScene<?> scene) {
            return scene.start(() -> {
                Thread.currentThread().interrupt();
                return scene.perform(Deadline.never());
            });
        }
    },
    MEETS_DEADLINE("our side meets its deadline", SocketTimeoutException.class) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) {
            // It passes by itself.
        }

        @Override
        Deadline deadline() {
            return Deadline.after(FaultMatrixScene.SOON);
        }

        @Override
        Waiting<Object> strikeParked(FaultMatrixScene<?> scene) throws Exception {
            return scene.begin(deadline()); // which may be over before anyone has seen it wait
        }
    },
    /// What comes makes no message whole, and hardly ever lets the call wait.
    SENDS_ON_TO_DEADLINE("the peer sends without end, to our deadline", SocketTimeoutException.class, true) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) throws Exception {
            scene.flood();
        }

        @Override
        Deadline deadline() {
            return Deadline.after(FaultMatrixScene.SOON);
        }

        @Override
        Waiting<Object> strikeParked(FaultMatrixScene<?> scene) throws Exception {
            return strikeBeforehand(scene);
        }

        @Override
        Duration closeTimeout(FaultMatrixPoint point) {
            return CLOSES.closeTimeout(point);
        }
    },
    SENDS_ON_TO_INTERRUPT("the peer sends without end, to our interrupt", InterruptedIOException.class, true) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) throws Exception {
            scene.flood();
        }

        @Override
        Waiting<Object> strikeParked(FaultMatrixScene<?> scene) throws Exception {
            Waiting<Object> call = strikeBeforehand(scene);
            scene.awaitFlood();
            call.interrupt();
            return call;
        }

        @Override
        Duration closeTimeout(FaultMatrixPoint point) {
            return CLOSES.closeTimeout(point);
        }
    },
    /// Whatever bounds the wait but a deadline: for the handshake, for a read, for a sign of life, for the peer's close.
    TIMES_OUT("the peer stalls until a timeout of ours", null) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) {
            // It passes by itself.
        }

        @Override
        Waiting<Object> strikeParked(FaultMatrixScene<?> scene) throws Exception {
            Waiting<Object> call = scene.begin(deadline());
            if (scene.point == FaultMatrixPoint.HANDSHAKING) {
                scene.takeNotice();
            }
            return call;
        }

        @Override
        Class<? extends Throwable> failure(FaultMatrixScene<?> scene) {
            return scene.timeoutFailure();
        }

        @Override
        Duration timeout() {
            return FaultMatrixScene.SOON;
        }
    },
    LOOP_FAILS("the loop fails", EventLoopClosedException.class) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) throws Exception {
            scene.failLoop();
        }
    },
    LOOPS_CLOSE("the loops are closed", EventLoopClosedException.class) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) {
            scene.group.close();
        }
    },
    ANOTHER_LOOP_FAILS("another loop of the group fails", null) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) {
            scene.failOtherLoop();
        }

        @Override
        int loopCount() {
            return 2;
        }
    },
    DESCRIPTORS_RUN_OUT("descriptors run out", SocketException.class) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) {
            scene.endure(FaultMatrixShortage.Kind.DESCRIPTORS);
        }

        @Override
        FaultMatrixShortage.Kind shortage() {
            return FaultMatrixShortage.Kind.DESCRIPTORS;
        }

        @Override
        Waiting<Object> strikeParked(FaultMatrixScene<?> scene) throws Exception {
            if (scene.point != FaultMatrixPoint.CONNECTING) {
                return super.strikeParked(scene);
            }
            if (scene.isAccepting()) {
                scene.connectPeer();
            }
            return strikeBeforehand(scene);
        }
    },
    MEMORY_RUNS_OUT("memory outside the heap runs out", OutOfMemoryError.class) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) {
            scene.endure(FaultMatrixShortage.Kind.DIRECT_MEMORY);
        }

        @Override
        FaultMatrixShortage.Kind shortage() {
            return FaultMatrixShortage.Kind.DIRECT_MEMORY;
        }
    },
    /// It has room for small things, and none for a record of TLS. Long messages are [HeapShortageTest]'s.
    HEAP_RUNS_OUT("the heap is short", OutOfMemoryError.class) {
        @Override
        void strike(FaultMatrixScene<?> scene, Waiting<?> call) {
            scene.endure(FaultMatrixShortage.Kind.HEAP);
        }

        @Override
        FaultMatrixShortage.Kind shortage() {
            return FaultMatrixShortage.Kind.HEAP;
        }
    };

    final String words;
    private final Class<? extends Throwable> failure;

    /// Whether it is something that the peer does, for which there must be one.
    private final boolean isOfPeer;

    FaultMatrixFault(String words, Class<? extends Throwable> failure) {
        this(words, failure, false);
    }

    FaultMatrixFault(String words, Class<? extends Throwable> failure, boolean isOfPeer) {
        this.words = words;
        this.failure = failure;
        this.isOfPeer = isOfPeer;
    }

    /// Lets it happen, with the call in its wait.
    abstract void strike(FaultMatrixScene<?> scene, Waiting<?> call) throws Exception;

    /// Has a call that is to fail of it run into it: one that waits needs no memory. A write has failed as it began, unless
    /// there is no shortage.
    final void provoke(FaultMatrixScene<?> scene) {
        boolean waits = scene.point != FaultMatrixPoint.MID_WRITE || FaultMatrixShortage.isRehearsal();
        if (failure == OutOfMemoryError.class && waits) {
            scene.letGoOnMeanwhile();
        }
    }

    /// What a call fails with.
    Class<? extends Throwable> failure(FaultMatrixScene<?> scene) {
        return failure;
    }

    /// Whether a call may fail with that.
    boolean isFailure(FaultMatrixScene<?> scene, Throwable reason) {
        return failure(scene).isInstance(reason);
    }

    /// Of the call that it strikes.
    Deadline deadline() {
        return Deadline.never();
    }

    /// Of what our end waits for with no other bound.
    Duration timeout() {
        return FaultMatrixScene.LATE;
    }

    Duration closeTimeout(FaultMatrixPoint point) {
        return timeout();
    }

    /// Reaches the point, lets it happen, and returns the call that it has struck.
    final Waiting<Object> run(FaultMatrixScene<?> scene) throws Exception {
        if (scene.point == FaultMatrixPoint.IDLE) {
            return strikeIdle(scene);
        }
        return strikeParked(scene);
    }

    /// Lets it happen to a call that waits. But a write that waits may have the memory that it needs; one that begins has
    /// not.
    Waiting<Object> strikeParked(FaultMatrixScene<?> scene) throws Exception {
        if (failure == OutOfMemoryError.class && scene.point == FaultMatrixPoint.MID_WRITE) {
            return strikeBeforehand(scene);
        }
        Waiting<Object> call = scene.beginAndPark();
        if (scene.isAccepting() && isOfPeer) {
            scene.connectPeer();
        }
        strike(scene, call);
        return call;
    }

    /// Has a thread come to read once the call is over.
    Waiting<Object> readAfterwards(FaultMatrixScene<?> scene) {
        return scene.readAfterwards();
    }

    /// Lets it happen before the call begins.
    final Waiting<Object> strikeBeforehand(FaultMatrixScene<?> scene) throws Exception {
        strike(scene, null);
        return scene.begin(deadline());
    }

    /// Of what all that is in the process is short then; null for what strikes nobody else.
    FaultMatrixShortage.Kind shortage() {
        return null;
    }

    /// Among how many loops it strikes.
    int loopCount() {
        return 1;
    }

    /// Whether it befalls loops, the connection's or another.
    final boolean isOfLoops() {
        return endsLoop() || this == ANOTHER_LOOP_FAILS;
    }

    /// Whether the connection's loop does not outlive it.
    final boolean endsLoop() {
        return this == LOOP_FAILS || this == LOOPS_CLOSE;
    }

    /// Lets it happen, and has a thread come to read.
    Waiting<Object> strikeIdle(FaultMatrixScene<?> scene) throws Exception {
        return strikeBeforehand(scene);
    }
}
