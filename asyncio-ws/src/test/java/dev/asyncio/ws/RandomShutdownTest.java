package dev.asyncio.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asyncio.core.EventLoopClosedException;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.Seed;
import dev.asyncio.net.buffers.PoolWatch;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Servers and event loops end at any time, in any order, while clients are at work: over TCP, TLS, `ws` and `wss`. Until
/// then all goes well. From then on each client comes to an end that the contract knows, and nothing is left over.
///
/// What is done in a round, and when it ends, follows from the seed alone, which a failing run prints, with the round. More
/// of them by hand: `-Dshutdown.rounds=1000`, and `-Dseed=N` for the same once more.
@ExtendWith({NothingLeftOver.class, PoolWatch.class})
class RandomShutdownTest {

    private static final int ROUND_COUNT = Integer.getInteger("shutdown.rounds", 25);

    @RegisterExtension
    private final Seed seed = new Seed();

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    @Test
    void clientsComeToAnEndThatTheContractKnows() throws Exception {
        for (int i = 0; i < ROUND_COUNT; i++) {
            try {
                new RandomShutdownRound(seed.random(i)).run();
            } catch (Exception | AssertionError e) {
                throw new AssertionError("round " + i, e);
            }
        }
        System.out.println("random shutdown: " + ROUND_COUNT + " rounds");
        assertEquals(List.of(), log.entries().stream()
                .filter(entry -> entry.getLevel().intValue() > Level.INFO.intValue())
                .filter(entry -> !(entry.getThrown() instanceof EventLoopClosedException)) // a server accepts no more
                .map(entry -> entry.getMessage() + ": " + entry.getThrown())
                .toList());
    }
}
