package dev.asyncio.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.EventLoopClosedException;
import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.FailingLoop;
import dev.asyncio.core.testing.LibraryLog;
import dev.asyncio.core.testing.NothingLeftOver;
import dev.asyncio.core.testing.Seed;
import dev.asyncio.core.testing.ThreadKind;
import dev.asyncio.core.testing.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What ends the accept loop of a server, and what does not. It serves one at a time, so whoever fails must leave room for
/// the next.
@ExtendWith(NothingLeftOver.class)
class AcceptorTest {

    private static final int RACE_ROUNDS = 300;

    @RegisterExtension
    private final LibraryLog log = new LibraryLog();

    @RegisterExtension
    private final Seed seed = new Seed();

    private final BlockingQueue<SocketChannel> served = new LinkedBlockingQueue<>();
    private TcpListener listener;
    private Acceptor acceptor;
    private Thread thread;

    @AfterEach
    void close() throws InterruptedException {
        acceptor.close();
        assertTrue(thread.join(Waiting.PATIENCE), "the acceptor has ended");
    }

    private void start(TcpOptions.Builder options, Acceptor.Service service) throws IOException {
        var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        listener = TcpListener.bind(loopback, options.connectionLimit(1).build());
        acceptor = new Acceptor(listener, service);
        thread = acceptor.newThread(acceptor::run);
        thread.start();
    }

    /// How the first connection cannot be served.
    private enum Failure {
        ITS_OWN {
            @Override
            void raise() throws IOException {
                throw new SocketException("on purpose");
            }
        },
        OF_THE_OPTIONS {
            @Override
            void raise() {
                throw new UnsupportedOperationException("on purpose");
            }
        },
        OF_THE_PROCESS {
            @Override
            void raise() {
                throw new NoClassDefFoundError("on purpose");
            }
        };

        abstract void raise() throws IOException;
    }

    private void assertServesTheNextAfter(Failure failure) throws Exception {
        var isFirst = new AtomicBoolean(true);
        start(TcpOptions.builder(), accepted -> {
            if (isFirst.getAndSet(false)) {
                accepted.close();
                failure.raise();
            }
            served.add(accepted);
        });
        try (var first = SocketChannel.open(listener.localAddress());
                var second = SocketChannel.open(listener.localAddress());
                var next = served.poll(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            assertNotNull(next, () -> "served neither " + first + " nor " + second);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatBefallsAConnectionIsToldAndTheNextIsServed(Failure failure) throws Exception {
        assertServesTheNextAfter(failure);
        assertEquals(1, log.entries().size());
        String message = log.entries().getFirst().getMessage();
        assertTrue(message.contains("on purpose"), message);
        assertEquals(failure == Failure.OF_THE_PROCESS, message.contains("pauses for"), message);
    }

    @ParameterizedTest
    @EnumSource
    void aLoggerThatFailsKeepsNobodyFromBeingServed(Failure failure) throws Exception {
        log.failWith(new InternalError("the logger, on purpose"));
        assertServesTheNextAfter(failure);
        assertEquals(1, log.entries().size());
    }

    /// The JDK loses a virtual thread for whose timed park there is no memory, and that may be what it pauses for.
    @Test
    void itPausesWithoutATimedPark() throws Exception {
        start(TcpOptions.builder(), accepted -> {
            accepted.close();
            throw new OutOfMemoryError("on purpose");
        });
        try (var client = SocketChannel.open(listener.localAddress())) {
            Waiting.await("the pause to be told of " + client, () -> !log.entries().isEmpty());
            var state = new Thread.State[1];
            Waiting.await("the pause", () -> {
                state[0] = thread.getState();
                return state[0] == Thread.State.WAITING || state[0] == Thread.State.TIMED_WAITING;
            });
            assertEquals(Thread.State.WAITING, state[0]);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whereNoLoopRunsItEndsWithAWord(boolean canLog) throws Exception {
        if (!canLog) {
            log.failWith(new InternalError("the logger, on purpose"));
        }
        try (var group = EventLoopGroup.builder().loopCount(1).name("asyncio-ending").build()) {
            start(TcpOptions.builder().eventLoops(group), served::add);
            group.close();
            Waiting.await("the end", () -> !thread.isAlive());
            acceptor.awaitClose();
            LogRecord entry = log.entries().getFirst();
            assertTrue(entry.getMessage().contains("accepts no more"), entry.getMessage());
            assertInstanceOf(EventLoopClosedException.class, entry.getThrown());
        }
    }

    private static EventLoopGroup twoLoops() {
        return EventLoopGroup.builder().loopCount(2).name("asyncio-ending").build();
    }

    private static int registrationCount(EventLoopGroup group) {
        return group.loops().stream().mapToInt(loop -> loop.statistics().registrationCount()).sum();
    }

    @Test
    void whereItsLoopEndsItGoesOnWithAnother() throws Exception {
        try (var group = twoLoops()) {
            start(TcpOptions.builder().eventLoops(group), served::add);
            FailingLoop.end(listener.eventLoop());
            Waiting.await("the other loop to have the listener", () -> registrationCount(group) == 1);
            try (var client = SocketChannel.open(listener.localAddress());
                    var accepted = served.poll(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                assertNotNull(accepted, () -> "did not serve " + client);
            }
            acceptor.close();
            assertEquals(1, log.entries().stream().map(LogRecord::getMessage)
                    .filter(message -> message.contains("goes on with another event loop")).count());
            assertEquals(0, registrationCount(group));
            TcpListener.bind(listener.localAddress(), TcpOptions.defaults()).close();
        }
    }

    @Test
    void aCloseWhileItsLoopEndsLeavesNothingBehind() throws Exception {
        for (int round = 0; round < RACE_ROUNDS; round++) {
            SplittableRandom random = seed.random(round);
            try (var group = twoLoops()) {
                start(TcpOptions.builder().eventLoops(group), served::add);
                var ending = Waiting.start(ThreadKind.VIRTUAL, () -> FailingLoop.end(listener.eventLoop()));
                for (int i = random.nextInt(20); i > 0; i--) {
                    Seed.pause(random);
                }
                close();
                ending.value();
                Waiting.await("registrations to end", () -> registrationCount(group) == 0);
            }
        }
    }
}
