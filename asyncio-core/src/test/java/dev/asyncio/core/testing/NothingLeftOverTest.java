package dev.asyncio.core.testing;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asyncio.core.EventLoopGroup;
import dev.asyncio.core.testing.NothingLeftOver.Held;
import java.io.Closeable;
import java.nio.channels.Pipe;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One leak of each kind, given back in the end.
@ExtendWith(NothingLeftOver.class)
class NothingLeftOverTest {

    private static void assertIsMissed(Callable<Closeable> leaking) throws Exception {
        var before = Held.now();
        Closeable leak = leaking.call();
        try {
            assertFalse(Held.now().isWithin(before), "nobody missed it");
        } finally {
            leak.close();
        }
        before.checkNoMoreIsHeld();
    }

    /// A thread that waits until it is let go.
    private static Closeable threadOf(String name, ThreadKind kind) {
        var ending = new CountDownLatch(1);
        Thread thread = kind.unstarted(() -> {
            try {
                ending.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        thread.setName(name);
        thread.start();
        return ending::countDown;
    }

    @ParameterizedTest
    @EnumSource
    void aThreadIsMissed(ThreadKind kind) throws Exception {
        assertIsMissed(() -> threadOf("asyncio-left", kind));
    }

    @ParameterizedTest
    @EnumSource
    void aThreadWhoseNameAnotherHasIsMissed(ThreadKind kind) throws Exception {
        String name = EventLoopGroup.shared().loops().getFirst().name();
        assertTrue(Held.now().threads().contains(name), name);
        assertIsMissed(() -> threadOf(name, kind));
    }

    @Test
    void aGroupNamedLikeTheSharedOneIsMissed() throws Exception {
        assertIsMissed(() -> EventLoopGroup.builder().build()::close);
    }

    @Test
    void aRegistrationIsMissed() throws Exception {
        Pipe pipe = Pipe.open();
        try (var _ = pipe.sink()) {
            assertIsMissed(() -> EventLoopGroup.shared().next().register(pipe.source()));
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux tells what a descriptor is of")
    void aSelectorIsMissed() throws Exception {
        assertIsMissed(Selector::open);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux tells what a descriptor is of")
    void aSocketIsMissed() throws Exception {
        assertIsMissed(SocketChannel::open);
    }
}
