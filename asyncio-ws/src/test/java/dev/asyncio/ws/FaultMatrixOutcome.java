package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.Deadline;
import dev.asyncio.core.EventLoopClosedException;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;

/// What the contract says a call comes to, and how it leaves the connection: the words of [FaultMatrix].
enum FaultMatrixOutcome {
    /// The call is not disturbed: it waits on, and returns what it should once the peer lets it.
    ON {
        @Override
        void check(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call) throws Exception {
            assertTrue(call.untilParked().isAlive());
            scene.letGoOn();
            scene.check(call.value());
        }
    },
    /// The call gets what it waits for.
    DONE {
        @Override
        void check(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call) throws Exception {
            scene.check(call.value());
        }
    },
    /// The call returns a connection, which does not yet know.
    ACCEPTED {
        @Override
        void check(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call) throws Exception {
            Object connection = call.value();
            assertSame(scene.ours, connection);
        }
    },
    /// The call returns the peer's end, again and again; as to writing, that changes nothing in a stream of bytes.
    END {
        @Override
        void check(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call) throws Exception {
            assertEquals(FaultMatrixScene.END, call.value());
            assertEquals(FaultMatrixScene.END, scene.read(Waiting.patience()));
            scene.checkOutputAfterEnd();
        }
    },
    /// The call finds the peer's end too early. That is an end like every other to the next.
    EOF {
        @Override
        void check(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call) throws Exception {
            call.failure(EOFException.class);
            assertEquals(FaultMatrixScene.END, scene.read(Waiting.patience()));
            scene.checkOutputAfterEnd();
        }
    },
    /// The call fails and nothing is lost: the next does what this one should have.
    USABLE {
        @Override
        void check(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call) throws Exception {
            checkFailure(scene, fault, call);
            assertTrue(scene.isOpen());
            var again = scene.start(() -> scene.perform(Waiting.patience())); // in place of the timeout, if there is one
            scene.letGoOn();
            scene.check(again.value());
        }
    },
    /// The call fails for want of something. Once there is enough again, the next does what this one should have.
    LATER {
        @Override
        void check(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call) throws Exception {
            checkFailure(scene, fault, call);
            var again = scene.start(() -> scene.perform(Deadline.never()));
            scene.awaitGoneOn();
            scene.check(again.value());
        }
    },
    /// The call fails and nothing is lost; but as the peer goes on, to close is all that is left, and that takes no longer
    /// than it may.
    OPEN {
        @Override
        void check(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call) throws Exception {
            checkFailure(scene, fault, call);
            assertTrue(scene.isOpen());
            Waiting.start(ThreadKind.VIRTUAL, scene::closeOurs).value();
            scene.awaitEndAtPeer();
        }
    },
    /// The call fails, as does the next, with or without the time to wait, and so does the other direction, unless the
    /// fault has left that alone; to close is all that is left.
    BROKEN {
        @Override
        void check(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call) throws Exception {
            checkFailure(scene, fault, call);
            for (Deadline deadline : List.of(Deadline.never(), Deadline.after(Duration.ZERO))) {
                var again = scene.start(() -> scene.perform(deadline));
                checkFailureAgain(scene, fault, again.failure(IOException.class));
            }
            if (scene.breaksBothWays(fault)) {
                var otherWay = scene.start(() -> scene.callOtherWay(Waiting.patience()));
                checkFailureOtherWay(fault, otherWay.failure(IOException.class));
            }
        }
    },
    /// The call fails and the connection is closed, or there is none; the peer sees that, by whatever way.
    CLOSED {
        @Override
        void check(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call) throws Exception {
            checkClosed(scene, fault, call);
            scene.awaitEndAtPeer();
        }
    },
    /// The call fails and the connection is closed; the peer is told so in the protocol's words.
    TOLD {
        @Override
        void check(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call) throws Exception {
            checkClosed(scene, fault, call);
            scene.checkTold(fault);
        }
    },
    /// The call returns, and the connection is closed; the peer sees that, by whatever way.
    RETURNS {
        @Override
        void check(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call) throws Exception {
            checkReturned(scene, fault, call);
            scene.awaitEndAtPeer();
        }
    },
    /// The call returns, and the connection is closed; the peer is told so in the protocol's words.
    GOODBYE {
        @Override
        void check(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call) throws Exception {
            checkReturned(scene, fault, call);
            scene.checkTold(fault);
        }
    };

    abstract void check(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call) throws Exception;

    private static void checkFailure(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call)
            throws IOException {
        Class<? extends Throwable> expected = fault.failure(scene);
        fault.provoke(scene);
        call.untilEnded();
        scene.endShortage(); // to look closer may take what there is too little of
        Throwable failure = call.failure(Throwable.class);
        assertTrue(fault.isFailure(scene, failure), () -> "expected " + expected + ", got " + failure);
        if (expected == ClosedChannelException.class || expected == InterruptedIOException.class) {
            assertSame(expected, failure.getClass());
        }
        assertEquals(expected == InterruptedIOException.class, call.interruptStatus(), "interrupt status");
        if (failure instanceof InterruptedIOException cut && scene.point == FaultMatrixPoint.MID_WRITE) {
            scene.checkCutWrite(cut.bytesTransferred);
        }
        if (failure instanceof IOException
                && !(failure instanceof ClosedChannelException || failure instanceof EventLoopClosedException)) {
            assertTrue(failure.getMessage().contains("127.0.0.1:"), failure::getMessage);
        }
    }

    /// A write that was cut off is what the next one speaks of, where somebody remembers that; every other call runs into
    /// the same again.
    private static void checkFailureAgain(FaultMatrixScene<?> scene, FaultMatrixFault fault, IOException failure) {
        boolean isAsExpected = scene.point == FaultMatrixPoint.MID_WRITE && scene.remembersCutWrite()
                ? String.valueOf(failure.getMessage()).contains("an earlier")
                : fault.isFailure(scene, failure);
        assertTrue(isAsExpected, () -> "again: " + failure);
    }

    private static void checkFailureOtherWay(FaultMatrixFault fault, IOException failure) {
        boolean isRefused = failure instanceof ClosedChannelException || failure instanceof InterruptedIOException;
        assertFalse(isRefused, () -> "the other way: " + failure);
        assertEquals(fault.endsLoop(), failure instanceof EventLoopClosedException, () -> "the other way: " + failure);
    }

    private static void checkClosed(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call)
            throws IOException {
        checkFailure(scene, fault, call);
        assertFalse(scene.isOpen());
        if (scene.hasWhatToCall() && scene.point != FaultMatrixPoint.CLOSING) {
            var again = scene.start(() -> scene.perform(Deadline.never()));
            assertSame(ClosedChannelException.class, again.failure(IOException.class).getClass());
        }
    }

    private static void checkReturned(FaultMatrixScene<?> scene, FaultMatrixFault fault, Waiting<Object> call)
            throws Exception {
        call.value();
        assertEquals(fault == FaultMatrixFault.INTERRUPTS, call.interruptStatus(), "interrupt status");
        assertFalse(scene.isOpen());
    }
}
