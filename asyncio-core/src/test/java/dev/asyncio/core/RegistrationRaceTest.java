package dev.asyncio.core;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The loop does not run until the end, so that nothing but a close can end a wait.
@ExtendWith(NothingLeftOver.class)
class RegistrationRaceTest {

    private static final int ROUNDS = 300;

    @Test
    void aCloseAndTheFirstWaitToWriteNeverMissEachOther() throws Exception {
        var loop = new EventLoop("not-started", Thread.ofPlatform().factory(), Spin.never());
        var registrations = new Registration[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            registrations[i] = loop.register(SocketChannel.open());
        }
        try {
            var meeting = new CyclicBarrier(2);
            var closer = Waiting.start(ThreadKind.PLATFORM, () -> {
                for (int i = 0; i < ROUNDS; i++) {
                    meeting.await();
                    pause(i % 50);
                    registrations[i].close();
                }
            });
            for (int i = 0; i < ROUNDS; i++) {
                meeting.await();
                pause(i % 7 * 7);
                Registration registration = registrations[i];
                assertThrows(
                        ClosedChannelException.class, () -> registration.await(Interest.WRITE, Waiting.patience()));
            }
            closer.value();
        } finally {
            loop.start();
            loop.close();
            loop.join();
        }
    }

    private static void pause(int spins) {
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
    }
}
