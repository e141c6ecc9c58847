package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.EventLoopClosedException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/// What the contract says a server's connection comes to: the words of [FaultMatrixServers].
enum FaultMatrixServerOutcome {
    /// Those who come are served, more of them than there are loops.
    ACCEPTED {
        @Override
        void check(FaultMatrixServerScene scene) throws Exception {
            for (int i = 0; i < 2 * FaultMatrixServerScene.LOOP_COUNT; i++) {
                try (FaultMatrixClient newcomer = scene.newClient()) {
                    scene.connect(newcomer);
                    scene.serve(newcomer);
                }
            }
        }
    },
    /// Those who come find nobody, and whoever waits for the server's end has seen it.
    REFUSED {
        @Override
        void check(FaultMatrixServerScene scene) throws Exception {
            scene.awaitRefusal();
            scene.awaitServersEnd();
        }
    },
    /// Who has come in the shortage is served when that is over.
    LATER {
        @Override
        void check(FaultMatrixServerScene scene) throws Exception {
            scene.endShortage();
            scene.serve(scene.newcomer);
        }
    },
    /// The handler is not disturbed: it waits on, and does what it should once the client lets it.
    SERVES {
        @Override
        void check(FaultMatrixServerScene scene) throws Exception {
            scene.letGoOn();
            assertEquals(Optional.empty(), scene.handlersFailure());
        }
    },
    /// The handler learns that its loop has ended; the client sees the connection's end.
    BREAKS {
        @Override
        void check(FaultMatrixServerScene scene) throws Exception {
            assertInstanceOf(EventLoopClosedException.class, scene.handlersFailure().orElseThrow());
            scene.client.awaitEnd();
        }
    },
    /// The handler is interrupted, or finds its connection closed; the client sees the connection's end.
    STOPS {
        @Override
        void check(FaultMatrixServerScene scene) throws Exception {
            checkStopped(scene.handlersFailure().orElseThrow());
            scene.client.awaitEnd();
        }
    },
    /// The client sees the connection's end. Before the handshake is over there is no handler; afterwards, that has all it
    /// wants and returns, unless it is stopped before.
    ENDS {
        @Override
        void check(FaultMatrixServerScene scene) throws Exception {
            scene.client.awaitEnd();
            if (scene.isOpening()) {
                assertFalse(scene.hasHandler());
            } else {
                scene.handlersFailure().ifPresent(FaultMatrixServerOutcome::checkStopped);
            }
        }
    },
    /// The handler finds no memory. Once there is enough again, others are served.
    STARVES {
        @Override
        void check(FaultMatrixServerScene scene) throws Exception {
            scene.client.say();
            assertInstanceOf(OutOfMemoryError.class, scene.handlersFailure().orElseThrow());
            scene.endShortage();
            scene.client.close();
            ACCEPTED.check(scene);
        }
    },
    /// The handler fails, and the client does not find an end in order, where the protocol has one.
    FAILS {
        @Override
        void check(FaultMatrixServerScene scene) throws Exception {
            assertInstanceOf(FaultMatrixServerScene.OnPurpose.class, scene.handlersFailure().orElseThrow());
            scene.client.expectFailure();
        }
    },
    /// The client has had its time; there is no handler.
    GIVES_UP {
        @Override
        void check(FaultMatrixServerScene scene) throws Exception {
            scene.client.awaitEnd();
            scene.checkTime();
            assertFalse(scene.hasHandler());
        }
    },
    /// The client was told that the handler closes, and has had its time to answer; so the handler learns.
    TIMES_OUT {
        @Override
        void check(FaultMatrixServerScene scene) throws Exception {
            scene.client.expectClose(CloseCode.NORMAL);
            scene.client.awaitEnd();
            scene.checkTime();
            scene.client.close();
            assertInstanceOf(SocketTimeoutException.class, scene.handlersFailure().orElseThrow());
        }
    },
    /// The client is told that what it sends is no good; the handler, if there is one, learns so.
    REJECTS {
        @Override
        void check(FaultMatrixServerScene scene) throws Exception {
            scene.client.expectComplaint();
            scene.client.close();
            if (scene.hasHandler()) {
                Throwable failure = scene.handlersFailure().orElseThrow();
                assertTrue(failure instanceof SSLException || failure instanceof WebSocketException, failure::toString);
            }
        }
    },
    /// The client is told that the server goes away, but does not answer.
    CUT {
        @Override
        void check(FaultMatrixServerScene scene) throws Exception {
            scene.client.expectClose(CloseCode.GOING_AWAY);
            STOPS.check(scene);
        }
    },
    /// The client is told that the server goes away, and answers; so the handler returns.
    GOODBYE {
        @Override
        void check(FaultMatrixServerScene scene) throws Exception {
            scene.client.expectClose(CloseCode.GOING_AWAY);
            scene.client.end();
            assertEquals(Optional.empty(), scene.handlersFailure());
        }
    },
    /// The client is told so once it has shaken hands, and there is no handler.
    TOO_LATE {
        @Override
        void check(FaultMatrixServerScene scene) throws Exception {
            scene.client.endHandshake();
            scene.client.expectClose(CloseCode.GOING_AWAY);
            scene.client.end();
            assertFalse(scene.hasHandler());
        }
    };

    abstract void check(FaultMatrixServerScene scene) throws Exception;

    private static void checkStopped(Throwable failure) {
        assertTrue(
                failure.getClass() == InterruptedIOException.class || failure instanceof ClosedChannelException,
                failure::toString);
    }
}
